/**
 * Tensors of the interpreter: every element is a float64, whatever its declared type; whole-number types
 * round and wrap, float types do not. Never used in production: exact, not fast.
 */
import type { Constant, ElementType, TypedArray } from "../graph.ts";
import { halfToNumber } from "../half.ts";
import { broadcastShape, sizeOf, stridesOf, type Shape } from "../shape.ts";

export interface Tensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}
/** What may be fed: the bits of float16, bytes for bool, or plain doubles for any type. */
export interface Feed {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

export const tensor = (type: ElementType, shape: Shape, data?: Float64Array): Tensor => ({
  type,
  shape,
  data: data ?? new Float64Array(sizeOf(shape)),
});

export function toTensor({ type, shape, data }: Feed | Constant): Tensor {
  if (data instanceof Float64Array) return { type, shape, data };
  const read = type === "float16" ? halfToNumber : (x: number | bigint): number => Number(x);
  const numbers = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) numbers[i] = (read as (x: number | bigint) => number)(data[i]!);
  return { type, shape, data: numbers };
}

const bits: Partial<Record<ElementType, readonly [width: number, signed: boolean]>> = {
  int8: [8, true],
  int16: [16, true],
  int32: [32, true],
  uint8: [8, false],
  uint16: [16, false],
  uint32: [32, false],
};
/** A number as an element of this type: whole numbers truncate and wrap, bool is 0 or 1. */
export function asElement(type: ElementType, x: number): number {
  if (type === "bool") return x === 0 ? 0 : 1;
  if (type.startsWith("float")) return x;
  const whole = Math.trunc(x);
  const found = bits[type];
  if (found === undefined) return whole;
  const range = 2 ** found[0];
  const wrapped = ((whole % range) + range) % range;
  return found[1] && wrapped >= range / 2 ? wrapped - range : wrapped;
}

/** Offsets into a tensor of shape `from` for each element of shape `to` it broadcasts to. */
export function broadcastOffsets(from: Shape, to: Shape): Int32Array {
  const lead = to.length - from.length;
  const strides = stridesOf(from);
  const steps = to.map((_, i) => (i < lead || from[i - lead] === 1 ? 0 : strides[i - lead]!));
  return offsets(to, steps);
}

/** For every index of `shape` in row-major order: sum of index x step. */
export function offsets(shape: Shape, steps: readonly number[], start = 0): Int32Array {
  const result = new Int32Array(sizeOf(shape));
  const index = new Int32Array(shape.length);
  let offset = start;
  for (let i = 0; i < result.length; i++) {
    result[i] = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += steps[axis]!;
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      offset -= steps[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** f over the elements of tensors that broadcast together. */
export function zip(type: ElementType, xs: readonly Tensor[], f: (...x: number[]) => number): Tensor {
  const shape = xs.map((x) => x.shape).reduce((a, b) => broadcastShape(a, b)!);
  const at = xs.map((x) => broadcastOffsets(x.shape, shape));
  const out = tensor(type, shape);
  const [x, y] = [xs[0]!, xs[1]];
  if (xs.length === 2 && y !== undefined) {
    for (let i = 0; i < out.data.length; i++) out.data[i] = f(x.data[at[0]![i]!]!, y.data[at[1]![i]!]!);
  } else {
    for (let i = 0; i < out.data.length; i++) out.data[i] = f(...xs.map((v, k) => v.data[at[k]![i]!]!));
  }
  if (!type.startsWith("float")) out.data.forEach((v, i) => (out.data[i] = asElement(type, v)));
  return out;
}

/** A tensor as (outer, n, inner) around one axis. */
export function around(shape: Shape, axis: number): { outer: number; n: number; inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), n: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) };
}
