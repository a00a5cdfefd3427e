/**
 * Blocks to a training batch with fresh masks. Masks come from (seed, epoch, block) alone, so any step of
 * a run can be rebuilt, and a resumed run sees the batches it would have seen.
 */
import { permutation, random } from "../../base/index.ts";
import type { BlockIndex } from "../pack/blocks.ts";
import { BatchBuilder, type MlmBatch } from "./batch.ts";
import { maskBlock, maskOne, type CollateSettings, type Masking } from "./mask.ts";
import type { BlockUse } from "./order.ts";

/** Names of the random streams: one kind of chance each. */
const MASK_STREAM = 0x3a5c;
const SURPLUS_STREAM = 0x5e19;
const AT_LEAST_ONE_STREAM = 0x0e1d;

/**
 * @param uses the blocks of the batch, a row each, with the epoch each is used in
 * @param M room for masked tokens (`maskedRoom`); surplus is dropped at random and counted
 */
export function collateMlm(
  blocks: BlockIndex,
  uses: readonly BlockUse[],
  settings: CollateSettings,
  M: number,
): MlmBatch {
  const { seed } = settings.recipe;
  const first = uses[0] ?? { epoch: 0, block: 0 };
  const maskings = uses.map(({ epoch, block }) => {
    return maskBlock(blocks.block(block), settings, random(seed, MASK_STREAM, epoch, block));
  });
  const chosen = maskings.reduce((sum, masking) => sum + masking.places.length, 0);
  if (chosen === 0) {
    for (const [row, { epoch, block }] of uses.entries()) {
      const one = maskOne(blocks.block(block), settings, random(seed, AT_LEAST_ONE_STREAM, epoch, block));
      if (one === undefined) continue;
      maskings[row] = one;
      break;
    }
  }
  const dropped = Math.max(0, chosen - M);
  const kept = dropped === 0 ? maskings : thin(maskings, chosen, M, [seed, SURPLUS_STREAM, first.epoch, first.block]);
  const builder = new BatchBuilder(blocks, uses.length, M);
  uses.forEach(({ block }, row) => builder.add(block, kept[row]!));
  return builder.finish(dropped);
}

/** Keeps `room` of the chosen places, each with equal chance. */
export function thin(maskings: Masking[], chosen: number, room: number, stream: number[]): Masking[] {
  const keep = new Uint8Array(chosen);
  for (const i of permutation(chosen, random(...stream)).subarray(0, room)) keep[i] = 1;
  let n = 0;
  return maskings.map(({ places, shown, ...rest }) => {
    const from = n;
    n += places.length;
    return {
      ...rest,
      places: places.filter((_, i) => keep[from + i] === 1),
      shown: shown.filter((_, i) => keep[from + i] === 1),
    };
  });
}
