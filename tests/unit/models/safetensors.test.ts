import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hasCode, random, type UnmaskError } from "../../../src/base/index.ts";
import { readSafetensors, openSafetensors, writeSafetensors } from "../../../src/models/index.ts";

const bytesOf = (...numbers: number[]): Uint8Array => new Uint8Array(new Float32Array(numbers).buffer);
const encoder = new TextEncoder();

/** A file with a header of our choice: the length field tells the truth unless told otherwise. */
function file(header: string | Uint8Array, data = 0, claimed?: number): Uint8Array {
  const json = typeof header === "string" ? encoder.encode(header) : header;
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimed ?? json.length), true);
  bytes.set(json, 8);
  return bytes;
}

function problemOf(bytes: Uint8Array): unknown {
  try {
    readSafetensors(bytes);
  } catch (error) {
    if (hasCode(error, "models/bad-safetensors")) {
      expect(error.message).toContain("model.safetensors");
      expect(error.hint).not.toBe("");
      return error.details["problem"];
    }
    throw error;
  }
  return "accepted";
}

const entry = (shape: string, begin: number | string, end: number | string, dtype = "F32"): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;

describe("reading", () => {
  test("values, shapes and metadata, also where the data is unaligned", () => {
    const json = `{"__metadata__":{"format":"pt"},"b":${entry("[2,1]", 2, 10)},"a":${entry("[]", 0, 2, "F16")}}`;
    const bytes = file(json, 10);
    bytes.set(bytesOf(1.5, -2), 8 + json.length + 2);
    const { tensors, metadata } = readSafetensors(bytes);
    expect([...tensors.keys()].sort()).toEqual(["a", "b"]);
    expect(tensors.get("b")).toEqual({ type: "F32", shape: [2, 1], data: bytesOf(1.5, -2) });
    expect(tensors.get("a")!.shape).toEqual([]);
    expect(metadata.get("format")).toBe("pt");
  });

  test("empty tensors and padded headers are fine", () => {
    const { tensors } = readSafetensors(file(`{"none":${entry("[0,7]", 0, 0)}}      `));
    expect(tensors.get("none")!.data.length).toBe(0);
    expect(readSafetensors(file("{}")).tensors.size).toBe(0);
  });

  test("tensor by tensor gives the same as at once", async () => {
    const bytes = new Uint8Array(
      readFileSync(new URL("../../fixtures/folders/bert/model.safetensors", import.meta.url)),
    );
    let fetched = 0;
    const read = (a: number, b: number): Promise<Uint8Array> => {
      fetched += b - a;
      return Promise.resolve(bytes.slice(a, b));
    };
    const parts = await openSafetensors({ sizeBytes: bytes.length, read }, "x");
    const whole = readSafetensors(bytes);
    expect([...parts.tensors.keys()].sort()).toEqual([...whole.tensors.keys()].sort());
    expect(fetched).toBeLessThan(bytes.length / 5); // the header only
    for (const [name, { type, shape, data }] of whole.tensors) {
      const part = parts.tensors.get(name)!;
      expect([part.type, part.shape]).toEqual([type, shape]);
      expect(await part.read()).toEqual(data);
    }
    expect(fetched).toBe(bytes.length);
  });
});

describe("a lying or damaged file is a coded error", () => {
  const two = `{"a":${entry("[1]", 0, 4)},"b":${entry("[1]", 4, 8)}}`;
  const cases: [string, Uint8Array, string][] = [
    ["empty", new Uint8Array(0), "truncated"],
    ["seven bytes", new Uint8Array(7), "truncated"],
    ["header length 0", file("", 0), "header-length"],
    ["header length 2^53", file("{}", 0, 2 ** 53), "header-length"],
    ["header length 2^63", file("{}", 0, 2 ** 63), "header-length"],
    ["header longer than the file", file("{}", 0, 50), "truncated"],
    ["header length cuts the JSON", file(two, 8, 20), "json"],
    ["a web page", file("<!doctype html><title>Not found</title>"), "json"],
    ["invalid UTF-8", file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)), "json"],
    ["byte-order mark", file("\ufeff{}"), "json"],
    ["an array", file("[]"), "json"],
    ["null", file("null"), "json"],
    ["a million brackets", file("[".repeat(1e6) + "]".repeat(1e6)), "json"],
    ["deep object", file('{"a":'.repeat(2000) + "1" + "}".repeat(2000)), "json"],
    ["the same tensor twice", file(`{"a":${entry("[1]", 0, 4)},"a":${entry("[1]", 0, 4)}}`, 4), "duplicate"],
    ["twice, once escaped", file(`{"a":${entry("[1]", 0, 4)},"\\u0061":${entry("[1]", 0, 4)}}`, 4), "duplicate"],
    [
      "the same field twice",
      file(`{"a":{"shape":[9],"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4),
      "duplicate",
    ],
    ["__proto__", file(`{"__proto__":${entry("[1]", 0, 4)}}`, 4), "duplicate"],
    ["metadata of numbers", file(`{"__metadata__":{"a":1}}`), "entry"],
    ["metadata a list", file(`{"__metadata__":[]}`), "entry"],
    ["entry a number", file(`{"a":1}`), "entry"],
    ["entry null", file(`{"a":null}`), "entry"],
    ["unknown type", file(`{"a":${entry("[1]", 0, 4, "F31")}}`, 4), "type"],
    ["type of the prototype", file(`{"a":${entry("[1]", 0, 4, "toString")}}`, 4), "type"],
    ["no shape", file(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4), "shape"],
    ["negative shape", file(`{"a":${entry("[-1,-1]", 0, 4)}}`, 4), "shape"],
    ["fractional shape", file(`{"a":${entry("[0.5,2]", 0, 4)}}`, 4), "shape"],
    ["shape of texts", file(`{"a":${entry('["1"]', 0, 4)}}`, 4), "shape"],
    ["overflowing shape", file(`{"a":${entry("[4294967296,4294967296]", 0, 0)}}`), "shape"],
    ["overflow hidden by a zero", file(`{"a":${entry("[9e15,9e15,9e15,0]", 0, 0)}}`), "shape"],
    ["rank 1000", file(`{"a":${entry(`[${"1,".repeat(999)}1]`, 0, 4)}}`, 4), "shape"],
    ["size does not fit the shape", file(`{"a":${entry("[2]", 0, 4)}}`, 4), "shape"],
    ["offsets the wrong way round", file(`{"a":${entry("[1]", 4, 0)}}`, 4), "offsets"],
    ["negative offset", file(`{"a":${entry("[1]", -4, 0)}}`, 4), "offsets"],
    ["offset 1e300", file(`{"a":${entry("[1]", 0, "1e300")}}`, 4), "offsets"],
    ["three offsets", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}`, 8), "offsets"],
    ["data cut off", file(two, 7), "truncated"],
    ["overlap", file(`{"a":${entry("[2]", 0, 8)},"b":${entry("[1]", 4, 8)}}`, 8), "overlap"],
    ["same place twice", file(`{"a":${entry("[1]", 0, 4)},"b":${entry("[1]", 0, 4)}}`, 4), "overlap"],
    ["hole at the start", file(`{"a":${entry("[1]", 4, 8)}}`, 8), "hole"],
    ["hole between", file(`{"a":${entry("[1]", 0, 4)},"b":${entry("[1]", 8, 12)}}`, 12), "hole"],
    ["bytes left over", file(two, 9), "hole"],
  ];
  test.each(cases)("%s", (_, bytes, problem) => expect(problemOf(bytes)).toBe(problem));

  test("names in messages are short and plain", () => {
    const name = `\\u0007\\u202e${"x".repeat(500)}`;
    try {
      readSafetensors(file(`{"${name}":1}`));
      expect.unreachable();
    } catch (error) {
      const { message } = error as UnmaskError;
      expect(message.length).toBeLessThan(160);
      // eslint-disable-next-line no-control-regex
      expect(message).not.toMatch(/[\u0000-\u001f\u202e]/);
    }
  });
});

/**
 * Mutations of a good file: never a crash, never a tensor whose bytes are not its own. `npx vitest` prints the seed of
 * a failure in the assertion's message.
 */
test("four thousand damaged headers: refused with the code, or read consistently", () => {
  const seed = Number(process.env["UNMASK_SEED"] ?? 20261123);
  console.log(`safetensors fuzz: seed ${seed}`);
  const draw = random(seed);
  const good = writeSafetensors(
    ["a", "b.weight", "c"].map((name, i) => ({
      name,
      type: "F32",
      shape: [i + 1, 2],
      data: new Uint8Array(8 * (i + 1)),
    })),
    { format: "pt" },
  );
  const headerEnd = 8 + new DataView(good.buffer).getUint32(0, true);
  const tokens = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "-",
    "0",
    "9",
    "1e9",
    "null",
    "__proto__",
    "F16",
    "\\",
    "\u0000",
    "é",
  ];
  let [refused, accepted] = [0, 0];
  for (let round = 0; round < 4000; round++) {
    let bytes = good.slice();
    const edits = 1 + draw.below(3);
    for (let e = 0; e < edits; e++) {
      const at = draw.below(headerEnd);
      const kind = draw.below(5);
      if (kind === 0) bytes[at] = draw.below(256);
      else if (kind === 1) bytes[draw.below(8)] = draw.below(256);
      else if (kind === 2) bytes = bytes.slice(0, draw.below(bytes.length + 1));
      else if (kind === 3) {
        const token = encoder.encode(tokens[draw.below(tokens.length)]);
        bytes.set(token.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
      } else {
        const [from, to] = [8 + draw.below(headerEnd - 8), 8 + draw.below(headerEnd - 8)];
        bytes.copyWithin(to, from, from + draw.below(24));
      }
    }
    try {
      const { tensors } = readSafetensors(bytes);
      accepted++;
      const total = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
      expect(total, `seed ${seed}, round ${round}`).toBe(
        bytes.length - 8 - Number(new DataView(bytes.buffer).getBigUint64(0, true)),
      );
    } catch (error) {
      expect(hasCode(error, "models/bad-safetensors"), `seed ${seed}, round ${round}: ${String(error)}`).toBe(true);
      refused++;
    }
  }
  expect(refused + accepted).toBe(4000);
  expect(refused).toBeGreaterThan(3000); // most edits do damage; the rest hit padding, names or metadata
});

describe("writing", () => {
  test("reads back, aligned, in the reference implementation's order", () => {
    const bytes = writeSafetensors(
      [
        { name: "half", type: "F16", shape: [3], data: new Uint8Array(6) },
        { name: "b", type: "F32", shape: [1], data: bytesOf(2) },
        { name: "a", type: "F32", shape: [2], data: bytesOf(3, 4) },
      ],
      { format: "pt" },
    );
    const { tensors, metadata } = readSafetensors(bytes);
    expect([...tensors.keys()]).toEqual(["a", "b", "half"]);
    expect(tensors.get("a")!.data).toEqual(bytesOf(3, 4));
    expect(tensors.get("b")!.data.byteOffset % 4).toBe(0);
    expect((8 + new DataView(bytes.buffer).getUint32(0, true)) % 8).toBe(0);
    expect(metadata.get("format")).toBe("pt");
  });

  test("the reference implementation's own bytes come out again", () => {
    const saved = readFileSync(new URL("../../fixtures/folders/bert/model.safetensors", import.meta.url));
    const { tensors, metadata } = readSafetensors(new Uint8Array(saved));
    const list = [...tensors].map(([name, tensor]) => ({ name, ...tensor })).reverse();
    expect(Buffer.from(writeSafetensors(list, Object.fromEntries(metadata))).equals(saved)).toBe(true);
  });

  test.each([
    ["a size that does not fit", [{ name: "a", type: "F32" as const, shape: [2], data: new Uint8Array(4) }]],
    ["a repeated name", [1, 2].map(() => ({ name: "a", type: "F32" as const, shape: [1], data: new Uint8Array(4) }))],
    ["the metadata's name", [{ name: "__metadata__", type: "F32" as const, shape: [1], data: new Uint8Array(4) }]],
  ])("%s is refused", (_, tensors) => {
    expect(() => writeSafetensors(tensors)).toThrow(expect.objectContaining({ code: "models/bad-tensor" }));
  });
});
