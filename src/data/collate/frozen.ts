/**
 * Batches for measuring on held-out text. Their masks come from (seed, block) alone: the same tokens are
 * hidden at every evaluation and for every model, so two losses differ only by the weights.
 */
import { permutation, random } from "../../base/index.ts";
import type { Recipe } from "../../contract/index.ts";
import type { BlockIndex } from "../pack/blocks.ts";
import { BatchBuilder, type MlmBatch } from "./batch.ts";
import { thin } from "./collate.ts";
import { guessedShare, maskBlock, maskOne, type CollateSettings, type Masking } from "./mask.ts";
import { maskedRoom } from "./room.ts";

const FROZEN_STREAM = 0xf407;
const SAMPLE_STREAM = 0x5a3b;
const AT_LEAST_ONE_STREAM = 0xf10e;
const SURPLUS_STREAM = 0xf519;

/**
 * @param B rows a batch; M is `maskedRoom(B, T, rate)`, and a batch closes early rather than drop a token
 * @param maxMasked stop once this many tokens are masked; blocks are then a random sample, the same for a seed
 * @param unit by token, however training hides: a run that hides whole words is measured on the same places as one that
 *   does not. Another unit asks another question, for a card that shows both.
 */
export function frozenBatches(
  blocks: BlockIndex,
  B: number,
  settings: CollateSettings,
  maxMasked = Infinity,
  unit: Recipe["maskUnit"] = "token",
): MlmBatch[] {
  settings = { ...settings, recipe: { ...settings.recipe, maskUnit: unit } };
  const M = maskedRoom(B, blocks.T, guessedShare(settings));
  const batches: MlmBatch[] = [];
  let [builder, rows, used, dropped] = [new BatchBuilder(blocks, B, M), 0, 0, 0];
  const close = (): void => {
    if (rows > 0) batches.push(builder.finish(dropped));
    [builder, rows, used, dropped] = [new BatchBuilder(blocks, B, M), 0, 0, 0];
  };
  for (const { block, masking } of sample(blocks, settings, maxMasked)) {
    const { seed } = settings.recipe;
    const count = masking.places.length;
    if (rows === B || (rows > 0 && used + count > M)) close();
    // Only a room smaller than one block's masked tokens still forces a choice: by the block's own stream.
    const fitting = count <= M ? masking : thin([masking], count, M, [seed, SURPLUS_STREAM, block])[0]!;
    builder.add(block, fitting);
    dropped += count - fitting.places.length;
    used += fitting.places.length;
    rows++;
  }
  close();
  return batches;
}

/** The blocks to measure on, in order, with their masks. */
function sample(
  blocks: BlockIndex,
  settings: CollateSettings,
  maxMasked: number,
): { block: number; masking: Masking }[] {
  const { seed } = settings.recipe;
  const taken: { block: number; masking: Masking }[] = [];
  let masked = 0;
  for (const block of permutation(blocks.count, random(seed, SAMPLE_STREAM))) {
    if (masked >= maxMasked) break;
    const masking = maskBlock(blocks.block(block), settings, random(seed, FROZEN_STREAM, block));
    masked += masking.places.length;
    taken.push({ block, masking });
  }
  taken.sort((a, b) => a.block - b.block);
  if (masked > 0) return taken;
  // A text of a few tokens: one of them is hidden, or there would be nothing to measure.
  for (const entry of taken) {
    const one = maskOne(blocks.block(entry.block), settings, random(seed, AT_LEAST_ONE_STREAM, entry.block));
    if (one === undefined) continue;
    entry.masking = one;
    break;
  }
  return taken;
}

/** Blocks as they are, nothing hidden, a row each. */
export function plainBatch(blocks: BlockIndex, rows: readonly number[]): MlmBatch {
  const builder = new BatchBuilder(blocks, rows.length, 1);
  for (const block of rows) builder.add(block, { places: [], shown: [] });
  return builder.finish();
}
