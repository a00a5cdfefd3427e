import { describe, expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import { storableTensors, toFloat16Bytes, toFloat32 } from "../../../src/models/index.ts";

/** IEEE 754 binary16 by its definition, through text of bits: slow, and nothing like the code under test. */
function halfByDefinition(bits: number): number {
  const text = bits.toString(2).padStart(16, "0");
  const sign = text[0] === "1" ? -1 : 1;
  const exponent = parseInt(text.slice(1, 6), 2);
  const fraction = parseInt(text.slice(6), 2) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

const allHalves = Uint16Array.from({ length: 65536 }, (_, i) => i);
const half = (bits: Uint16Array): Float32Array =>
  toFloat32({ type: "F16", data: new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength) });
const toBits = (x: number): number => new Uint16Array(toFloat16Bytes(Float32Array.of(x)).buffer)[0]!;

describe("half precision", () => {
  const decoded = half(allHalves);

  test("all 65,536 values decode as defined", () => {
    let wrong = 0;
    for (let bits = 0; bits < 65536; bits++) if (!Object.is(decoded[bits], halfByDefinition(bits))) wrong++;
    expect(wrong).toBe(0);
  });

  test("all values that are numbers encode to themselves", () => {
    const again = new Uint16Array(toFloat16Bytes(decoded).buffer);
    let wrong = 0;
    for (let bits = 0; bits < 65536; bits++) if (!Number.isNaN(decoded[bits]) && again[bits] !== bits) wrong++;
    expect(wrong).toBe(0);
    expect(toBits(NaN) & 0x7fff).toBeGreaterThan(0x7c00);
  });

  test("every midpoint goes to the even neighbour, and its float32 neighbours to the nearest", () => {
    const word = new Uint32Array(1);
    const number = new Float32Array(word.buffer);
    let wrong = 0;
    for (let bits = 0; bits < 0x7c00; bits++) {
      const above = bits === 0x7bff ? 65536 : decoded[bits + 1]!; // the step after the largest would be 65,536
      number[0] = (decoded[bits]! + above) / 2;
      if (toBits(number[0]!) !== (bits & 1 ? bits + 1 : bits)) wrong++;
      if (toBits(-number[0]!) !== ((bits & 1 ? bits + 1 : bits) | 0x8000)) wrong++;
      word[0]! -= 1;
      if (toBits(number[0]!) !== bits) wrong++;
      word[0]! += 2;
      if (toBits(number[0]!) !== bits + 1) wrong++;
    }
    expect(wrong).toBe(0);
  });

  test("edges", () => {
    expect(toBits(65504)).toBe(0x7bff);
    expect(toBits(65519.99)).toBe(0x7bff);
    expect(toBits(65520)).toBe(0x7c00);
    expect(toBits(1e30)).toBe(0x7c00);
    expect(toBits(-Infinity)).toBe(0xfc00);
    expect(toBits(2 ** -25)).toBe(0); // a tie with zero
    expect(toBits(2 ** -25 * 1.0001)).toBe(1);
    expect(toBits(1e-30)).toBe(0);
    expect(toBits(-0)).toBe(0x8000);
  });
});

test("bfloat16 is the upper half of float32", () => {
  const seed = 5;
  const draw = random(seed);
  const floats = Float32Array.from({ length: 1000 }, () => draw.normal() * 10 ** (draw.below(60) - 30));
  const words = new Uint32Array(floats.buffer);
  const upper = Uint16Array.from(words, (w) => w >>> 16);
  const decoded = toFloat32({ type: "BF16", data: new Uint8Array(upper.buffer) });
  for (let i = 0; i < floats.length; i++) {
    words[i]! &= 0xffff0000;
    expect(decoded[i], `seed ${seed}`).toBe(floats[i]);
  }
});

test("float32: a view where aligned, the same numbers where not", () => {
  const buffer = new ArrayBuffer(16);
  new DataView(buffer).setFloat32(4, 1.25, true);
  new DataView(buffer).setFloat32(9, -3, true);
  const view = toFloat32({ type: "F32", data: new Uint8Array(buffer, 4, 4) });
  expect(view[0]).toBe(1.25);
  expect(view.buffer).toBe(buffer);
  const copy = toFloat32({ type: "F32", data: new Uint8Array(buffer, 9, 4) });
  expect(copy[0]).toBe(-3);
  expect(copy.buffer).not.toBe(buffer);
});

test("as weights: BF16 becomes F32, integers stay behind, 64-bit floats are refused", () => {
  const kept = storableTensors(
    new Map([
      ["ids", { type: "I64" as const, shape: [1], data: new Uint8Array(8) }],
      ["half", { type: "F16" as const, shape: [1], data: Uint8Array.of(0, 0x3c) }],
      ["brain", { type: "BF16" as const, shape: [1], data: Uint8Array.of(0xc0, 0x3f) }],
    ]),
  );
  expect([...kept.keys()]).toEqual(["half", "brain"]);
  expect(kept.get("brain")!.type).toBe("F32");
  expect(toFloat32(kept.get("brain")!)[0]).toBe(1.5);
  expect(toFloat32(kept.get("half")!)[0]).toBe(1);
  const doubles = new Map([["a", { type: "F64" as const, shape: [1], data: new Uint8Array(8) }]]);
  expect(() => storableTensors(doubles)).toThrow(expect.objectContaining({ code: "models/unsupported-tensor-type" }));
});
