/** Permutation language modelling's collator against transformers' own, given the same draws; then its own chance. */
import { describe, expect, it } from "vitest";
import { random, type Random } from "../../../src/base/index.ts";
import { defaultRecipe } from "../../../src/contract/index.ts";
import { collateMlm, frozenBatches, packConcatenated, type CollateSettings } from "../../../src/data/index.ts";
import { chooseSpans, drawOrdering, orderingOf, sightOf } from "../../../src/data/collate/permute.ts";
import { permuted, permutedSpecial as special, type PermutedBatch } from "../../support/golden-permuted.ts";

const { T, probability, span: longestSpan } = permuted;
const oneIn = Math.round(1 / probability);

/** Gives the oracle's draws in their order: a span's length (from 1), then its start (from 0). */
function replay(draws: number[]): Random {
  let n = 0;
  const unused = (): never => expect.fail("only whole numbers are drawn");
  return { next: unused, normal: unused, below: () => draws[n]! - (n++ % 2 === 0 ? 1 : 0) };
}

function rows({ text, lengths, spans, orders, ...batch }: PermutedBatch) {
  const source = replay(spans);
  return lengths.map((length, row) => {
    const part = (list: number[]): number[] => list.slice(row * T, (row + 1) * T);
    const ids = Int32Array.from(part(text));
    const block = { ids, continues: new Uint8Array(T), length };
    const places = chooseSpans(block, { oneIn, longestSpan }, special, source);
    const sight = sightOf(orderingOf(block, special, orders[row]!), places, (_, column) => column < length);
    return {
      places,
      shown: Array.from(ids, (id, i) => (places.includes(i) ? special.mask : id)),
      sight: Array.from(sight).join(""),
      expected: {
        places: part(batch.labels).flatMap((label, i) => (label >= 0 ? [i] : [])),
        shown: part(batch.input_ids),
        sight: batch.seen.slice(row * T * T, (row + 1) * T * T),
      },
    };
  });
}

describe.each(Object.entries(permuted.runs))("%s", (_, { batches }) => {
  it("the same draws give the same guessed tokens and the same sight", () => {
    for (const batch of batches) for (const { expected, ...found } of rows(batch)) expect(found).toEqual(expected);
  });
});

const words = (count: number): number[] => Array.from({ length: count }, (_, i) => 7 + (i % 90));
const settings = (recipe: Partial<CollateSettings["recipe"]> = {}): CollateSettings => ({
  recipe: { ...defaultRecipe(), ...recipe },
  special,
  vocabularySize: 100,
  permuted: true,
});
function blocksOf(documents: number[][], length: number, borders: "open" | "closed" = "open") {
  const starts = [0];
  for (const document of documents) starts.push(starts.at(-1)! + document.length);
  const stream = { tokens: Int32Array.from(documents.flat()), documents: Uint32Array.from(starts) };
  return packConcatenated(stream, length, "error", borders);
}

it("guesses one token in six of ordinary text, in spans of at most five", () => {
  const [length, count] = [240, 200];
  let guessed = 0;
  const block = { ids: Int32Array.from(words(length)), continues: new Uint8Array(length), length };
  for (let seed = 0; seed < count; seed++) {
    const places = chooseSpans(block, { oneIn: 6, longestSpan: 5 }, special, random(seed));
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    guessed += places.length;
  }
  // A stretch holds exactly a sixth; only the last one is cut, by chance before or after its span.
  expect(Math.abs(guessed / (count * length) - 1 / 6)).toBeLessThan(0.005);
});

it("what is guessed sees those that come earlier in the order, and never itself", () => {
  const ids = Int32Array.from([...words(10), special.end, special.start]);
  const block = { ids, continues: new Uint8Array(12), length: 12 };
  const ordering = drawOrdering(block, special, random(3));
  const guessed = [1, 2, 8];
  const sight = sightOf(ordering, guessed, () => true);
  const sees = (row: number, column: number): number => sight[row * 12 + column]!;
  for (const row of guessed)
    for (const column of guessed)
      expect(sees(row, column)).toBe(ordering.ranks[row]! > ordering.ranks[column]! ? 1 : 0);
  for (const column of guessed) expect(sees(0, column)).toBe(0); // open text sees nothing that is guessed
  expect(sees(8, 1)).toBe(1); // the second half comes after the first
  expect(Array.from({ length: 12 }, (_, row) => sees(row, 0))).toEqual(new Array(12).fill(1));
});

it("a batch holds labels and sight, and the same again for the same step", () => {
  const blocks = blocksOf([words(64), words(128)], 32);
  const uses = [0, 1, 2].map((block) => ({ epoch: 0, block }));
  const batch = collateMlm(blocks, uses, settings(), 32);
  expect(batch.count).toBeGreaterThan(3);
  expect(batch.sight).toHaveLength(3 * 32 * 32);
  for (let m = 0; m < batch.count; m++) {
    expect(batch.ids[batch.positions[m]!]).toBe(special.mask);
    expect(batch.labels[m]).toBe(batch.original[batch.positions[m]!]);
  }
  expect(collateMlm(blocks, uses, settings(), 32)).toEqual(batch);
  expect(collateMlm(blocks, uses, settings({ seed: 1 }), 32).sight).not.toEqual(batch.sight);
});

it("where there is no room, what is dropped is open text again: all may see it", () => {
  const blocks = blocksOf([words(64)], 64);
  const batch = collateMlm(blocks, [{ epoch: 0, block: 0 }], settings(), 2);
  expect([batch.count, batch.dropped > 0]).toEqual([2, true]);
  const hidden = (column: number): boolean =>
    Array.from({ length: 64 }, (_, row) => batch.sight![row * 64 + column]).includes(0);
  const columns = Array.from({ length: 64 }, (_, column) => column).filter(hidden);
  expect(columns).toEqual([...batch.positions]);
});

it("with closed borders nothing looks into another document, and a token alone in one is not guessed", () => {
  const blocks = blocksOf([...Array.from({ length: 8 }, () => [7]), words(8)], 16, "closed");
  for (let epoch = 0; epoch < 20; epoch++) {
    const batch = collateMlm(blocks, [{ epoch, block: 0 }], settings({ permuteOneIn: 2 }), 16);
    expect(Math.min(16, ...batch.positions.subarray(0, batch.count))).toBeGreaterThanOrEqual(8);
    for (let row = 8; row < 16; row++)
      expect([...batch.sight!.subarray(row * 16, row * 16 + 8)]).toEqual(new Array(8).fill(0));
  }
});

it("held-out places and orders are frozen, whatever the batch size", () => {
  const blocks = blocksOf([words(512)], 32);
  const all = (B: number): unknown[] =>
    frozenBatches(blocks, B, settings()).flatMap((batch) =>
      Array.from({ length: batch.count }, (_, m) => [
        batch.blocks[Math.floor(batch.positions[m]! / 32)],
        batch.positions[m]! % 32,
        batch.sight!.subarray(batch.positions[m]! * 32, batch.positions[m]! * 32 + 32).join(""),
      ]),
    );
  expect(all(8)).toEqual(all(3));
  expect(all(8).length).toBeGreaterThan(40);
});

it("refuses blocks of an odd length", () => {
  const block = { ids: Int32Array.from(words(7)), continues: new Uint8Array(7), length: 7 };
  expect(() => drawOrdering(block, special, random(1))).toThrow(expect.objectContaining({ code: "data/odd-block" }));
});
