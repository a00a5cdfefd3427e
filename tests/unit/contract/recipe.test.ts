/** The recipe's table as a run reads it. */
import { expect, test } from "vitest";
import {
  configOf,
  defaultDesign,
  defaultRecipe,
  fromScratchRecipe,
  inForce,
  readRecipe,
} from "../../../src/contract/index.ts";

test("what means nothing beside the other settings has no say in a run", () => {
  const lines = readRecipe({ packing: "lines", lengthBuckets: "group", maskUnit: "word", batchSize: 3 });
  expect(inForce(lines)).toEqual(lines);
  // Sentence order is learned from joined text: how MLM would pack it is not shown then, and not done; padding there is.
  expect(inForce({ ...lines, objective: "sop" })).toEqual(
    readRecipe({ objective: "sop", lengthBuckets: "group", maskUnit: "word", batchSize: 3 }),
  );
  expect(inForce({ ...defaultRecipe(), loraRank: 3, permuteSpan: 2, termShare: 0.1 })).toEqual(defaultRecipe());
});

test("the recipe for a model from nothing has no blocks that the model cannot read", () => {
  const vocabulary = { size: 100, pad: 1, wordPieces: false };
  const lengths = [16, 300].map(
    (positions) =>
      fromScratchRecipe(defaultRecipe(), configOf({ ...defaultDesign(), positions }, vocabulary)).blockLength,
  );
  expect(lengths).toEqual([16, defaultRecipe().blockLength]);
});
