/**
 * Which words of a corpus would save most tokens if each were one piece: count times (pieces - 1), from the counted
 * words and the model's own tokenizer. Knows no weights.
 */
import type { PieceCandidate, VocabularyProposal } from "../../../contract/index.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { textOf } from "../train/byte-bpe.ts";
import type { WordCounts } from "../train/word-counts.ts";

export interface ProposalOptions {
  /** Words proposed at most. */
  most: number;
  /** A word seen less often cannot learn a vector of its own. */
  minCount: number;
  unknown: number;
  /** A piece as people read it. */
  shown: (id: number) => string;
}

/** Letters, with marks, hyphens and apostrophes inside; the sign of a blank may stand before. */
const wordLike = /^[ ▁]?\p{L}[\p{L}\p{M}'’-]*$/u;
/** Nothing longer is a word; WordPiece takes 100. */
const longestWord = 60;

export function proposePieces(counts: WordCounts, encoder: Encoder, options: ProposalOptions): VocabularyProposal {
  const candidates: PieceCandidate[] = [];
  let [words, tokens] = [0, 0];
  for (const entry of counts.entries()) {
    const chars = counts.chars(entry);
    const count = counts.count(entry);
    const ids = encoder.cutWord(chars);
    words += count;
    tokens += count * ids.length;
    if (count < options.minCount || ids.length < 2 || chars.length > longestWord) continue;
    if (ids.includes(options.unknown)) continue;
    const word = textOf(chars);
    if (!wordLike.test(word)) continue;
    candidates.push({ word, count, pieces: Array.from(ids, options.shown), saves: count * (ids.length - 1) });
  }
  candidates.sort((a, b) => b.saves - a.saves || b.count - a.count || (a.word < b.word ? -1 : 1));
  return { words, tokens, candidates: candidates.slice(0, options.most), found: candidates.length };
}

/** Tokens that an encoder makes of the counted words. */
export function tokensOf(counts: WordCounts, encoder: Encoder): number {
  let tokens = 0;
  for (const entry of counts.entries()) tokens += counts.count(entry) * encoder.cutWord(counts.chars(entry)).length;
  return tokens;
}
