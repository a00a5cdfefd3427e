/** The pure parts of storage that turn things into bytes and back. */
import { describe, expect, test } from "vitest";
import { UnmaskError } from "../../../src/base/index.ts";
import type { Checkpoint, StoredTensor } from "../../../src/contract/index.ts";
import { ChunkCutter, chunkEntry, chunkLimitBytes, chunkProblem, planChunks } from "../../../src/storage/chunks.ts";
import { documentsFromBytes, documentsToBytes } from "../../../src/storage/document-bytes.ts";
import { SourceRuns, sourcesOfDocuments } from "../../../src/storage/document-sources.ts";
import { idTime, newId } from "../../../src/storage/identity.ts";
import { metaFromBytes, metaToBytes } from "../../../src/storage/meta-json.ts";
import { readTensors, tensorBytes, tensorSources, tensorTable } from "../../../src/storage/tensor-stream.ts";

async function* stream(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}
const bytes = (length: number, first = 0): Uint8Array<ArrayBuffer> =>
  new Uint8Array(length).map((_, i) => (first + i) & 255);

describe("chunks", () => {
  test("a plan covers every byte and no chunk exceeds the limit", () => {
    expect(chunkLimitBytes).toBe(16_000_000);
    expect(planChunks(0, 10)).toEqual([]);
    expect(planChunks(9, 10)).toEqual([9]);
    expect(planChunks(10, 10)).toEqual([10]);
    expect(planChunks(31, 10)).toEqual([10, 10, 10, 1]);
  });

  test.each([1, 7, 16, 40])("cutting %i-byte pieces gives the planned sizes and the same bytes", async (piece) => {
    const written: Uint8Array[] = [];
    const cutter = new ChunkCutter((chunk) => Promise.resolve(void written.push(chunk.slice())), 16);
    const all = bytes(150);
    for (let at = 0; at < all.length; at += piece) await cutter.append(all.subarray(at, at + piece));
    await cutter.flush();
    await cutter.flush();
    expect(written.map((chunk) => chunk.length)).toEqual(planChunks(150, 16));
    expect(written.flatMap((chunk) => [...chunk])).toEqual([...all]);
  });

  test("a chunk handed over owns exactly its bytes", async () => {
    const lengths: number[] = [];
    const cutter = new ChunkCutter((chunk) => Promise.resolve(void lengths.push(chunk.buffer.byteLength)), 10_000);
    await cutter.append(bytes(10_003));
    await cutter.flush();
    expect(lengths).toEqual([10_000, 3]); // IndexedDB would store the whole buffer behind a view
  });

  test("every kind of damage has its words", () => {
    const entry = chunkEntry("tensors", bytes(9));
    expect(entry).toEqual({ stream: "tensors", sizeBytes: 9, crc32: 0xbce14302 }); // zlib says the same
    expect(chunkProblem(entry, bytes(9))).toBeUndefined();
    expect(chunkProblem(entry, bytes(9, 1))).toContain("checksum");
    expect(chunkProblem(entry, bytes(8))).toContain("8 bytes instead of 9");
    expect(chunkProblem(entry, undefined)).toContain("missing");
    expect(chunkProblem(entry, "text")).toContain("wrong kind");
  });
});

describe("tensors", () => {
  const tensor = (name: string, shape: number[], first: number): StoredTensor => ({
    name,
    type: "F32",
    shape,
    data: bytes(4 * shape.reduce((a, b) => a * b, 1), first),
  });
  const checkpoint: Checkpoint = {
    meta: {} as Checkpoint["meta"],
    weights: [tensor("a", [2, 3], 0), tensor("empty", [0, 4], 0), tensor("b", [], 50)],
    firstMoment: [tensor("a", [2, 3], 100), { name: "half", type: "F16", shape: [3], data: bytes(6, 9) }],
    secondMoment: [],
  };
  const joined = (): Uint8Array =>
    Uint8Array.from([...checkpoint.weights, ...checkpoint.firstMoment].flatMap(({ data }) => [...data]));
  const fail = (fact: string): Error => new UnmaskError("test/damaged", fact);

  test("come back by name, shape and byte, wherever the chunks were cut", async () => {
    const table = tensorTable(checkpoint);
    for (const cut of [1, 24, 25, 57, 58]) {
      const all = joined();
      const { weights, firstMoment, secondMoment } = checkpoint;
      expect(await readTensors(table, stream(all.subarray(0, cut), all.subarray(cut)), fail)).toEqual({
        weights,
        firstMoment,
        secondMoment,
      });
    }
  });

  test("too few and too many bytes are damage", async () => {
    const table = tensorTable(checkpoint);
    await expect(readTensors(table, stream(joined().subarray(1)), fail)).rejects.toThrow("fewer bytes");
    await expect(readTensors(table, stream(joined(), bytes(1)), fail)).rejects.toThrow("more bytes");
    await expect(readTensors(table, stream(), fail)).rejects.toThrow("fewer bytes");
  });

  test("bytes that do not fit the shape are refused", async () => {
    const bad = { ...tensor("a", [2, 3], 0), shape: [2, 2] };
    await expect(tensorBytes(bad)).rejects.toThrow("should have 16 bytes, but has 24");
  });

  test("each is read from its own place of the stream", async () => {
    const all = joined();
    const asked: number[] = [];
    const table = tensorTable(checkpoint);
    const opened = tensorSources(table, (start, end) => {
      asked.push(start);
      return Promise.resolve(all.slice(start, end));
    });
    for (const group of ["weights", "firstMoment", "secondMoment"] as const) {
      const read = await Promise.all(
        opened[group].map(async ({ read: fetch, ...rest }) => ({ ...rest, data: await fetch() })),
      );
      expect(read).toEqual(checkpoint[group]);
    }
    expect(asked.length).toBe(table.length);
  });
});

test("JSON keeps numbers that JSON has no word for", () => {
  const meta = { a: Infinity, b: [-Infinity, Number.NaN, -0, 0.1, 5e-324], c: { text: "Infinity" }, d: null };
  const back = metaFromBytes(metaToBytes(meta));
  expect(back).toEqual(meta);
  expect(Object.is((back as typeof meta).b[2], -0)).toBe(true);
});

describe("documents", () => {
  const documents = ["one\n\ntwo", "", "\uFEFFmark", "漢字 \u{1F600}", "end"];
  const encoded = [...documentsToBytes(documents)];

  test("come back from any cut, even inside a character", async () => {
    for (let cut = 0; cut <= encoded.length; cut++) {
      const parts = stream(Uint8Array.from(encoded.slice(0, cut)), Uint8Array.from(encoded.slice(cut)));
      const back: string[] = [];
      for await (const document of documentsFromBytes(parts)) back.push(document);
      expect(back).toEqual(documents);
    }
  });

  test("their sources come back, also past the number that is listed by name", async () => {
    const runs = new SourceRuns();
    const one = { documents: 1, words: 2, characters: 9 };
    runs.add({ path: "a.txt", format: "text" }, { documents: 3, words: 5, characters: 20 });
    runs.add(undefined, one); // goes on with the one before
    for (let i = 0; i < 2100; i++) runs.add({ path: `${i}.pdf`, format: "pdf" }, one);
    runs.add({ path: "a.txt", format: "text" }, one);
    runs.add({ path: "empty.txt", format: "text" }, { documents: 0, words: 0, characters: 0 });
    expect(runs.sources[0]).toEqual({ path: "a.txt", format: "text", documents: 5, words: 9, characters: 38 });
    expect(runs.sources).toHaveLength(2000);
    expect(runs.sources.at(-1)).toMatchObject({ path: "", documents: 2100 - 1998 });
    const found: number[] = [];
    for await (const source of sourcesOfDocuments(stream(runs.toBytes()))) found.push(source);
    expect(found).toHaveLength(5 + 2100);
    expect([...found.slice(0, 6), found.at(-2), found.at(-1)]).toEqual([0, 0, 0, 0, 1, 2, 1999, 0]);
    const none: number[] = [];
    for await (const source of sourcesOfDocuments(stream(new SourceRuns().toBytes()))) none.push(source);
    expect(none).toEqual([]);
  });

  test("a lone surrogate becomes the replacement character, never a broken stream", async () => {
    const back: string[] = [];
    for await (const document of documentsFromBytes(stream(documentsToBytes(["a\ud800b"])))) back.push(document);
    expect(back).toEqual(["a\uFFFDb"]);
  });
});

test("ids sort by age and tell their time", () => {
  const [older, newer] = [newId(1_700_000_000_000), newId(1_800_000_000_000)];
  expect([newer, older].sort()).toEqual([older, newer]);
  expect(idTime(older)).toBe(1_700_000_000_000);
  expect(idTime("something else")).toBe(0);
  expect(new Set(Array.from({ length: 1000 }, () => newId())).size).toBe(1000);
});
