/**
 * Batches of rows of similar length, so that padding is not computed: a batch is cut to the shortest of a few lengths
 * that holds its longest row, a compiled graph each. Knows no graphs. As LengthGroupedSampler in transformers: blocks
 * are shuffled, sorted by length within pools of fifty batches, and the batches of a pool shuffled again.
 */
import { permutation, random } from "../../base/index.ts";
import type { BlockIndex } from "../pack/blocks.ts";
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

/** The shortest length that holds every row of a batch. */
export function batchLength(blocks: BlockIndex, uses: readonly BlockUse[]): number {
  const longest = uses.reduce((most, { block }) => Math.max(most, tokensIn(blocks, block)), 0);
  return bucketLengths(blocks.T).find((T) => T >= longest)!;
}

/** The same blocks with less padding: T places each. No block may be longer. */
export function cutPadding(blocks: BlockIndex, T: number): BlockIndex {
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
 * @param first place in `order` where the epoch's first whole batch begins
 */
export function groupByLength(
  order: Uint32Array,
  tokens: Uint16Array,
  batchSize: number,
  first: number,
  seed: number,
  epoch: number,
): Uint32Array {
  const grouped = order.slice();
  const pool = POOL_BATCHES * batchSize;
  // What is no whole batch at the epoch's end goes on in the next one: it stays where it is.
  const end = first + Math.floor((order.length - first) / batchSize) * batchSize;
  for (let start = first; start < end; start += pool) {
    const sorted = order.slice(start, Math.min(start + pool, end)).sort((a, b) => tokens[a]! - tokens[b]! || a - b);
    const shuffled = permutation(sorted.length / batchSize, random(seed, POOL_STREAM, epoch, start));
    shuffled.forEach((batch, i) => {
      grouped.set(sorted.subarray(batch * batchSize, (batch + 1) * batchSize), start + i * batchSize);
    });
  }
  return grouped;
}
