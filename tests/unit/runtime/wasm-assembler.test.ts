/** Our WebAssembly writer, by running what it wrote. */
import { expect, test } from "vitest";
import {
  assemble,
  f32x4,
  f64,
  f64x2,
  FunctionBuilder,
  i32,
  leb128,
  repeatWhile,
  set,
  type FunctionCode,
} from "../../../src/runtime/wasm-assembler.ts";

function run(code: FunctionCode): { run: (...numbers: number[]) => number; memory: Float32Array } {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(assemble({ run: code })), { host: { memory } });
  return { run: instance.exports["run"] as () => number, memory: new Float32Array(memory.buffer) };
}

test("leb128: seven bits a byte, the sign in the last one", () => {
  expect(leb128(0)).toEqual([0]);
  expect(leb128(127)).toEqual([0x7f]);
  expect(leb128(128)).toEqual([0x80, 1]);
  expect(leb128(624485)).toEqual([0xe5, 0x8e, 0x26]);
  expect(leb128(2 ** 32 - 1)).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
  expect(leb128(63, true)).toEqual([0x3f]);
  expect(leb128(64, true)).toEqual([0xc0, 0]);
  expect(leb128(-1, true)).toEqual([0x7f]);
  expect(leb128(-64, true)).toEqual([0x40]);
  expect(leb128(-123456, true)).toEqual([0xc0, 0xbb, 0x78]);
});

test.each([0, 1, 63, 64, -64, -65, 8191, 8192, 2 ** 31 - 1, -(2 ** 31)])("constant %i", (value) => {
  const f = new FunctionBuilder();
  expect(run(f.finish([], i32.constant(value))).run()).toBe(value);
});

test("a loop adds 1 + 2 + ... + n; its body runs at least once", () => {
  const f = new FunctionBuilder();
  const n = f.parameter("i32");
  const [i, sum] = [f.local("i32"), f.local("i32")];
  const step = [set(i, i32.add(i, i32.constant(1))), set(sum, i32.add(sum, i))];
  const { run: total } = run(f.finish([repeatWhile(i32.lessThan(i, n), step)], sum));
  expect([total(1), total(10), total(1000), total(0)]).toEqual([1, 55, 500500, 1]);
});

test("vectors of four floats: each operation, at an offset", () => {
  const f = new FunctionBuilder();
  const scalar = f.parameter("f32");
  const [a, b] = [f32x4.load(i32.constant(0)), f32x4.load(i32.constant(0), 16)];
  const { add, sub, mul, div, sqrt, splat, store } = f32x4;
  const results = [add(a, b), sub(a, b), mul(a, b), div(a, b), sqrt(a), mul(a, splat(scalar))];
  const { run: compute, memory } = run(f.finish(results.map((x, i) => store(i32.constant(0), x, 32 + 16 * i))));
  const [left, right] = [
    [1, 4, 9, 16],
    [2, -2, 0.5, 8],
  ] as const;
  memory.set([...left, ...right]);
  compute(3);
  const expected = [
    left.map((x, i) => x + right[i]!),
    left.map((x, i) => x - right[i]!),
    left.map((x, i) => x * right[i]!),
    left.map((x, i) => x / right[i]!),
    [1, 2, 3, 4],
    [3, 12, 27, 48],
  ];
  expect([...memory.subarray(8, 32)]).toEqual(expected.flat());
});

test("pairs of doubles read from floats, and their lanes", () => {
  const f = new FunctionBuilder();
  const pair = f64x2.loadFloats(i32.constant(0), 4);
  const both = f64x2.add(f64x2.mul(pair, pair), pair);
  const { run: compute, memory } = run(f.finish([], f64.add(f64x2.lane(both, 0), f64x2.lane(both, 1))));
  memory.set([99, 3e30, 0.5, 99]);
  const x = Math.fround(3e30);
  expect(compute()).toBe(x * x + x + 0.75); // beyond float32
});
