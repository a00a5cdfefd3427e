/**
 * Two texts that say the same, a row each, for embeddings of sentences learned from pairs (SimCSE, supervised). Which
 * pairs of a labelled set these are is decided here: the training items with a high score. Dev and test items are never
 * learned, nor is a training pair of which a text stands among them: its score must not come from having read it.
 */
import { UnmaskError, permutation, random } from "../../base/index.ts";
import type { LabelledSet, SpecialTokens } from "../../contract/index.ts";
import { scoredTexts } from "../labelled/training-texts.ts";
import { framed } from "../tokenize/special.ts";
import type { Tokenizer } from "../tokenize/tokenizer.ts";
import type { BlockIndex } from "./blocks.ts";
import { packLines } from "./one-a-block.ts";

/** Row i of `first` and row i of `second` belong together; the same index twice: each text is its own partner. */
export interface TextPairs {
  first: BlockIndex;
  second: BlockIndex;
}
type Pair = readonly [first: string, second: string];

const HELD_OUT_STREAM = 0x9a12;
/** Without dev items, one pair in so many is kept apart to be measured on. */
const heldOutOneIn = 10;
/** Fewer than this give no batch whose sentences could be told apart. */
const fewestPairs = 4;

export interface PositivePairs {
  train: Pair[];
  heldOut: Pair[];
  /** Training pairs that are alike, but hold a text of the dev or test items. */
  leftOut: number;
}

/**
 * @param share pairs count from this share of the set's highest training score on
 * @throws data/no-pairs, data/too-few-pairs
 */
export function positivePairs(set: LabelledSet, share: number, seed: number): PositivePairs {
  if (set.task !== "similarity")
    throw new UnmaskError(
      "data/no-pairs",
      `SimCSE learns from a set of text pairs, but “${set.name}” holds none.`,
      "Choose a set of the task “Sentence similarity” on the Recipe screen.",
    );
  const learned = set.items.filter(({ split }) => split === "train");
  const best = learned.reduce((most, { score }) => Math.max(most, score), 0);
  const close = (split: string): Pair[] =>
    set.items
      .filter((item) => item.split === split && item.score >= share * best && best > 0)
      .map(({ first, second }) => [first, second]);
  const isScored = scoredTexts(set);
  const alike = close("train");
  let [train, heldOut] = [alike.filter((pair) => !pair.some(isScored)), close("dev")];
  const leftOut = alike.length - train.length;
  if (heldOut.length === 0) {
    const order = permutation(train.length, random(seed, HELD_OUT_STREAM));
    const apart = new Set(order.subarray(0, Math.floor(train.length / heldOutOneIn)));
    [heldOut, train] = [train.filter((_, i) => apart.has(i)), train.filter((_, i) => !apart.has(i))];
  }
  if (train.length < fewestPairs) {
    const but =
      leftOut > 0 ? ` and not stand among its dev or test items, but ${train.length} do` : `, but ${train.length} do`;
    throw new UnmaskError(
      "data/too-few-pairs",
      `At least ${fewestPairs} training pairs of “${set.name}” must reach ${share} of its highest score (${best})${but}.`,
      learned.length === 0
        ? "All its items are there to be scored: import its pairs to learn from as a file named “train”."
        : "Lower “Pairs that belong together”, or choose another set.",
      { pairs: train.length, leftOut, training: learned.length },
    );
  }
  return { train, heldOut, leftOut };
}

/** @param T tokens a row; longer texts are cut, their closing tokens stay */
export function textPairBlocks(pairs: readonly Pair[], tokenizer: Tokenizer, T: number): TextPairs {
  const side = (which: 0 | 1): BlockIndex => {
    const ids: number[] = [];
    const documents = [0];
    for (const pair of pairs) {
      for (const id of framed(tokenizer.encode(pair[which]), tokenizer.special)) ids.push(id);
      documents.push(ids.length);
    }
    return padded(ids, documents, T, tokenizer.special);
  };
  return { first: side(0), second: side(1) };
}

const padded = (ids: number[], documents: number[], T: number, special: SpecialTokens): BlockIndex =>
  packLines({ tokens: Int32Array.from(ids), documents: Uint32Array.from(documents) }, T, special);
