/** One short function an op over the builder, for forward graphs and backward rules alike. Numbers become scalars. */
import type { GraphBuilder } from "./builder.ts";
import { elementCodes } from "./element-codes.ts";
import type { ElementType, Value } from "./graph.ts";

export type Operand = Value | number;

function pair(b: GraphBuilder, x: Operand, y: Operand): [Value, Value] {
  const type = typeof x === "number" ? (typeof y === "number" ? "float32" : y.type) : x.type;
  const value = (o: Operand): Value => (typeof o === "number" ? b.scalar(o, type) : o);
  return [value(x), value(y)];
}
type Unary = (b: GraphBuilder, x: Value, hint?: string) => Value;
type Binary = (b: GraphBuilder, x: Operand, y: Operand, hint?: string) => Value;
const unary =
  (op: string): Unary =>
  (b, x, hint) =>
    b.op(op, [x], {}, hint);
const binary =
  (op: string): Binary =>
  (b, x, y, hint) =>
    b.op(op, pair(b, x, y), {}, hint);

export const add = binary("Add");
export const sub = binary("Sub");
export const mul = binary("Mul");
export const div = binary("Div");
export const pow = binary("Pow");
export const max = binary("Max");
export const min = binary("Min");
export const equal = binary("Equal");
export const greater = binary("Greater");
export const greaterOrEqual = binary("GreaterOrEqual");
export const less = binary("Less");
export const lessOrEqual = binary("LessOrEqual");
export const and = binary("And");
export const or = binary("Or");
export const not = unary("Not");
export const neg = unary("Neg");
export const abs = unary("Abs");
export const sqrt = unary("Sqrt");
export const reciprocal = unary("Reciprocal");
export const exp = unary("Exp");
export const log = unary("Log");
export const erf = unary("Erf");
export const tanh = unary("Tanh");
export const sigmoid = unary("Sigmoid");
export const relu = unary("Relu");
export const identity = unary("Identity");

export function gelu(b: GraphBuilder, x: Value, approximate: "none" | "tanh" = "none", hint?: string): Value {
  return b.op("Gelu", [x], { approximate: approximate === "none" ? undefined : approximate }, hint);
}
export function where(b: GraphBuilder, condition: Value, x: Operand, y: Operand, hint?: string): Value {
  return b.op("Where", [condition, ...pair(b, x, y)], {}, hint);
}
export function clip(b: GraphBuilder, x: Value, low: number | null, high: number | null, hint?: string): Value {
  const bound = (n: number | null): Value | null => (n === null ? null : b.scalar(n, x.type));
  return b.op("Clip", [x, bound(low), bound(high)], {}, hint);
}
export function cast(b: GraphBuilder, x: Value, to: ElementType, hint?: string): Value {
  return x.type === to ? x : b.op("Cast", [x], { to: elementCodes[to] }, hint);
}

export const matmul = (b: GraphBuilder, x: Value, y: Value, hint?: string): Value => b.op("MatMul", [x, y], {}, hint);

export interface GemmOptions {
  transA?: boolean;
  transB?: boolean;
  alpha?: number;
  beta?: number;
}
/** alpha * x' w' + beta * bias; x' and w' are transposed when asked for. Rank 2 only. */
export function gemm(
  b: GraphBuilder,
  x: Value,
  w: Value,
  bias: Value | null = null,
  { transA, transB, alpha, beta }: GemmOptions = {},
  hint?: string,
): Value {
  const attributes = {
    transA: transA === true ? 1 : undefined,
    transB: transB === true ? 1 : undefined,
    alpha: alpha === 1 ? undefined : alpha,
    beta: beta === 1 || bias === null ? undefined : beta,
  };
  return b.op("Gemm", [x, w, bias], attributes, hint);
}

export function transpose(b: GraphBuilder, x: Value, perm: readonly number[], hint?: string): Value {
  return b.op("Transpose", [x], { perm }, hint);
}
export function reshape(b: GraphBuilder, x: Value, shape: readonly number[], hint?: string): Value {
  return b.op("Reshape", [x, b.ints(shape)], {}, hint);
}
export function squeeze(b: GraphBuilder, x: Value, axes: readonly number[], hint?: string): Value {
  return b.op("Squeeze", [x, b.ints(axes)], {}, hint);
}
export function unsqueeze(b: GraphBuilder, x: Value, axes: readonly number[], hint?: string): Value {
  return b.op("Unsqueeze", [x, b.ints(axes)], {}, hint);
}
export function expand(b: GraphBuilder, x: Value, shape: readonly number[], hint?: string): Value {
  return b.op("Expand", [x, b.ints(shape)], {}, hint);
}
export function concat(b: GraphBuilder, xs: readonly Value[], axis: number, hint?: string): Value {
  return b.op("Concat", xs, { axis }, hint);
}
export function split(b: GraphBuilder, x: Value, sizes: readonly number[], axis: number, hint?: string): Value[] {
  return b.multi("Split", [x, b.ints(sizes)], { axis }, sizes.length, hint);
}
export function slice(
  b: GraphBuilder,
  x: Value,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[],
  steps?: readonly number[],
  hint?: string,
): Value {
  const inputs = [x, b.ints(starts), b.ints(ends), b.ints(axes), steps === undefined ? null : b.ints(steps)];
  return b.op("Slice", inputs, {}, hint);
}
/** Zeros around: `before` and `after` hold one number an axis. */
export function pad(
  b: GraphBuilder,
  x: Value,
  before: readonly number[],
  after: readonly number[],
  hint?: string,
): Value {
  return b.op("Pad", [x, b.ints([...before, ...after])], {}, hint);
}
export function gather(b: GraphBuilder, x: Value, indices: Value, axis = 0, hint?: string): Value {
  return b.op("Gather", [x, indices], { axis: axis === 0 ? undefined : axis }, hint);
}
export function gatherElements(b: GraphBuilder, x: Value, indices: Value, axis = 0, hint?: string): Value {
  return b.op("GatherElements", [x, indices], { axis: axis === 0 ? undefined : axis }, hint);
}
/** Writes, never adds: each place at most once. */
export function scatterElements(
  b: GraphBuilder,
  x: Value,
  indices: Value,
  updates: Value,
  axis = 0,
  hint?: string,
): Value {
  return b.op("ScatterElements", [x, indices, updates], { axis: axis === 0 ? undefined : axis }, hint);
}

function reduce(op: string) {
  return (b: GraphBuilder, x: Value, axes: readonly number[], keep = false, hint?: string): Value =>
    b.op(op, [x, b.ints(axes)], { keepdims: keep ? 1 : 0 }, hint);
}
export const reduceSum = reduce("ReduceSum");
export const reduceMean = reduce("ReduceMean");
export const reduceMax = reduce("ReduceMax");

export const softmax = (b: GraphBuilder, x: Value, axis = -1, hint?: string): Value =>
  b.op("Softmax", [x], { axis }, hint);
export const logSoftmax = (b: GraphBuilder, x: Value, axis = -1, hint?: string): Value =>
  b.op("LogSoftmax", [x], { axis }, hint);
export function layerNormalization(
  b: GraphBuilder,
  x: Value,
  scale: Value,
  bias: Value | null,
  epsilon: number,
  axis = -1,
  hint?: string,
): Value {
  return b.op("LayerNormalization", [x, scale, bias], { axis, epsilon }, hint);
}
