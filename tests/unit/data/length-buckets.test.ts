/** Batches of similar lengths: nothing is left out, any step is found by its number, and the padding shrinks. */
import { expect, test } from "vitest";
import {
  batchLength,
  bucketLengths,
  collateSettings,
  cutPadding,
  paddingShare,
  pairedStep,
  partnerStep,
  recipeBatches,
  stepBlocks,
} from "../../../src/data/index.ts";
import { bucketRecipe, documents, partners, sentencePairs } from "../../support/length-buckets.ts";
import { special, tinyBert } from "../../support/tiny-bert.ts";

/** An epoch of 90 blocks is 15 updates of 6. */
const EPOCH_STEPS = 15;

test("four lengths, whole eights, the last one the block's own", () => {
  expect(bucketLengths(128)).toEqual([32, 64, 96, 128]);
  expect(bucketLengths(100)).toEqual([32, 56, 80, 100]);
  expect(bucketLengths(8)).toEqual([8]);
});

test.each([{ batchSize: 3 }, { batchSize: 4 }])("every epoch holds every block once: %o", (change) => {
  const recipe = { ...bucketRecipe("group"), accumulation: 1, ...change };
  const blocks = documents(recipe);
  const steps = Array.from({ length: 90 }, (_, s) => recipeBatches(blocks, recipe, s + 1)[0]!);
  const uses = steps.flat();
  for (let epoch = 0; epoch < 3; epoch++) {
    const part = uses.slice(90 * epoch, 90 * (epoch + 1));
    expect(new Set(part.map(({ block }) => block)).size).toBe(90);
    expect(new Set(part.map((use) => use.epoch))).toEqual(new Set([epoch]));
  }
  expect(uses.slice(0, 90).map(({ block }) => block)).not.toEqual(uses.slice(90, 180).map(({ block }) => block));
  for (const s of [71, 2, 40, 0]) expect(recipeBatches(blocks, recipe, s + 1)[0]).toEqual(steps[s]);
});

test("an epoch that begins within a batch groups what comes after that batch", () => {
  // 10 rows, 4 a batch: of the second epoch's places 10 to 19, batches begin at 12 and 16.
  const rowsOf = (step: number): number[] =>
    stepBlocks(7, 10, 4, 1, step, (_, row) => row)[0]!.map(({ block }) => block);
  const [one, other] = [rowsOf(4), rowsOf(5)].sort((a, b) => a[0]! - b[0]!);
  expect(Math.max(...one!)).toBeLessThan(Math.min(...other!));
});

test("as many rows of other lengths are drawn in an order of their own, whatever was drawn before", () => {
  const drawn = (lengths: (_: number, row: number) => number): number[] =>
    stepBlocks(7, 60, 4, 15, 1, lengths).flatMap((batch) => batch.map(({ block }) => block));
  const rising = drawn((_, row) => row);
  const mixed = drawn((_, row) => (7 * row) % 60);
  expect(mixed).not.toEqual(rising);
  expect(drawn((_, row) => row)).toEqual(rising);
});

test("grouped batches need few more places than there are tokens", () => {
  const blocks = documents(bucketRecipe("no"));
  const tokens = blocks.count * blocks.T - blocks.paddingTokens;
  const placesOf = (way: "cut" | "group"): number => {
    const recipe = bucketRecipe(way);
    let places = 0;
    for (let step = 1; step <= EPOCH_STEPS; step++)
      for (const part of recipeBatches(blocks, recipe, step)) places += part.length * batchLength(blocks, part);
    return places;
  };
  const all = blocks.count * blocks.T;
  expect(paddingShare(blocks)).toBe(blocks.paddingTokens / all);
  expect(placesOf("cut")).toBeLessThan(0.75 * all);
  expect(placesOf("group")).toBeLessThan(0.75 * placesOf("cut"));
  expect(placesOf("group")).toBeGreaterThan(tokens);
});

test("a cut block has the same tokens, word marks and length", () => {
  const blocks = documents(bucketRecipe("no"));
  const short = cutPadding(blocks, 32);
  const target = new Int32Array(40).fill(-7);
  for (let i = 0; i < blocks.count; i++) {
    const whole = blocks.block(i);
    if (whole.length > 32) continue;
    const { ids, continues, length } = short.block(i);
    expect([...ids]).toEqual([...whole.ids.subarray(0, 32)]);
    expect([...continues]).toEqual([...whole.continues.subarray(0, 32)]);
    expect(length).toBe(whole.length);
    expect(short.copy(i, target, 4)).toBe(length);
    expect([...target]).toEqual([-7, -7, -7, -7, ...ids, -7, -7, -7, -7]);
  }
});

/** Steps in an order that no run takes: a draw must not depend on those before it. */
const anyOrder = [41, 3, 77, 0, 20];

test("pairs of similar length together: every epoch holds each of its pairs once, any step is found by its number", () => {
  const recipe = { ...bucketRecipe("group"), objective: "sop" as const, accumulation: 1 };
  const settings = collateSettings({ recipe, special, config: tinyBert() });
  const pairs = sentencePairs("sop");
  const steps = Array.from({ length: 120 }, (_, s) => pairedStep(pairs, settings, s + 1).batches[0]!);
  const used = steps.flatMap(({ blocks }) => [...blocks]);
  for (const epoch of [0, 1, 2]) {
    const { first, count } = pairs.span(epoch);
    const numbers = Array.from({ length: count }, (_, i) => first + i);
    expect(used.slice(first, first + count).sort((a, b) => a - b)).toEqual(numbers);
  }
  expect(used.slice(0, 30)).not.toEqual(Array.from({ length: 30 }, (_, i) => i));
  const fresh = sentencePairs("sop");
  for (const s of anyOrder) expect(pairedStep(fresh, settings, s + 1).batches[0]).toEqual(steps[s]);
  const places = (all: typeof steps): number => all.reduce((sum, { B, T }) => sum + B * T, 0);
  const tokens = steps.reduce((sum, batch) => sum + batch.tokens, 0);
  const cut = collateSettings({ recipe: { ...recipe, lengthBuckets: "cut" }, special, config: tinyBert() });
  const loose = Array.from({ length: 120 }, (_, s) => pairedStep(pairs, cut, s + 1).batches[0]!);
  expect(places(loose)).toBeLessThan(0.8 * 120 * 3 * 64);
  expect(places(steps)).toBeLessThan(0.85 * places(loose));
  expect(places(steps)).toBeGreaterThanOrEqual(tokens);
});

test("texts and partners of similar length together are cut to the longest of either side", () => {
  const recipe = { ...bucketRecipe("group"), objective: "contrastive" as const, accumulation: 1 };
  const texts = partners(recipe);
  const steps = Array.from({ length: 30 }, (_, s) => partnerStep(texts, recipe, s + 1).batches[0]!);
  expect(new Set(steps.flatMap(({ first }) => [...first.blocks])).size).toBe(90);
  for (const { first, second } of steps) {
    expect(second.T).toBe(first.T);
    const rows = [...first.blocks].flatMap((i) => [texts.first.block(i).length, texts.second.block(i).length]);
    expect(first.T).toBe(Math.ceil(Math.max(...rows) / 16) * 16);
    expect(first.tokens + second.tokens).toBe(rows.reduce((a, b) => a + b));
  }
  const again = partners(recipe);
  for (const s of [20, 3, 29]) expect(partnerStep(again, recipe, s + 1).batches[0]).toEqual(steps[s]);
});
