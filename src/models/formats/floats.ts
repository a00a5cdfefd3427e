/**
 * Between stored numbers and 32-bit floats. Knows no file format. All platforms that run this page are
 * little-endian, as the files are.
 * Source: IEEE 754 binary16; bfloat16 is the upper half of binary32.
 */
import { UnmaskError } from "../../base/index.ts";
import type { StoredTensor, StoredWeight } from "../../contract/index.ts";
import type { RawSource, RawTensor } from "./safetensors.ts";

/** A weight as checkpoints hold it. */
export type WeightTensor = Omit<StoredTensor, "name">;

let halves: Float32Array | undefined;

/** All 65,536 half-precision values: one look-up a number is faster than bit arithmetic. */
function halfTable(): Float32Array {
  if (halves !== undefined) return halves;
  const table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >>> 10) & 31;
    const fraction = bits & 1023;
    table[bits] =
      exponent === 31
        ? fraction === 0
          ? sign * Infinity
          : NaN
        : exponent === 0
          ? sign * fraction * 2 ** -24
          : sign * (1024 + fraction) * 2 ** (exponent - 25);
  }
  halves = table;
  return table;
}

/** The bytes at an offset that a typed array of that element size can stand on; a copy only when needed. */
function aligned(data: Uint8Array, size: number): Uint8Array {
  return data.byteOffset % size === 0 ? data : data.slice();
}

/**
 * A stored tensor's numbers. For aligned F32 a view that shares the tensor's memory, otherwise fresh.
 * @throws models/unsupported-tensor-type for integers, 64-bit and 8-bit floats.
 */
export function toFloat32({ type, data }: Pick<RawTensor, "type" | "data">): Float32Array {
  if (type === "F32") {
    const bytes = aligned(data, 4);
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }
  if (type === "F16" || type === "BF16") {
    const bytes = aligned(data, 2);
    const bits = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
    const result = new Float32Array(bits.length);
    if (type === "F16") {
      const table = halfTable();
      for (let i = 0; i < bits.length; i++) result[i] = table[bits[i]!]!;
    } else {
      const words = new Uint32Array(result.buffer);
      for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
    }
    return result;
  }
  throw unsupported(type);
}

const unsupported = (type: string): UnmaskError =>
  new UnmaskError(
    "models/unsupported-tensor-type",
    `Weights must be F32, F16 or BF16; found ${type}.`,
    "Use the model's unquantised weights, saved as 32-bit or 16-bit floats.",
    { type },
  );

/** Half-precision bytes, rounded to nearest, ties to even; beyond 65,504 becomes infinity. */
export function toFloat16Bytes(numbers: Float32Array): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  const result = new Uint16Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const size = word & 0x7fffffff;
    let half: number;
    if (size > 0x7f800000)
      half = 0x7e00; // not a number
    else if (size >= 0x477ff000)
      half = 0x7c00; // 65,520 and above round to infinity
    else if (size >= 0x38800000) {
      const rebased = size - 0x38000000; // exponent bias 127 -> 15
      half = (rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13;
    } else if (size >= 0x33000000) {
      const fraction = (size & 0x7fffff) | 0x800000; // subnormal: units of 2^-24
      const shift = 126 - (size >>> 23);
      const rest = fraction & ((1 << shift) - 1);
      const middle = 1 << (shift - 1);
      half = fraction >>> shift;
      if (rest > middle || (rest === middle && (half & 1) === 1)) half++;
    } else half = 0;
    result[i] = half | ((word >>> 16) & 0x8000);
  }
  return new Uint8Array(result.buffer);
}

const integer = /^(BOOL|[UI]\d+)$/;

/**
 * A file's tensors as checkpoints hold them: F32 and F16 as they are, BF16 as F32, and no integers, which
 * are buffers such as position ids and not weights.
 * @throws models/unsupported-tensor-type
 */
export function storableTensors(tensors: ReadonlyMap<string, RawTensor>): Map<string, WeightTensor> {
  const result = new Map<string, WeightTensor>();
  for (const [name, { type, shape, data }] of tensors) {
    if (integer.test(type)) continue;
    if (type === "F32" || type === "F16") result.set(name, { type, shape, data });
    else result.set(name, { type: "F32", shape, data: asBytes(toFloat32({ type, data })) });
  }
  return result;
}

/** As `storableTensors`, of tensors that are still in their file. @throws models/unsupported-tensor-type */
export function storableWeights(tensors: ReadonlyMap<string, RawSource>): Map<string, StoredWeight> {
  const result = new Map<string, StoredWeight>();
  for (const [name, { type, shape, read }] of tensors) {
    if (integer.test(type)) continue;
    if (type === "F32" || type === "F16") result.set(name, { type, shape, read });
    else if (type === "BF16")
      result.set(name, { type: "F32", shape, read: async () => asBytes(toFloat32({ type, data: await read() })) });
    else throw unsupported(type);
  }
  return result;
}

const asBytes = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
