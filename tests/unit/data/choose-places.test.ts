/** Whole words and spans: never a part of a word, the budget kept, lengths as SpanBERT's. */
import { describe, expect, it } from "vitest";
import { random } from "../../../src/base/index.ts";
import { defaultRecipe, type Recipe } from "../../../src/contract/index.ts";
import { collateMlm, frozenBatches, packConcatenated, type MlmBatch } from "../../../src/data/index.ts";
import { special } from "../../support/tiny-bert.ts";

const T = 128;
const settings = (change: Partial<Recipe>): Parameters<typeof collateMlm>[2] => ({
  recipe: { ...defaultRecipe(), ...change },
  special,
  vocabularySize: 600,
});

/** Documents of 60 words of one to four pieces; the pieces of word w begin at 10 + 4 (w % 140). */
const words: number[] = [];
const blocks = (() => {
  const source = random(11);
  const tokens: number[] = [];
  const documents = [0];
  for (let w = 0; tokens.length < 40 * T;) {
    tokens.push(special.start);
    words.push(-1);
    for (let i = 0; i < 60; i++, w++)
      for (let piece = 0, pieces = 1 + source.below(4); piece < pieces; piece++) {
        const id = 10 + 4 * (w % 140) + piece;
        tokens.push(piece === 0 ? id : ~id);
        words.push(w);
      }
    tokens.push(special.end);
    words.push(-1);
    documents.push(tokens.length);
  }
  return packConcatenated({ tokens: Int32Array.from(tokens), documents: Uint32Array.from(documents) }, T);
})();

/** Places of a one-row batch, in the stream. */
const placesOf = (batch: MlmBatch): number[] =>
  Array.from(batch.positions.subarray(0, batch.count), (place) => batch.blocks[0]! * T + place);
const batchOf = (block: number, change: Partial<Recipe>, epoch = 0): MlmBatch =>
  collateMlm(blocks, [{ epoch, block }], settings(change), T);
const ordinary = (block: number): number => words.slice(block * T, (block + 1) * T).filter((w) => w >= 0).length;

describe.each(["word", "span"] as const)("by %s", (maskUnit) => {
  it("ids come out plain, whatever the marks in the stream", () => {
    const batch = batchOf(3, { maskUnit });
    expect(Math.min(...batch.ids, ...batch.labels, ...batch.original)).toBeGreaterThanOrEqual(0);
  });
  it("hides every piece of a word or none, but for a word that the block's border cuts", () => {
    for (let block = 0; block < blocks.count; block++) {
      const hidden = new Set(placesOf(batchOf(block, { maskUnit })));
      for (const place of hidden)
        for (const next of [place - 1, place + 1])
          if (words[next] === words[place] && Math.floor(next / T) === block) expect(hidden.has(next)).toBe(true);
    }
  });
  it("fills the budget without passing it: round(rate x tokens), less at most three pieces", () => {
    for (let block = 0; block < blocks.count; block++) {
      const budget = Math.round(0.15 * ordinary(block));
      const { count } = batchOf(block, { maskUnit, maskRate: 0.15 });
      expect(count).toBeLessThanOrEqual(budget);
      expect(count).toBeGreaterThanOrEqual(budget - 3);
    }
  });
  it("is another choice in another epoch, the same one for the same seed", () => {
    expect(placesOf(batchOf(2, { maskUnit }))).toEqual(placesOf(batchOf(2, { maskUnit })));
    expect(placesOf(batchOf(2, { maskUnit }, 1))).not.toEqual(placesOf(batchOf(2, { maskUnit })));
  });
});

it("by token hides parts of words", () => {
  const hidden = new Set(placesOf(batchOf(0, { maskUnit: "token" })));
  const torn = [...hidden].filter((place) => words[place + 1] === words[place] && !hidden.has(place + 1));
  expect(torn.length).toBeGreaterThan(0);
});

it("a span shares one fate: all its places show the mask, or none does", () => {
  let [spans, pieces] = [0, 0];
  for (let block = 0; block < blocks.count; block++) {
    // At most every second span shows something else: then neighbours of one span would differ.
    const batch = batchOf(block, { maskUnit: "span", maskTokenShare: 0.5, randomTokenShare: 0.5 });
    const places = placesOf(batch);
    const masked = places.map((place) => batch.ids[place - block * T] === special.mask);
    for (let i = 1; i < places.length; i++)
      if (words[places[i]!] === words[places[i - 1]!]) {
        expect(masked[i]).toBe(masked[i - 1]);
        pieces++;
      }
    spans++;
  }
  expect([spans, pieces > 100]).toEqual([blocks.count, true]);
});

it("spans are runs of words: longer than chance makes them", () => {
  const runs = (maskUnit: Recipe["maskUnit"]): number => {
    let [hidden, begun] = [0, 0];
    for (let block = 0; block < blocks.count; block++) {
      const chosen = [...new Set(placesOf(batchOf(block, { maskUnit, maskRate: 0.15 })).map((p) => words[p]!))];
      hidden += chosen.length;
      begun += chosen.filter((w) => !chosen.includes(w - 1)).length;
    }
    return hidden / begun;
  };
  // Words alone: 1 / (1 - 0.15) = 1.2 a run. Spans: 3.8 drawn, fewer where the budget or the block ends.
  expect(runs("word")).toBeLessThan(1.4);
  expect(runs("span")).toBeGreaterThan(2.2);
});

it("held-out masks do not depend on how training hides", () => {
  const masks = (maskUnit: Recipe["maskUnit"]): number[][] =>
    frozenBatches(blocks, 4, settings({ maskUnit }), 500).map(({ positions }) => [...positions]);
  expect(masks("span")).toEqual(masks("token"));
});

it("held-out text can be asked for by whole words: all pieces of a word are hidden, or none", () => {
  const hidden = new Set<number>();
  for (const batch of frozenBatches(blocks, 4, settings({ maskUnit: "token" }), Infinity, "word"))
    for (const place of batch.positions.subarray(0, batch.count))
      hidden.add(batch.blocks[Math.floor(place / T)]! * T + (place % T));
  const chosen = new Set([...hidden].map((place) => words[place]));
  for (const place of hidden)
    for (const next of [place - 1, place + 1])
      if (words[next] === words[place] && Math.floor(next / T) === Math.floor(place / T))
        expect(hidden.has(next)).toBe(true);
  expect(hidden.size).toBeGreaterThan(2 * chosen.size); // words have 2.5 pieces on average
});
