import { expect, test } from "vitest";
import {
  addGradients,
  checkGraph,
  decodeModel,
  encodeModel,
  GraphBuilder,
  printGraph,
  sugar as s,
  type ElementType,
  type TypedArray,
} from "../../../src/autodiff/index.ts";
import { halfToNumber, numberToHalf } from "../../../src/autodiff/half.ts";
import { miniEncoder } from "./mini-encoder.ts";

test("a training graph survives the round trip, and its bytes too", () => {
  const { graph, targets } = miniEncoder();
  const trained = addGradients(graph, { loss: "loss", targets }).graph;
  const bytes = encodeModel(trained);
  const read = decodeModel(bytes);
  expect([read.name, read.opset, read.inputs, read.outputs]).toEqual([
    trained.name,
    trained.opset,
    trained.inputs,
    trained.outputs,
  ]);
  expect(read.nodes.map(({ op, inputs, outputs }) => [op, inputs, outputs])).toEqual(
    trained.nodes.map(({ op, inputs, outputs }) => [op, inputs, outputs]),
  );
  for (const [name, { type, shape }] of trained.types) expect(read.types.get(name)).toEqual({ type, shape });
  expect(encodeModel(read)).toEqual(bytes);
  expect(checkGraph(read)).toBe(read);
});

test("constants of every type keep their bits", () => {
  const arrays: [ElementType, TypedArray][] = [
    ["float32", Float32Array.of(1.5, -0, NaN)],
    ["float64", Float64Array.of(Math.PI, -Infinity)],
    ["float16", Uint16Array.of(0x3c00, 0x8001)],
    ["int8", Int8Array.of(-128, 127)],
    ["int16", Int16Array.of(-32768, 1)],
    ["int32", Int32Array.of(-1, 2 ** 31 - 1)],
    ["int64", BigInt64Array.of(-1n, 2n ** 62n)],
    ["uint8", Uint8Array.of(0, 255)],
    ["uint16", Uint16Array.of(65535, 1)],
    ["uint32", Uint32Array.of(2 ** 32 - 1, 3)],
    ["uint64", BigUint64Array.of(2n ** 63n, 1n)],
    ["bool", Uint8Array.of(1, 0)],
  ];
  const b = new GraphBuilder("constants");
  for (const [type, data] of arrays)
    b.output(b.op("Identity", [b.constant(data, type, [data.length], type)]), `${type}_out`);
  const { constants } = decodeModel(encodeModel(b.build()));
  for (const [type, data] of arrays) {
    expect(constants.get(type)!.type).toBe(type);
    expect(constants.get(type)!.data).toEqual(data);
  }
});

test("attributes of every kind", () => {
  const b = new GraphBuilder("attributes");
  const x = b.input("x", "float32", [2, 2]);
  b.output(s.gemm(b, x, s.gelu(b, s.transpose(b, x, [1, 0]), "tanh"), null, { alpha: 0.5, transB: true }), "y");
  const value = { type: "float32", shape: [1], data: Float32Array.of(3) } as const;
  b.output(b.op("ConstantOfShape", [b.ints([2])], { value }), "three");
  const graph = b.build();
  expect(printGraph(decodeModel(encodeModel(graph)))).toBe(printGraph(graph));
});

test("half precision: every finite pattern comes back, and rounding is to nearest even", () => {
  for (let bits = 0; bits < 0x7c00; bits++) {
    if (numberToHalf(halfToNumber(bits)) !== bits) throw new Error(`pattern ${bits}`);
    if (numberToHalf(-halfToNumber(bits)) !== (bits | 0x8000)) throw new Error(`pattern -${bits}`);
  }
  const cases: [number, number][] = [
    [65504, 0x7bff],
    [65519.9, 0x7bff],
    [65520, 0x7c00],
    [Infinity, 0x7c00],
    [1 + 2 ** -11, 0x3c00], // a tie: to even
    [1 + 3 * 2 ** -11, 0x3c02],
    [2047.4, 0x67ff],
    [2047.6, 0x6800],
    [2 ** -25, 0], // a tie: to even
    [1.5 * 2 ** -24, 2],
  ];
  for (const [x, bits] of cases) expect(numberToHalf(x), String(x)).toBe(bits);
  expect(halfToNumber(numberToHalf(NaN))).toBeNaN();
});
