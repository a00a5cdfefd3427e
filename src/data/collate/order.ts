/**
 * Which blocks a training step uses. Blocks are laid end to end, one permutation an epoch from (seed, epoch);
 * step s takes its batches from there. An epoch's remainder goes on in the next, so no block is ever left out,
 * and any step is found by its number alone.
 */
import { permutation, random } from "../../base/index.ts";

export interface BlockUse {
  /** 0-based; masks differ from epoch to epoch. */
  epoch: number;
  block: number;
}

const ORDER_STREAM = 0x0bde;
/** A batch can touch the end of one epoch and the start of the next. */
const KEPT_ORDERS = 2;
const orders: { seed: number; epoch: number; count: number; order: Uint32Array }[] = [];

function orderOf(seed: number, epoch: number, count: number): Uint32Array {
  const known = orders.find((one) => one.seed === seed && one.epoch === epoch && one.count === count);
  if (known !== undefined) return known.order;
  const order = permutation(count, random(seed, ORDER_STREAM, epoch));
  orders.push({ seed, epoch, count, order });
  if (orders.length > KEPT_ORDERS) orders.shift();
  return order;
}

/**
 * @param step 1-based: the step that makes update number `step`
 * @returns `accumulation` batches of `batchSize` blocks
 */
export function stepBlocks(
  seed: number,
  blockCount: number,
  batchSize: number,
  accumulation: number,
  step: number,
): BlockUse[][] {
  const start = (step - 1) * batchSize * accumulation;
  return Array.from({ length: accumulation }, (_, batch) =>
    Array.from({ length: batchSize }, (_, row) => {
      const place = start + batch * batchSize + row;
      const epoch = Math.floor(place / blockCount);
      return { epoch, block: orderOf(seed, epoch, blockCount)[place - epoch * blockCount]! };
    }),
  );
}
