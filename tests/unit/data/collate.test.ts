/**
 * The collator against what DataCollatorForLanguageModeling promises (transformers: mlm_probability 0.15; 80 % mask
 * token, 10 % random, 10 % kept): every count is binomial, so its bounds are known exactly.
 */
import { describe, expect, it } from "vitest";
import { defaultRecipe, type Recipe } from "../../../src/contract/index.ts";
import {
  collateMlm,
  frozenBatches,
  maskedRoom,
  packConcatenated,
  packLines,
  stepBlocks,
  type BlockIndex,
  type CollateSettings,
  type MlmBatch,
} from "../../../src/data/index.ts";
import { special } from "../../support/tiny-bert.ts";

const V = 1000;
const settings = (change: Partial<Recipe> = {}): CollateSettings => ({
  recipe: { ...defaultRecipe(), ...change },
  special,
  vocabularySize: V,
});

/** `count` blocks of documents of 30 pieces; ids from 10 to 509, unknown tokens among them. */
function corpus(count: number, T: number, packing: "concatenate" | "lines" = "concatenate"): BlockIndex {
  const tokens: number[] = [];
  const documents = [0];
  let n = 0;
  while (packing === "lines" ? documents.length <= count : tokens.length < count * T) {
    tokens.push(special.start);
    for (let i = 0; i < 30; i++, n++) tokens.push(n % 41 === 0 ? special.unknown : 10 + ((n * 7919) % 500));
    tokens.push(special.end);
    documents.push(tokens.length);
  }
  const stream = { tokens: Int32Array.from(tokens), documents: Uint32Array.from(documents) };
  return packing === "lines" ? packLines(stream, T, special) : packConcatenated(stream, T);
}
const uses = (blocks: number[], epoch = 0): { epoch: number; block: number }[] =>
  blocks.map((block) => ({ epoch, block }));

/** Six standard deviations: a false alarm once in 10^9. */
const SIGMAS = 6;
function expectBinomial(observed: number, n: number, p: number, what: string): void {
  const sd = Math.sqrt(n * p * (1 - p));
  const label = `${what}: ${observed} of ${n}, expected ${(n * p).toFixed(0)} ± ${(SIGMAS * sd).toFixed(0)}`;
  expect(Math.abs(observed - n * p), label).toBeLessThan(SIGMAS * sd);
}

interface Tally {
  ordinary: number;
  chosen: number;
  masked: number;
  kept: number;
  random: number;
  randomIds: number[];
}
function tally(batch: MlmBatch, into: Tally): void {
  for (let i = 0; i < batch.original.length; i++)
    if (batch.attention[i] === 1 && batch.original[i]! > special.mask) into.ordinary++;
  for (let m = 0; m < batch.count; m++) {
    const place = batch.positions[m]!;
    const [seen, label] = [batch.ids[place]!, batch.labels[m]!];
    into.chosen++;
    if (seen === special.mask) into.masked++;
    else if (seen === label) into.kept++;
    else {
      into.random++;
      into.randomIds.push(seen);
    }
  }
}
const emptyTally = (): Tally => ({ ordinary: 0, chosen: 0, masked: 0, kept: 0, random: 0, randomIds: [] });

describe("rates", () => {
  it.each([
    [0.15, 0.8, 0.1],
    [0.4, 0.8, 0.1],
    [0.15, 1, 0],
    [0.3, 0.5, 0.5],
  ])("rate %f, mask token %f, random %f", (maskRate, maskTokenShare, randomTokenShare) => {
    const seed = 20_240_601;
    const blocks = corpus(2000, 64);
    const total = emptyTally();
    const M = maskedRoom(8, 64, maskRate);
    for (let b = 0; b < 2000; b += 8)
      tally(
        collateMlm(
          blocks,
          uses([0, 1, 2, 3, 4, 5, 6, 7].map((i) => b + i)),
          settings({ seed, maskRate, maskTokenShare, randomTokenShare }),
          M,
        ),
        total,
      );
    const { ordinary, chosen } = total;
    console.log(
      `seed ${seed}: ${ordinary} tokens, chosen ${chosen}, mask ${total.masked}, random ${total.random}, kept ${total.kept}`,
    );
    expectBinomial(chosen, ordinary, maskRate, "chosen");
    // A random id may by chance be the mask token or the token itself: 1 in V each.
    const same = randomTokenShare / V;
    expectBinomial(total.masked, chosen, Math.min(1 - 1e-9, maskTokenShare + same), "shown as mask");
    expectBinomial(total.random, chosen, Math.max(1e-9, randomTokenShare - 2 * same), "shown as random");
    if (randomTokenShare > 0) {
      const mean = total.randomIds.reduce((sum, id) => sum + id, 0) / total.randomIds.length;
      // Uniform on 0..V-1: mean 499.5, sd V / sqrt(12).
      expect(Math.abs(mean - (V - 1) / 2)).toBeLessThan((SIGMAS * V) / Math.sqrt(12 * total.randomIds.length));
    }
  });

  it("choices are independent: the number a block follows the binomial's spread", () => {
    const blocks = corpus(3000, 64);
    const counts: number[] = [];
    let ordinary = 0;
    for (let b = 0; b < 3000; b++) {
      const one = emptyTally();
      tally(collateMlm(blocks, uses([b]), settings({ seed: 3, maskRate: 0.5 }), 64), one);
      counts.push(one.chosen / Math.sqrt(one.ordinary * 0.25) - Math.sqrt(one.ordinary * 0.25) * 2);
      ordinary += one.ordinary;
    }
    const variance = counts.reduce((sum, x) => sum + x * x, 0) / counts.length;
    // Standardised, so the variance is 1; its own sd is sqrt(2 / 3000).
    expect(Math.abs(variance - 1), `${ordinary} tokens`).toBeLessThan(SIGMAS * Math.sqrt(2 / 3000));
  });
});

describe("a batch", () => {
  const blocks = corpus(40, 48, "lines");
  const batch = collateMlm(blocks, uses([3, 17, 0, 39]), settings(), maskedRoom(4, 48, 0.15));

  it("never hides special tokens or padding, and shows everything else unchanged", () => {
    const chosen = new Set(batch.positions.subarray(0, batch.count));
    expect(batch.original).toHaveLength(4 * 48);
    for (let place = 0; place < batch.original.length; place++)
      if (chosen.has(place)) expect(batch.original[place]).toBeGreaterThan(special.mask);
      else expect(batch.ids[place]).toBe(batch.original[place]);
  });
  it("positions ascend, labels are the original ids, weights mark the used places", () => {
    const { positions, labels, weights, count } = batch;
    for (let m = 0; m < positions.length; m++) {
      expect(weights[m]).toBe(m < count ? 1 : 0);
      if (m >= count) expect([positions[m], labels[m]]).toEqual([0, 0]);
      else {
        expect(labels[m]).toBe(batch.original[positions[m]!]);
        if (m > 0) expect(positions[m]).toBeGreaterThan(positions[m - 1]!);
      }
    }
  });
  it("attention is 1 exactly on tokens; tokens and rows are counted", () => {
    for (let i = 0; i < batch.ids.length; i++)
      expect(batch.attention[i]).toBe(batch.original[i] === special.pad ? 0 : 1);
    expect(batch.tokens).toBe(4 * 32);
    expect([...batch.blocks]).toEqual([3, 17, 0, 39]);
  });
  it("is the same for the same seed, epoch and blocks, whatever came before; else another", () => {
    const again = collateMlm(blocks, uses([3, 17, 0, 39]), settings(), maskedRoom(4, 48, 0.15));
    expect(again).toEqual(batch);
    const M = batch.positions.length;
    expect(collateMlm(blocks, uses([3, 17, 0, 39], 1), settings(), M).positions).not.toEqual(batch.positions);
    expect(collateMlm(blocks, uses([3, 17, 0, 39]), settings({ seed: 43 }), M).positions).not.toEqual(batch.positions);
  });
  it("a block's masks do not depend on the batch it is in", () => {
    const alone = collateMlm(blocks, uses([17]), settings(), 48);
    const row = [...batch.positions.subarray(0, batch.count)].filter((p) => p >= 48 && p < 96).map((p) => p - 48);
    expect([...alone.positions.subarray(0, alone.count)]).toEqual(row);
    expect(alone.ids).toEqual(batch.ids.slice(48, 96));
  });
});

describe("room for masked tokens", () => {
  it("is mean plus four standard deviations, a multiple of eight, at most every token", () => {
    expect(maskedRoom(8, 128, 0.15)).toBe(200); // 153.6 + 4 * 11.43 = 199.3
    expect(maskedRoom(4, 32, 0.15)).toBe(40); // 19.2 + 4 * 4.04 = 35.4
    expect(maskedRoom(1, 8, 0.9)).toBe(8);
    expect(maskedRoom(3, 3, 0.5)).toBe(9);
  });
  it("surplus is dropped at random, counted, and stays as it was", () => {
    const blocks = corpus(16, 64);
    const all = uses([...Array(16).keys()]);
    const full = collateMlm(blocks, all, settings(), 16 * 64);
    const M = 32;
    const tight = collateMlm(blocks, all, settings(), M);
    expect(full.dropped).toBe(0);
    expect([tight.count, tight.dropped]).toEqual([M, full.count - M]);
    const kept = new Set(tight.positions);
    const before = new Set(full.positions.subarray(0, full.count));
    for (const place of kept) expect(before.has(place)).toBe(true);
    for (const place of before) if (!kept.has(place)) expect(tight.ids[place]).toBe(tight.original[place]);
    // At random: the kept ones are not just the first.
    expect(Math.max(...kept)).toBeGreaterThan(16 * 32);
    expect(collateMlm(blocks, all, settings(), M)).toEqual(tight);
  });
  it("at least one token is hidden, unless all are special", () => {
    const blocks = corpus(4, 8);
    for (let seed = 0; seed < 200; seed++)
      expect(collateMlm(blocks, uses([0]), settings({ seed, maskRate: 0.01 }), 8).count).toBeGreaterThanOrEqual(1);
    const bare = packLines({ tokens: Int32Array.of(2, 3), documents: Uint32Array.of(0, 2) }, 8, special);
    expect(collateMlm(bare, uses([0]), settings(), 8)).toMatchObject({ count: 0, tokens: 2 });
  });
});

describe("which blocks a step uses", () => {
  it("every epoch is a permutation; no block is lost at its end", () => {
    const order = Array.from({ length: 50 }, (_, s) => stepBlocks(9, 23, 4, 2, s + 1)).flat(2);
    expect(order).toHaveLength(400);
    for (let epoch = 0; epoch < Math.floor(400 / 23); epoch++) {
      const part = order.slice(epoch * 23, (epoch + 1) * 23);
      expect(new Set(part.map((use) => use.block)).size).toBe(23);
      expect(new Set(part.map((use) => use.epoch))).toEqual(new Set([epoch]));
    }
    expect(order.slice(0, 23)).not.toEqual(order.slice(23, 46).map(({ block }) => ({ epoch: 0, block })));
  });
  it("any step is found by its number alone", () => {
    const forward = Array.from({ length: 30 }, (_, s) => stepBlocks(1, 10, 4, 1, s + 1));
    for (const s of [29, 3, 17, 0]) expect(stepBlocks(1, 10, 4, 1, s + 1)).toEqual(forward[s]);
    expect(stepBlocks(2, 10, 4, 1, 1)).not.toEqual(forward[0]);
  });
  it("fewer blocks than a batch: repeats fall into different epochs, so with different masks", () => {
    const [batch] = stepBlocks(1, 3, 8, 1, 1) as [{ epoch: number; block: number }[]];
    expect(batch.map((use) => use.epoch)).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
    expect(new Set(batch.map(({ epoch, block }) => `${epoch} ${block}`)).size).toBe(8);
  });
});

describe("frozen masks", () => {
  const blocks = corpus(50, 64);
  const chosen = (batches: MlmBatch[]): string[] =>
    batches.flatMap((batch) =>
      [...batch.positions.subarray(0, batch.count)].map((place, m) => {
        const block = batch.blocks[Math.floor(place / 64)]!;
        return `${block}:${place % 64} ${batch.ids[place]!} ${batch.labels[m]!}`;
      }),
    );

  it("are the same tokens at every evaluation and at every batch size", () => {
    const eight = frozenBatches(blocks, 8, settings());
    expect(frozenBatches(blocks, 8, settings())).toEqual(eight);
    expect(chosen(frozenBatches(blocks, 3, settings()))).toEqual(chosen(eight));
    expect(chosen(frozenBatches(blocks, 8, settings({ seed: 1 })))).not.toEqual(chosen(eight));
  });
  it("cover every block once and drop nothing; spare rows have no labels", () => {
    const batches = frozenBatches(blocks, 8, settings());
    expect(batches.flatMap((batch) => [...batch.blocks]).filter((block) => block >= 0)).toEqual([...Array(50).keys()]);
    expect(batches.every((batch) => batch.dropped === 0 && batch.positions.length === maskedRoom(8, 64, 0.15))).toBe(
      true,
    );
    const last = batches.at(-1)!;
    expect([...last.blocks].filter((block) => block < 0)).toHaveLength(6);
    expect(last.ids.slice(2 * 64, 3 * 64)).toEqual(last.original.slice(0, 64));
    expect(last.tokens).toBe(2 * 64);
  });
  it("a limit takes a random sample of blocks, the same for a seed", () => {
    const batches = frozenBatches(blocks, 8, settings(), 100);
    const masked = batches.reduce((sum, batch) => sum + batch.count, 0);
    expect(masked).toBeGreaterThanOrEqual(100);
    expect(masked).toBeLessThan(100 + 64);
    const used = batches.flatMap((batch) => [...batch.blocks]).filter((block) => block >= 0);
    expect(used).not.toEqual(used.map((_, i) => i));
    const all = new Set(chosen(frozenBatches(blocks, 8, settings())));
    expect(chosen(batches).every((one) => all.has(one))).toBe(true);
  });
  it("differ from the training masks of the same blocks", () => {
    const frozen = frozenBatches(blocks, 1, settings())[0]!;
    expect(collateMlm(blocks, uses([0]), settings(), 64).positions).not.toEqual(frozen.positions);
  });
  it("a held-out text of a few tokens still has one hidden", () => {
    const stream = { tokens: Int32Array.of(2, 10, 11, 3), documents: Uint32Array.of(0, 4) };
    for (let seed = 0; seed < 50; seed++) {
      const batches = frozenBatches(packConcatenated(stream, 8, { pad: 0 }), 4, settings({ seed }));
      expect(batches.reduce((sum, batch) => sum + batch.count, 0)).toBeGreaterThanOrEqual(1);
    }
  });
});
