/**
 * Learns a WordPiece vocabulary from word counts: merges of neighbouring pieces, most frequent pair first, as Hugging
 * Face tokenizers' WordPieceTrainer does (byte-pair merges with a "##" prefix on pieces inside a word).
 * Two differences to the reference: a word with a sign outside the alphabet is left out whole (it will be [UNK] when
 * encoded) instead of losing that sign; and "##" signs have ids in code point order, where the reference's stand in
 * the order of a randomly seeded hash table, so that its own ties fall differently at every run.
 */
import { PairMerges } from "./pair-merges.ts";
import { vocabularyTooSmall, type Trainer } from "./trainer.ts";
import type { WordCounts } from "./word-counts.ts";

export interface WordPieceOptions {
  vocabularySize: number;
  /** Pairs seen less often are never merged. */
  minFrequency: number;
  /** How many different signs (Unicode code points) the vocabulary may be built of; the most frequent stay. */
  limitAlphabet: number;
  /** Signs that are in the alphabet whatever the counts say (they count towards the limit). */
  initialAlphabet?: string;
  /** First in the vocabulary, in this order. */
  specialTokens: readonly string[];
}

/** Merges between two reports. */
const MERGES_A_STEP = 64;
const WORDS_A_STEP = 20_000;

/**
 * The vocabulary in id order: special tokens, single signs, "##" signs, then pieces in merge order.
 * It is shorter than asked when the words hold no further pair of `minFrequency`.
 * @throws data/vocabulary-too-small when the special tokens and signs alone exceed the size.
 */
export function* trainWordPiece(words: WordCounts, options: WordPieceOptions): Trainer<string[]> {
  const { vocabularySize, minFrequency, limitAlphabet, initialAlphabet = "", specialTokens } = options;
  const entries = words.entries();
  const alphabet = frequentSigns(words, entries, limitAlphabet, initialAlphabet);
  const usable = entries.filter((entry) => words.chars(entry).every((sign) => alphabet.has(sign)));
  const inner = new Set<number>();
  for (const entry of usable) words.chars(entry).forEach((sign, i) => i > 0 && inner.add(sign));
  const pieces: string[] = [...specialTokens];
  const [first, inside] = [new Map<number, number>(), new Map<number, number>()];
  for (const sign of alphabet) first.set(sign, pieces.push(String.fromCodePoint(sign)) - 1);
  for (const sign of alphabet)
    if (inner.has(sign)) inside.set(sign, pieces.push(`##${String.fromCodePoint(sign)}`) - 1);
  if (pieces.length > vocabularySize) throw vocabularyTooSmall(vocabularySize, pieces.length);
  const merges = new PairMerges();
  for (const [i, entry] of usable.entries()) {
    const symbols = Array.from(words.chars(entry), (sign, at) => (at === 0 ? first : inside).get(sign)!);
    merges.addWord(symbols, words.count(entry));
    if (i % WORDS_A_STEP === 0) yield { phase: "counting pairs", done: i, total: usable.length };
  }
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  yield* learnMerges(merges, pieces, ids, { vocabularySize, minFrequency, rest: (piece) => piece.slice(2) });
  return pieces;
}

/** Merges until the vocabulary is full; adds to `pieces` and `ids` and returns the merges as pairs of ids. */
export function* learnMerges(
  merges: PairMerges,
  pieces: string[],
  ids: Map<string, number>,
  plan: { vocabularySize: number; minFrequency: number; rest: (rightPiece: string) => string },
): Trainer<[number, number][]> {
  const learnt: [number, number][] = [];
  while (pieces.length < plan.vocabularySize) {
    const best = merges.best();
    if (best === undefined || best.count < plan.minFrequency) break;
    const joined = pieces[best.left]! + plan.rest(pieces[best.right]!);
    let id = ids.get(joined); // one piece can come from two different pairs
    if (id === undefined) {
      id = pieces.push(joined) - 1;
      ids.set(joined, id);
    }
    learnt.push([best.left, best.right]);
    merges.apply(best.left, best.right, id);
    if (learnt.length % MERGES_A_STEP === 0)
      yield { phase: "learning pieces", done: pieces.length, total: plan.vocabularySize };
  }
  return learnt;
}

/** The most frequent signs, in code point order. */
function frequentSigns(words: WordCounts, entries: Int32Array, limit: number, initial: string): Set<number> {
  const counts = new Map<number, number>();
  for (const entry of entries) {
    const count = words.count(entry);
    for (const sign of words.chars(entry)) counts.set(sign, (counts.get(sign) ?? 0) + count);
  }
  for (const sign of initial) counts.set(sign.codePointAt(0)!, Infinity);
  const byCount = [...counts].sort(([a, m], [b, n]) => (m === n ? a - b : m < n ? 1 : -1));
  return new Set(
    byCount
      .slice(0, limit)
      .map(([sign]) => sign)
      .sort((a, b) => a - b),
  );
}
