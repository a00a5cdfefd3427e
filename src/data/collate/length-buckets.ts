/**
 * Batches of rows of similar length, so that padding is not computed: a batch is cut to the shortest of a few lengths
 * that holds its longest row, a compiled graph each. Knows no graphs. As LengthGroupedSampler in transformers: blocks
 * are shuffled, sorted by length within pools of fifty batches, and the batches of a pool shuffled again.
 */
import { permutation, random } from "../../base/index.ts";
import type { BlockIndex } from "../pack/blocks.ts";
import type { TextPairs } from "../pack/text-pairs.ts";
import type { BlockUse } from "./order.ts";

/** More would save little padding and cost a compiled graph, with its memory, each. */
const BUCKETS = 4;
const POOL_BATCHES = 50;
const POOL_STREAM = 0x9001;

/** Block lengths to compile for, shortest first: quarters of T, whole eights. */
export function bucketLengths(T: number): number[] {
  const lengths = Array.from({ length: BUCKETS }, (_, i) => Math.min(T, 8 * Math.ceil(((i + 1) * T) / BUCKETS / 8)));
  return [...new Set(lengths)];
}

const known = new WeakMap<BlockIndex, Uint16Array>();

/** Tokens of a block before its padding. */
export function tokensIn(blocks: BlockIndex, block: number): number {
  const from = blocks.source?.(block);
  return from === undefined ? blockTokens(blocks)[block]! : tokensIn(from.blocks, from.block);
}

/** Those of each block; counted once. */
function blockTokens(blocks: BlockIndex): Uint16Array {
  let tokens = known.get(blocks);
  if (tokens === undefined) {
    const scratch = new Int32Array(blocks.T);
    tokens = Uint16Array.from({ length: blocks.count }, (_, i) => blocks.copy(i, scratch, 0));
    known.set(blocks, tokens);
  }
  return tokens;
}

/** Of all places of these blocks' rows, the share that is padding. */
export function paddingShare(blocks: BlockIndex): number {
  const tokens = blockTokens(blocks).reduce((a, b) => a + b, 0);
  return 1 - tokens / (blocks.count * blocks.T);
}

/** Tokens of the row at a place of an epoch. The same function for the same rows: orders are remembered by it. */
export type RowLengths = (epoch: number, place: number) => number;
const lengthsOf = new WeakMap<object, RowLengths>();

/** @param rows stands for what is measured */
function remembered(rows: object, lengths: RowLengths): RowLengths {
  if (!lengthsOf.has(rows)) lengthsOf.set(rows, lengths);
  return lengthsOf.get(rows)!;
}
export const rowLengths = (blocks: BlockIndex): RowLengths =>
  remembered(blocks, (epoch, place) => tokensIn(blocks, blocks.drawn?.(epoch, place) ?? place));

/** A row and its partner are computed at one length. */
export const partnerLengths = (texts: TextPairs): RowLengths =>
  remembered(texts, (_, place) => Math.max(tokensIn(texts.first, place), tokensIn(texts.second, place)));

/** The shortest of T's lengths that holds rows of so many tokens. */
export function lengthHolding(T: number, rows: readonly number[]): number {
  const longest = Math.max(0, ...rows);
  return bucketLengths(T).find((length) => length >= longest)!;
}
export const batchLength = (blocks: BlockIndex, uses: readonly BlockUse[]): number =>
  lengthHolding(
    blocks.T,
    uses.map(({ block }) => tokensIn(blocks, block)),
  );

/** The same blocks with less padding: T places each. No block may be longer. */
export function cutPadding<Blocks extends BlockIndex>(blocks: Blocks, T: number): Blocks {
  if (T === blocks.T) return blocks;
  const scratch = new Int32Array(blocks.T);
  return {
    ...blocks,
    T,
    block(i) {
      const { ids, continues, length } = blocks.block(i);
      return { ids: ids.subarray(0, T), continues: continues.subarray(0, T), length };
    },
    copy(i, target, at) {
      const length = blocks.copy(i, scratch, 0);
      target.set(scratch.subarray(0, T), at);
      return length;
    },
    mark(i, target, at) {
      blocks.mark(i, scratch, 0);
      target.set(scratch.subarray(0, T), at);
    },
  };
}

/**
 * Rearranges an epoch's order so that rows of a batch are of similar length.
 * @param tokens of a number in `order`
 * @param before rows of all epochs before: batches are counted over all, and the last one of the epoch before may end in
 *   this one
 */
export function groupByLength(
  order: Uint32Array,
  tokens: (row: number) => number,
  { batchSize, before, seed, epoch }: { batchSize: number; before: number; seed: number; epoch: number },
): Uint32Array {
  const grouped = order.slice();
  const pool = POOL_BATCHES * batchSize;
  const begun = before % batchSize;
  const first = begun === 0 ? 0 : Math.min(order.length, batchSize - begun);
  // What is no whole batch at the epoch's end goes on in the next one: it stays where it is.
  const end = first + Math.floor((order.length - first) / batchSize) * batchSize;
  for (let start = first; start < end; start += pool) {
    const some = order.slice(start, Math.min(start + pool, end));
    const length = new Map(Array.from(some, (row) => [row, tokens(row)]));
    const sorted = some.sort((a, b) => length.get(a)! - length.get(b)! || a - b);
    const shuffled = permutation(sorted.length / batchSize, random(seed, POOL_STREAM, epoch, start));
    shuffled.forEach((batch, i) => {
      grouped.set(sorted.subarray(batch * batchSize, (batch + 1) * batchSize), start + i * batchSize);
    });
  }
  return grouped;
}
