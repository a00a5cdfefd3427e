/**
 * Which tokens of a block are hidden. By token: each by its own draw, as BERT. By word: whole words in random
 * order while they fit the budget, as transformers' DataCollatorForWholeWordMask. By span: runs of words of
 * geometric length from random word starts, as SpanBERT (Joshi et al. 2020, section 3.1). By term: a share of the
 * budget for occurrences of a list's terms, the rest for words in none of them. Knows no replacements.
 */
import { permutation, UnmaskError, type Random } from "../../base/index.ts";
import type { Recipe, SpecialTokens } from "../../contract/index.ts";
import type { Block } from "../pack/blocks.ts";
import { isSpecial } from "../tokenize/special.ts";
import type { CollateSettings } from "./mask.ts";

/** Chosen places in groups that share one fate (a span), or one place a group. */
export type Chosen = readonly (readonly number[])[];
export type Choose = (block: Block, settings: CollateSettings, source: Random) => Chosen;

/** SpanBERT's: the chance that a span ends after each word, and the longest span. */
const SPAN_ENDS = 0.2;
const LONGEST_SPAN = 10;
/** Spans are tried at random starts; a block almost full of masks must not be tried for ever. */
const TRIES_A_WORD = 4;

function ordinaryPlaces({ ids, length }: Block, special: SpecialTokens): number[] {
  const places: number[] = [];
  for (let place = 0; place < length; place++) if (!isSpecial(ids[place]!, special)) places.push(place);
  return places;
}

/** Neighbouring places of one word; special tokens are in none. */
function wordsOf(block: Block, special: SpecialTokens): number[][] {
  const words: number[][] = [];
  let last = -2;
  for (const place of ordinaryPlaces(block, special)) {
    if (block.continues[place] === 1 && last === place - 1) words.at(-1)!.push(place);
    else words.push([place]);
    last = place;
  }
  return words;
}

const budgetOf = (words: readonly number[][], rate: number): number =>
  Math.max(1, Math.round(rate * words.reduce((sum, word) => sum + word.length, 0)));

const byToken: Choose = (block, { recipe, special }, source) =>
  ordinaryPlaces(block, special).flatMap((place) => (source.next() < recipe.maskRate ? [[place]] : []));

/** Groups in random order, each whole, while they fit the room. */
function whileTheyFit(groups: readonly (readonly number[])[], room: number, source: Random): number[] {
  const chosen: number[] = [];
  for (const g of permutation(groups.length, source)) {
    const group = groups[g]!;
    if (room === 0) break;
    if (group.length > room) continue;
    chosen.push(...group);
    room -= group.length;
  }
  return chosen;
}
const oneByOne = (places: number[]): Chosen => places.sort((a, b) => a - b).map((place) => [place]);

const byWord: Choose = (block, { recipe, special }, source) => {
  const words = wordsOf(block, special);
  return oneByOne(whileTheyFit(words, budgetOf(words, recipe.maskRate), source));
};

const byTerm: Choose = (block, { recipe, special, terms }, source) => {
  if (terms === undefined) throw new UnmaskError("data/internal", "Masking by terms needs the terms.");
  const words = wordsOf(block, special);
  const budget = budgetOf(words, recipe.maskRate);
  const found = terms.find(block);
  const inTerm = new Set(found.flat());
  const chosen = whileTheyFit(found, Math.round(recipe.termShare * budget), source);
  const others = words.filter((word) => !word.some((place) => inTerm.has(place)));
  return oneByOne([...chosen, ...whileTheyFit(others, budget - chosen.length, source)]);
};

const bySpan: Choose = (block, { recipe, special }, source) => {
  const words = wordsOf(block, special);
  const taken = new Uint8Array(words.length);
  const spans: number[][] = [];
  let room = budgetOf(words, recipe.maskRate);
  for (let tries = TRIES_A_WORD * words.length; tries > 0 && room > 0; tries--) {
    const wanted = spanLength(source);
    const start = source.below(words.length);
    const span: number[] = [];
    for (let w = start; w < Math.min(start + wanted, words.length) && taken[w] === 0; w++) {
      const word = words[w]!;
      // A span stays within a document, and within the budget.
      if (span.length > 0 && word[0] !== span.at(-1)! + 1) break;
      if (span.length + word.length > room) break;
      span.push(...word);
      taken[w] = 1;
    }
    room -= span.length;
    if (span.length > 0) spans.push(span);
  }
  return spans.sort((a, b) => a[0]! - b[0]!);
};

/** Geometric, from 1 to 10, drawn again when longer: a mean of 3.8 words. */
function spanLength(source: Random): number {
  for (;;) {
    let length = 1;
    while (source.next() >= SPAN_ENDS) length++;
    if (length <= LONGEST_SPAN) return length;
  }
}

export const choosers = { token: byToken, word: byWord, span: bySpan, term: byTerm } satisfies Record<
  Recipe["maskUnit"],
  Choose
>;
