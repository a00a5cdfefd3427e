/** Batches of similar lengths: nothing is left out, any step is found by its number, and the padding shrinks. */
import { expect, test } from "vitest";
import { batchLength, bucketLengths, cutPadding, recipeBatches } from "../../../src/data/index.ts";
import { bucketRecipe, documents } from "../../support/length-buckets.ts";

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
