/**
 * Which pairs of segments a training step uses. They are numbered over all epochs, already in an order of chance; where
 * rows of a batch are to be of similar length, each epoch's are rearranged. A function of (seed, step) and the pairs alone.
 */
import type { Recipe } from "../../contract/index.ts";
import type { PairBlocks } from "../pack/sentence-pairs.ts";
import { groupByLength } from "./length-buckets.ts";
import { bucketsOf, type BlockUse } from "./order.ts";

/** Numbers of an epoch's pairs in the order of use. A batch can touch the end of one epoch and the start of the next. */
const KEPT_ORDERS = 2;
const orders = new WeakMap<PairBlocks, { key: string; first: number; order: Uint32Array }[]>();

export function pairUses(
  pairs: PairBlocks,
  recipe: Pick<Recipe, "objective" | "seed" | "batchSize" | "accumulation" | "packing" | "lengthBuckets">,
  step: number,
): BlockUse[][] {
  const { batchSize: B, accumulation } = recipe;
  const isGrouped = bucketsOf(recipe) === "group";
  const start = (step - 1) * B * accumulation;
  return Array.from({ length: accumulation }, (_, part) =>
    Array.from({ length: B }, (_, row): BlockUse => {
      const place = start + part * B + row;
      const { epoch } = pairs.pair(place);
      return { epoch, block: isGrouped ? grouped(pairs, recipe, epoch, place) : place };
    }),
  );
}

function grouped(
  pairs: PairBlocks,
  { seed, batchSize }: Pick<Recipe, "seed" | "batchSize">,
  epoch: number,
  place: number,
): number {
  const key = [seed, batchSize, epoch].join();
  const known = orders.get(pairs) ?? [];
  let found = known.find((one) => one.key === key);
  if (found === undefined) {
    const { first, count } = pairs.span(epoch);
    const numbers = Uint32Array.from({ length: count }, (_, i) => first + i);
    const tokens = (i: number): number => pairs.pair(i).tokens;
    found = { key, first, order: groupByLength(numbers, tokens, { batchSize, before: first, seed, epoch }) };
    orders.set(pairs, [...known, found].slice(-KEPT_ORDERS));
  }
  return found.order[place - found.first]!;
}
