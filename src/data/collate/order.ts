/**
 * Which blocks a training step uses. Blocks are laid end to end, one permutation an epoch from (seed, epoch);
 * step s takes its batches from there. An epoch's remainder goes on in the next, so no block is ever left out,
 * and any step is found by its number alone.
 */
import { permutation, random } from "../../base/index.ts";
import type { Recipe } from "../../contract/index.ts";
import type { BlockIndex } from "../pack/blocks.ts";
import { groupByLength, tokensIn } from "./length-buckets.ts";

export interface BlockUse {
  /** 0-based; masks differ from epoch to epoch. */
  epoch: number;
  block: number;
}

const ORDER_STREAM = 0x0bde;
/** A batch can touch the end of one epoch and the start of the next. */
const KEPT_ORDERS = 2;
const orders: { key: string; grouping: BlockIndex | undefined; order: Uint32Array }[] = [];

/** @param grouping the blocks, where rows of a batch are to be of similar length */
function orderOf(seed: number, epoch: number, count: number, batchSize: number, grouping?: BlockIndex): Uint32Array {
  const key = [seed, epoch, count, grouping === undefined ? 0 : batchSize].join();
  const known = orders.find((one) => one.key === key && one.grouping === grouping);
  if (known !== undefined) return known.order;
  const shuffled = permutation(count, random(seed, ORDER_STREAM, epoch));
  // Batches are counted over all epochs: the last one of the epoch before may end in this one.
  const begun = (epoch * count) % batchSize;
  const first = begun === 0 ? 0 : Math.min(count, batchSize - begun);
  const order =
    grouping === undefined
      ? shuffled
      : groupByLength(shuffled, epochTokens(grouping, epoch), batchSize, first, seed, epoch);
  orders.push({ key, grouping, order });
  if (orders.length > KEPT_ORDERS) orders.shift();
  return order;
}

/** Tokens at each place of an epoch. */
const epochTokens = (blocks: BlockIndex, epoch: number): Uint16Array =>
  Uint16Array.from({ length: blocks.count }, (_, place) => tokensIn(blocks, blocks.drawn?.(epoch, place) ?? place));

/**
 * @param step 1-based: the step that makes update number `step`
 * @param grouping the blocks: rows of a batch are then of similar length (see length-buckets.ts)
 * @returns `accumulation` batches of `batchSize` blocks
 */
export function stepBlocks(
  seed: number,
  blockCount: number,
  batchSize: number,
  accumulation: number,
  step: number,
  grouping?: BlockIndex,
): BlockUse[][] {
  const start = (step - 1) * batchSize * accumulation;
  return Array.from({ length: accumulation }, (_, batch) =>
    Array.from({ length: batchSize }, (_, row) => {
      const place = start + batch * batchSize + row;
      const epoch = Math.floor(place / blockCount);
      return { epoch, block: orderOf(seed, epoch, blockCount, batchSize, grouping)[place - epoch * blockCount]! };
    }),
  );
}

type OrderSettings = Pick<Recipe, "seed" | "batchSize" | "accumulation" | "packing" | "lengthBuckets">;

/** The batches of an update as the recipe wants them drawn. */
export function recipeBatches(blocks: BlockIndex, recipe: OrderSettings, step: number): BlockUse[][] {
  const { seed, batchSize, accumulation } = recipe;
  const grouping = bucketsOf(recipe) === "group" ? blocks : undefined;
  const uses = stepBlocks(seed, blocks.count, batchSize, accumulation, step, grouping);
  if (blocks.drawn === undefined) return uses;
  return uses.map((batch) => batch.map(({ epoch, block }) => ({ epoch, block: blocks.drawn!(epoch, block) })));
}

/** Joined documents have no padding to save. */
export const bucketsOf = ({ packing, lengthBuckets }: OrderSettings): Recipe["lengthBuckets"] =>
  packing === "lines" ? lengthBuckets : "no";
