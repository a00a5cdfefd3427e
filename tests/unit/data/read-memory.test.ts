import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { MAX_DOCUMENT_CHARACTERS, readDocuments, type SourceFile } from "../../../src/data/index.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const MEGABYTE = 1024 * 1024;
const FILE_BYTES = 200 * MEGABYTE;
/**
 * What may still be held in the middle of the file, after a collection: a slice as bytes and as text, a document of
 * a million characters and its joined copy come to about 6 MB; the file has 200.
 */
const MAX_GROWTH_BYTES = 24 * MEGABYTE;

/** 200 MB that exist only slice by slice. */
function generated(pattern: string): SourceFile {
  const unit = new TextEncoder().encode(pattern);
  const tile = new Uint8Array(unit.length * Math.ceil((MEGABYTE + unit.length) / unit.length));
  for (let at = 0; at < tile.length; at += unit.length) tile.set(unit, at);
  return {
    name: "big.txt",
    size: FILE_BYTES,
    slice(start = 0, end = FILE_BYTES) {
      const from = start % unit.length;
      return { arrayBuffer: () => Promise.resolve(tile.slice(from, from + end - start).buffer) };
    },
  };
}

const held = (): number => {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

it.each([
  ["one line", "a line without an end that goes on and on ", MAX_DOCUMENT_CHARACTERS / 2],
  ["lines", "An ordinary line of text, about as long as such lines usually are in a corpus.\n", 77],
])("200 MB of %s are read in flat memory", async (_, pattern, shortest) => {
  const file = generated(pattern);
  const before = held();
  let [peak, read, next, documents, characters] = [0, 0, 20 * MEGABYTE, 0, 0];
  const reports: string[] = [];
  for await (const document of readDocuments(
    file,
    { field: "" },
    "auto",
    (one) => reports.push(one.code),
    (bytes) => (read += bytes),
  )) {
    documents++;
    characters += document.length;
    if (read < next) continue;
    next += 20 * MEGABYTE;
    peak = Math.max(peak, held() - before);
  }
  expect(read).toBe(FILE_BYTES);
  // All but the white space at the cuts.
  expect(FILE_BYTES - characters).toBeLessThanOrEqual(documents + 1);
  expect(characters / documents).toBeGreaterThanOrEqual(shortest);
  expect(reports).toEqual(pattern.endsWith("\n") ? [] : ["data/long-document"]);
  console.log(`held at most ${(peak / MEGABYTE).toFixed(1)} MB above the start, ${documents} documents`);
  expect(peak).toBeLessThan(MAX_GROWTH_BYTES);
});
