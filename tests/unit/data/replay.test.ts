/** Replay: the mixture's blocks are those of its two texts, drawn by seed and epoch, also by similar length. */
import { expect, test } from "vitest";
import { batchLength, collateMlm, cutPadding, recipeBatches, replayBlocks } from "../../../src/data/index.ts";
import { domainFrom, generalFrom, mixture, numbered, replayRecipe } from "../../support/replay.ts";
import { special } from "../../support/tiny-bert.ts";

test("the share is that of all blocks, rounded to whole blocks, one at least", () => {
  expect(replayBlocks(95, 0.05)).toBe(5);
  expect(replayBlocks(100, 0.5)).toBe(100);
  expect(replayBlocks(100, 0.9)).toBe(900);
  expect(replayBlocks(3, 0.01)).toBe(1);
});

test("blocks are those of their own text, under numbers of their own", () => {
  const recipe = replayRecipe();
  const [domain, general] = [numbered(9, domainFrom, recipe), numbered(5, generalFrom, recipe)];
  const mixed = mixture(9, 5, recipe);
  expect(mixed.count).toBe(9 + 3);
  expect(mixed.documents).toBe(14);
  expect(mixed.block(4)).toEqual(domain.block(4));
  for (const round of [0, 1, 2]) expect(mixed.block(9 + 5 * round + 2)).toEqual(general.block(2));
  expect(mixed.documentsOf(9 + 2)).toEqual({ first: 11, last: 11 });
  const [one, other] = [new Int32Array(40), new Int32Array(40)];
  expect(mixed.copy(9 + 5 + 1, one, 8)).toBe(general.copy(1, other, 8));
  expect(one).toEqual(other);
  expect(mixed.notices.at(-1)).toBe("Replay: an epoch is 9 blocks of your text and 3 of the general text, of its 5.");
  expect(mixture(9, 2, replayRecipe({ replayShare: 0.5 })).notices.at(-1)).toContain("about 4.5 times an epoch");
});

test("every epoch draws other general blocks, and any epoch is found by its number alone", () => {
  const drawn = (seed: number, epoch: number): number[] => {
    const mixed = mixture(9, 8, replayRecipe({ seed }));
    return [9, 10, 11].map((place) => mixed.drawn!(epoch, place));
  };
  const forward = Array.from({ length: 8 }, (_, epoch) => drawn(1, epoch));
  // Eight blocks are three epochs' draws but one: all of them once in each round of eight.
  const all = forward.flat();
  for (let round = 0; round < 3; round++)
    expect(new Set(all.slice(8 * round, 8 * round + 8).map((block) => (block - 9) % 8)).size).toBe(8);
  expect(new Set(all).size).toBe(24); // drawn again under another number: other masks
  for (const epoch of [7, 2, 5, 0]) expect(drawn(1, epoch)).toEqual(forward[epoch]);
  expect(drawn(2, 0)).not.toEqual(forward[0]);
});

test("a block drawn again is masked anew", () => {
  const recipe = replayRecipe({ maskRate: 0.4 });
  const mixed = mixture(9, 1, recipe);
  const settings = { recipe, special, vocabularySize: 2000, permuted: false };
  const masks = [0, 1, 2, 3].map((round) =>
    [...collateMlm(mixed, [{ epoch: 0, block: 9 + round }], settings, 16).positions].join(),
  );
  expect(new Set(masks).size).toBeGreaterThan(1);
});

test("similar lengths together: whole epochs, and batches that hold their rows", () => {
  const recipe = replayRecipe({ packing: "lines", lengthBuckets: "group", blockLength: 32 });
  const mixed = mixture(60, 50, recipe, true);
  const epoch = Array.from({ length: 80 / 6 }, (_, s) => recipeBatches(mixed, recipe, s + 1)).flat();
  const uses = epoch.flat();
  expect(new Set(uses.map(({ block }) => block)).size).toBe(uses.length);
  expect(uses.filter(({ block }) => block >= 60).length).toBeGreaterThan(14);
  let places = 0;
  for (const batch of epoch) {
    const T = batchLength(mixed, batch);
    places += T * batch.length;
    const cut = cutPadding(mixed, T);
    for (const { block } of batch) expect(cut.block(block).length).toBe(mixed.block(block).length);
  }
  expect(places).toBeLessThan(0.9 * uses.length * 32);
});
