import { describe, expect, test } from "vitest";
import { AutodiffError } from "../../../src/autodiff/index.ts";
import {
  asUnmaskError,
  crc32,
  fingerprint,
  formatBytes,
  formatDuration,
  fromWire,
  hasCode,
  permutation,
  random,
  SerialQueue,
  sortedJson,
  toWire,
  UnmaskError,
} from "../../../src/base/index.ts";

describe("errors over the wall", () => {
  test("ours arrive whole", () => {
    const error = fromWire(
      structuredClone(toWire(new UnmaskError("data/no-text", "No text.", "Choose another.", { line: 3 }))),
    );
    expect(error).toMatchObject({
      code: "data/no-text",
      message: "No text.",
      hint: "Choose another.",
      details: { line: 3 },
    });
  });
  test("errors of the same make, as autodiff's, keep their code", () => {
    const foreign = new AutodiffError("autodiff/unknown-op", "No op.", "Use another.", { op: "X" });
    expect(hasCode(asUnmaskError(foreign), "autodiff/unknown-op")).toBe(true);
  });
  test("anything else is said to be our fault", () => {
    expect(toWire(new TypeError("x is not a function"))).toMatchObject({
      code: "internal/unexpected",
      message: "x is not a function",
    });
    expect(toWire("thrown string").message).toBe("thrown string");
    // A DOMException has a numeric code.
    expect(toWire(new DOMException("gone", "AbortError")).code).toBe("internal/unexpected");
  });
});

test("crc32 gives the published check value, whole and in parts", () => {
  const bytes = new TextEncoder().encode("123456789");
  expect(crc32(bytes)).toBe(0xcbf43926); // the check value of CRC-32/ISO-HDLC
  expect(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
});

describe("random streams", () => {
  test("equal names give equal numbers, others do not", () => {
    const draw = (...name: number[]): number[] => Array.from({ length: 5 }, random(...name).next);
    expect(draw(1, 2, 3)).toEqual(draw(1, 2, 3));
    expect(draw(1, 2, 3)).not.toEqual(draw(1, 3, 2));
    expect(draw(1)).not.toEqual(draw(1, 0));
  });
  test("uniform and normal moments are right to five standard errors", () => {
    const source = random(9);
    const n = 100_000;
    let [sum, square, normalSum, normalSquare] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const u = source.next();
      const z = source.normal();
      sum += u;
      square += u * u;
      normalSum += z;
      normalSquare += z * z;
    }
    expect(Math.abs(sum / n - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(square / n - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / n));
    expect(Math.abs(normalSum / n)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(normalSquare / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  });
  test("a permutation holds every number once, and each place is equally likely", () => {
    expect([...permutation(100, random(4))].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    const firsts = new Float64Array(5);
    for (let i = 0; i < 10_000; i++) firsts[permutation(5, random(7, i))[0]!]!++;
    for (const count of firsts) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(10_000 * 0.2 * 0.8));
  });
});

test("numbers as people read them", () => {
  expect([999, 1000, 12_345_678, 2.5e9].map(formatBytes)).toEqual(["999 B", "1.0 KB", "12.3 MB", "2.5 GB"]);
  expect([0, 400, 61_000, 7_260_000, -1].map(formatDuration)).toEqual([
    "0 ms",
    "400 ms",
    "1 min 1 s",
    "2 h 1 min",
    "–",
  ]);
});

test("a serial queue keeps the order and survives a failed job", async () => {
  const queue = new SerialQueue();
  const said: number[] = [];
  const slow = queue.run(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    said.push(1);
  });
  const failing = queue.run(() => Promise.reject(new Error("no")));
  const last = queue.run(() => Promise.resolve(said.push(2)));
  await expect(failing).rejects.toThrow("no");
  await Promise.all([slow, last]);
  expect(said).toEqual([1, 2]);
});

test("a fingerprint knows one character's change and any order of fields, not an array's", () => {
  const of = (value: unknown): string => fingerprint(sortedJson(value));
  expect(of({ b: [1, { y: 2, x: 3 }], a: "ä" })).toBe(of({ a: "ä", b: [1, { x: 3, y: 2 }] }));
  expect(of({ a: "ä" })).not.toBe(of({ a: "a" }));
  expect(of([1, 2])).not.toBe(of([2, 1]));
});
