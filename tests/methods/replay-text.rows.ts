/**
 * Replay of general text: what the objective's batches hold over several epochs, counted token by token, against the
 * share asked for and against drawing without repetition. Deviation: of the general blocks' share in each epoch, plus
 * the share of general blocks that came again before all had been seen.
 */
import { openObjective } from "../../src/training/index.ts";
import {
  domainFrom,
  generalFrom,
  mixture,
  numbered,
  replayModel,
  replayRecipe,
  seenBlocks,
} from "../support/replay.ts";
import type { MethodRow } from "./row.ts";
import { special } from "../support/tiny-bert.ts";

/** 60 + 20 blocks an epoch: a share of exactly a quarter; the general text lasts for two and a half epochs. */
const [domainBlocks, generalBlocks, epochBlocks, epochs] = [60, 50, 80, 6];
/** A thousandth of a block: the counts are whole numbers, so anything above is a miscount. */
const countTolerance = 1e-3;

function countErrors(mixed: boolean): number {
  const recipe = replayRecipe({ maskTokenShare: 1, randomTokenShare: 0 });
  const train = mixed ? mixture(domainBlocks, generalBlocks, recipe) : numbered(domainBlocks, domainFrom, recipe);
  const objective = openObjective({
    config: replayModel,
    special,
    recipe,
    train,
    heldOut: numbered(4, domainFrom, recipe),
  });
  const { batchSize, accumulation, blockLength, replayShare } = recipe;
  const steps = Math.ceil((epochs * epochBlocks) / (batchSize * accumulation));
  const seen = seenBlocks(objective, steps, blockLength).slice(0, epochs * epochBlocks);
  let worst = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const part = seen.slice(epoch * epochBlocks, (epoch + 1) * epochBlocks);
    const share = part.filter((block) => block >= generalFrom).length / epochBlocks;
    const domain = new Set(part.filter((block) => block < generalFrom)).size / domainBlocks;
    worst = Math.max(worst, Math.abs(share - replayShare), Math.abs(domain - 1));
  }
  return worst + repeated(seen, generalBlocks);
}

/** Of the rounds that fit whole epochs: the share of draws that gave a block of the same round again. */
function repeated(seen: readonly number[], generalCount: number): number {
  // An epoch's blocks are shuffled, so only what was drawn up to an epoch's end is a set of known size.
  let [draws, again] = [0, 0];
  for (let end = epochBlocks; end <= seen.length; end += epochBlocks) {
    const general = seen.slice(0, end).filter((block) => block >= generalFrom);
    const counts = new Map<number, number>();
    for (const block of general) counts.set(block, (counts.get(block) ?? 0) + 1);
    const most = Math.ceil(general.length / generalCount);
    const least = Math.floor(general.length / generalCount);
    again += [...counts.values()].filter((count) => count > most || count < least).length;
    again += least > 0 ? generalCount - counts.size : 0;
    draws += general.length;
  }
  return again / Math.max(1, draws);
}

export const replayTextRows: MethodRow[] = [
  {
    method: "Replay of general text: share and draw",
    oracle: `counted from the tokens of ${epochs} epochs' batches`,
    tolerance: countTolerance,
    deviation: () => countErrors(true),
    withoutIt: () => countErrors(false),
  },
];
