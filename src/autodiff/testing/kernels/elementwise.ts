/** Kernels of arithmetic, functions, comparisons and selection. */
import type { ElementType } from "../../graph.ts";
import { isFloat } from "../../graph.ts";
import { numberOf, stringOf } from "../../ops/record.ts";
import { elementTypeOf } from "../../element-codes.ts";
import { erf } from "../erf.ts";
import { asElement, tensor, zip } from "../tensor.ts";
import type { Kernel } from "./kernel.ts";

const map =
  (f: (x: number) => number): Kernel =>
  ([x]) => [
    tensor(
      x!.type,
      x!.shape,
      x!.data.map((v) => asElement(x!.type, f(v))),
    ),
  ];
const combine =
  (f: (x: number, y: number) => number, result?: ElementType): Kernel =>
  ([x, y]) => [zip(result ?? x!.type, [x!, y!], f)];
const compare = (f: (x: number, y: number) => boolean): Kernel => combine((x, y) => (f(x, y) ? 1 : 0), "bool");
const fold =
  (f: (x: number, y: number) => number): Kernel =>
  (xs) => [
    zip(
      xs[0]!.type,
      xs.map((x) => x!),
      (...v) => v.reduce((a, b) => f(a, b)),
    ),
  ];

export const elementwiseKernels = {
  Add: combine((x, y) => x + y),
  Sub: combine((x, y) => x - y),
  Mul: combine((x, y) => x * y),
  Div: combine((x, y) => x / y),
  Pow: combine((x, y) => x ** y),
  Neg: map((x) => -x),
  Abs: map(Math.abs),
  Sqrt: map(Math.sqrt),
  Reciprocal: map((x) => 1 / x),
  Exp: map(Math.exp),
  Log: map(Math.log),
  Erf: map(erf),
  Tanh: map(Math.tanh),
  Sigmoid: map((x) => 1 / (1 + Math.exp(-x))),
  Relu: map((x) => Math.max(x, 0)),
  Gelu: (inputs, c) => {
    const exact = (x: number): number => (x / 2) * (1 + erf(x * Math.SQRT1_2));
    const smooth = (x: number): number => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    return map(stringOf(c.attributes, "approximate", "none") === "tanh" ? smooth : exact)(inputs, c);
  },
  Equal: compare((x, y) => x === y),
  Greater: compare((x, y) => x > y),
  GreaterOrEqual: compare((x, y) => x >= y),
  Less: compare((x, y) => x < y),
  LessOrEqual: compare((x, y) => x <= y),
  And: compare((x, y) => x !== 0 && y !== 0),
  Or: compare((x, y) => x !== 0 || y !== 0),
  Not: map((x) => (x === 0 ? 1 : 0)),
  Where: ([c, x, y]) => [zip(x!.type, [c!, x!, y!], (p, a, b) => (p !== 0 ? a : b))],
  // min(max(x, low), high): with low > high the result is high, as ONNX says
  Clip: ([x, low, high]) => [
    zip(x!.type, [x!], (v) => Math.min(Math.max(v, low?.data[0] ?? -Infinity), high?.data[0] ?? Infinity)),
  ],
  Max: fold(Math.max),
  Min: fold(Math.min),
  Cast: ([x], c) => {
    const type = elementTypeOf(numberOf(c.attributes, "to", 0))!;
    const out = tensor(
      type,
      x!.shape,
      x!.data.map((v) => asElement(type, v)),
    );
    return [isFloat(type) && isFloat(x!.type) ? tensor(type, x!.shape, x!.data) : out];
  },
} satisfies Record<string, Kernel>;
