/**
 * Which blocks a training step uses. Blocks are laid end to end, one permutation an epoch from (seed, epoch);
 * step s takes its batches from there. An epoch's remainder goes on in the next, so no block is ever left out,
 * and any step is found by its number alone.
 */
import { permutation, random } from "../../base/index.ts";
import type { Recipe } from "../../contract/index.ts";
import type { BlockIndex } from "../pack/blocks.ts";
import { groupByLength, rowLengths, type RowLengths } from "./length-buckets.ts";

export interface BlockUse {
  /** 0-based; masks differ from epoch to epoch. */
  epoch: number;
  block: number;
}

const ORDER_STREAM = 0x0bde;
/** A batch can touch the end of one epoch and the start of the next. */
const KEPT_ORDERS = 2;
const orders: { key: string; grouping: RowLengths | undefined; order: Uint32Array }[] = [];

/** @param grouping where rows of a batch are to be of similar length */
function orderOf(seed: number, epoch: number, count: number, batchSize: number, grouping?: RowLengths): Uint32Array {
  const key = [seed, epoch, count, grouping === undefined ? 0 : batchSize].join();
  const known = orders.find((one) => one.key === key && one.grouping === grouping);
  if (known !== undefined) return known.order;
  const shuffled = permutation(count, random(seed, ORDER_STREAM, epoch));
  const order =
    grouping === undefined
      ? shuffled
      : groupByLength(shuffled, (place) => grouping(epoch, place), { batchSize, before: epoch * count, seed, epoch });
  orders.push({ key, grouping, order });
  if (orders.length > KEPT_ORDERS) orders.shift();
  return order;
}

/**
 * @param step 1-based: the step that makes update number `step`
 * @param grouping how long the rows are, the same function at every step: rows of a batch are then of similar length
 * @returns `accumulation` batches of `batchSize` blocks
 */
export function stepBlocks(
  seed: number,
  blockCount: number,
  batchSize: number,
  accumulation: number,
  step: number,
  grouping?: RowLengths,
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

type OrderSettings = Pick<Recipe, "objective" | "seed" | "batchSize" | "accumulation" | "packing" | "lengthBuckets">;

/** The batches of an update as the recipe wants them drawn. */
export function recipeBatches(blocks: BlockIndex, recipe: OrderSettings, step: number): BlockUse[][] {
  const { seed, batchSize, accumulation } = recipe;
  const grouping = bucketsOf(recipe) === "group" ? rowLengths(blocks) : undefined;
  const uses = stepBlocks(seed, blocks.count, batchSize, accumulation, step, grouping);
  if (blocks.drawn === undefined) return uses;
  return uses.map((batch) => batch.map(({ epoch, block }) => ({ epoch, block: blocks.drawn!(epoch, block) })));
}

/** Joined documents have no padding to save; pairs and sentences are rows of their own. */
export const bucketsOf = ({
  objective,
  packing,
  lengthBuckets,
}: Pick<OrderSettings, "objective" | "packing" | "lengthBuckets">): Recipe["lengthBuckets"] =>
  packing === "lines" || !["mlm", "permutation"].includes(objective) ? lengthBuckets : "no";
