/**
 * Permutation language modelling (XLNet, Yang et al. 2019): which tokens of a block are guessed, and in which order
 * they become known. A guessed token is seen by those that come later in the order; the others are seen by all.
 * Source of the rules: transformers' DataCollatorForPermutationLanguageModeling, 4.x and 5.x. As there, guessed tokens
 * stand as the mask token in the content stream too, and each half of a block is permuted for itself.
 */
import { permutation, UnmaskError, type Random } from "../../base/index.ts";
import type { SpecialTokens } from "../../contract/index.ts";
import type { Block } from "../pack/blocks.ts";
import { isSpecial } from "../tokenize/special.ts";

export interface PermuteSettings {
  /** A span is guessed out of a stretch this many times as long. */
  oneIn: number;
  /** Tokens of the longest span. */
  longestSpan: number;
}
/** A block's order, for all of its places. */
export interface Ordering {
  /** When a place becomes known. (T) */
  ranks: Int32Array;
  /** 1 for special tokens and padding, which keep their rank though they are never guessed. (T) */
  functional: Uint8Array;
}

/** One span in each stretch of the block, at a random place in it; special tokens and padding are left out. */
export function chooseSpans(
  { ids, length }: Block,
  { oneIn, longestSpan }: PermuteSettings,
  special: SpecialTokens,
  source: Random,
): number[] {
  const places: number[] = [];
  for (let from = 0; from < ids.length;) {
    const span = 1 + source.below(longestSpan);
    const stretch = span * oneIn;
    const start = from + source.below(stretch - span + 1);
    for (let place = start; place < Math.min(start + span, length); place++)
      if (!isSpecial(ids[place]!, special)) places.push(place);
    from += stretch;
  }
  return places;
}

/** @throws data/odd-block */
export function drawOrdering(block: Block, special: SpecialTokens, source: Random): Ordering {
  const T = block.ids.length;
  if (T % 2 !== 0)
    throw new UnmaskError(
      "data/odd-block",
      `Permutation language modelling needs blocks of an even number of tokens; found ${T}.`,
      `Set the block length to ${T - 1} or ${T + 1}.`,
      { blockLength: T },
    );
  return orderingOf(block, special, permutation(T / 2, source));
}

/** @param half order of the first half's places; the second half has the same, after it. (T/2) */
export function orderingOf({ ids, length }: Block, special: SpecialTokens, half: ArrayLike<number>): Ordering {
  const T = ids.length;
  return {
    ranks: Int32Array.from({ length: T }, (_, i) => (i < T / 2 ? half[i]! : half[i - T / 2]! + T / 2)),
    functional: Uint8Array.from(ids, (id, i) => (i >= length || isSpecial(id, special) ? 1 : 0)),
  };
}

/**
 * Who may look at whom, as XLNet's query stream needs it: a place to be guessed does not see itself.
 * @param sees whether two places may look at each other at all: not at padding, nor into another document
 * @returns (T, T), row by row, 1 where the row's place may look at the column's
 */
export function sightOf(
  { ranks, functional }: Ordering,
  guessed: readonly number[],
  sees: (row: number, column: number) => boolean,
): Float32Array {
  const T = ranks.length;
  const isGuessed = new Uint8Array(T);
  for (const place of guessed) isGuessed[place] = 1;
  const sight = new Float32Array(T * T);
  for (let row = 0; row < T; row++) {
    // Ordinary text that stands open comes first of all: it sees nothing of what is to be guessed.
    const rank = isGuessed[row] === 1 || functional[row] === 1 ? ranks[row]! : -1;
    for (let column = 0; column < T; column++)
      if (!(isGuessed[column] === 1 && rank <= ranks[column]!) && sees(row, column)) sight[row * T + column] = 1;
  }
  return sight;
}
