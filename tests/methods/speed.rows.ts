/**
 * Methods that only save time: the numbers must be those of the plain way, and the saving must be there. The deviation
 * is the larger of the two: the largest relative difference of losses and norms, or the share of places computed in vain.
 */
import { stepBlocks } from "../../src/data/index.ts";
import { buildMlmTraining } from "../../src/models/index.ts";
import { bucketRecipe, bucketRun, documents } from "../support/length-buckets.ts";
import { native } from "../support/native.ts";
import { paddedBatches, paddedConfig, paddedError, paddedShape } from "../support/padded-vocabulary.ts";
import type { MethodRow } from "./row.ts";

/** float32 sums over fewer zeros, grown over ten updates. */
const tolerance = 1e-4;

/** Places of ten updates, each batch as long as the shortest of 16, 32, 48 and 64 that holds its longest document. */
function placesNeeded(): number {
  const { seed, batchSize, accumulation } = bucketRecipe("cut");
  const blocks = documents(bucketRecipe("cut"));
  let places = 0;
  for (let step = 1; step <= 10; step++)
    for (const batch of stepBlocks(seed, blocks.count, batchSize, accumulation, step))
      places += batchSize * Math.ceil(Math.max(...batch.map(({ block }) => blocks.block(block).length)) / 16) * 16;
  return places;
}

async function deviation(way: "no" | "cut"): Promise<number> {
  const [plain, cut] = [await bucketRun(native(), "no"), await bucketRun(native(), way)];
  const differences = (["losses", "norms"] as const).flatMap((key) =>
    plain[key].map((value, i) => Math.abs(cut[key][i]! - value) / Math.abs(value)),
  );
  return Math.max(...differences, Math.abs(cut.places / placesNeeded() - 1));
}

async function padded(fills?: number): Promise<number> {
  const build = (padVocabulary: boolean) =>
    buildMlmTraining(paddedConfig, paddedShape, { padding: false, padVocabulary });
  const { error, rest } = await paddedError(build, paddedBatches[0]!, fills);
  return Math.max(error, rest);
}

export const speedRows: MethodRow[] = [
  {
    method: "Length buckets",
    oracle: "the same ten updates with all padding computed; places counted from the documents' lengths",
    tolerance,
    deviation: () => deviation("cut"),
    withoutIt: () => deviation("no"),
  },
  {
    method: "Vocabulary padded to fours",
    oracle: "loss and gradients of the same step unpadded; without it: the further rows' bias is 0",
    tolerance,
    deviation: () => padded(),
    withoutIt: () => padded(0),
  },
];
