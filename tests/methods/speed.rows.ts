/**
 * Methods that only save time: the numbers must be those of the plain way, and the saving must be there. The deviation
 * is the larger of the two: the largest relative difference of losses and norms, or the share of places computed in vain.
 */
import { stepBlocks } from "../../src/data/index.ts";
import { buildMlmTraining } from "../../src/models/index.ts";
import {
  bucketRecipe,
  bucketRun,
  documents,
  partners,
  sentencePairs,
  type BucketObjective,
} from "../support/length-buckets.ts";
import { native } from "../support/native.ts";
import { paddedBatches, paddedConfig, paddedError, paddedShape } from "../support/padded-vocabulary.ts";
import type { MethodRow } from "./row.ts";

/** float32 sums over fewer zeros, grown over ten updates. */
const tolerance = 1e-4;

/** Places of ten updates, each batch as long as the shortest of 16, 32, 48 and 64 that holds its longest row. */
function placesNeeded(kind: BucketObjective): number {
  const recipe = bucketRecipe("no");
  const { seed, batchSize, accumulation } = recipe;
  // Labelled items are never longer than the longest of them, 56 tokens.
  const holding = (rows: number[]): number =>
    batchSize * Math.min(kind === "task" ? 56 : 64, Math.ceil(Math.max(...rows) / 16) * 16);
  let places = 0;
  if (kind === "nsp" || kind === "sop") {
    const pairs = sentencePairs(kind);
    for (let row = 0; row < 10 * accumulation * batchSize; row += batchSize)
      places += holding(Array.from({ length: batchSize }, (_, i) => pairs.block(row + i).length));
    return places;
  }
  const { first, second } = kind === "contrastive" ? partners(recipe) : { first: documents(recipe), second: undefined };
  for (let step = 1; step <= 10; step++)
    for (const batch of stepBlocks(seed, first.count, batchSize, accumulation, step)) {
      const sides = second === undefined ? [first] : [first, second];
      places += sides.length * holding(batch.flatMap(({ block }) => sides.map((side) => side.block(block).length)));
    }
  return places;
}

async function deviation(way: "no" | "cut", kind: BucketObjective): Promise<number> {
  const [plain, cut] = [await bucketRun(native(), "no", kind), await bucketRun(native(), way, kind)];
  const differences = (["losses", "norms"] as const).flatMap((key) =>
    plain[key].map((value, i) => Math.abs(cut[key][i]! - value) / Math.abs(value)),
  );
  return Math.max(...differences, Math.abs(cut.places / placesNeeded(kind) - 1));
}

async function padded(fills?: number): Promise<number> {
  const build = (padVocabulary: boolean) =>
    buildMlmTraining(paddedConfig, paddedShape, { padding: false, padVocabulary });
  const { error, rest } = await paddedError(build, paddedBatches[0]!, fills);
  return Math.max(error, rest);
}

export const speedRows: MethodRow[] = [
  ...(
    [
      ["Length buckets", "mlm"],
      ["Length buckets of next-sentence pairs", "nsp"],
      ["Length buckets of sentence-order pairs", "sop"],
      ["Length buckets of SimCSE's texts and partners", "contrastive"],
      ["Length buckets of labelled items", "task"],
    ] as const
  ).map(([method, kind]): MethodRow => ({
    method,
    oracle: "the same ten updates with all padding computed; places counted from the rows' lengths",
    tolerance,
    deviation: () => deviation("cut", kind),
    withoutIt: () => deviation("no", kind),
  })),
  {
    method: "Vocabulary padded to fours",
    oracle: "loss and gradients of the same step unpadded; without it: the further rows' bias is 0",
    tolerance,
    deviation: () => padded(),
    withoutIt: () => padded(0),
  },
];
