/**
 * Encodes text with a WordPiece vocabulary: greedy longest match from the left, "##" inside words,
 * a word that does not fit is one [UNK]. Word results are cached, so that a corpus of tens of
 * millions of words takes a minute. Made for pretraining; ids equal @huggingface/transformers'
 * (tested). Knows no special-token syntax in text: "[MASK]" in a corpus is five signs.
 */
import { UnmaskError } from "../../base/index.ts";
import { eachBertWord } from "./bert-words.ts";

/** Longer words are [UNK], as in BERT. Counted in Unicode code points. */
const maxWordLength = 100;
/** Enough for every distinct word of a large corpus that repeats; bounds the memory of the rest. */
const cacheSize = 600_000;

export interface WordPieceEncoder {
  /** Adds the ids of the text, without [CLS] and [SEP], to `out`. */
  encodeInto(text: string, out: number[]): void;
  encode(text: string): number[];
}

/** @throws data/vocabulary-without-unknown when [UNK] is missing. */
export function createWordPieceEncoder(vocabulary: readonly string[]): WordPieceEncoder {
  const ids = new Map(vocabulary.map((piece, id) => [piece, id]));
  const unknownId = ids.get("[UNK]");
  if (unknownId === undefined) {
    throw new UnmaskError(
      "data/vocabulary-without-unknown",
      "A WordPiece vocabulary must hold [UNK], but this one does not.",
      "Use the vocabulary of a BERT tokenizer.",
      { pieces: vocabulary.length },
    );
  }
  const cache = new Map<string, number[]>();
  const encodeInto = (text: string, out: number[]): void => {
    eachBertWord(text, (word) => {
      let pieces = cache.get(word);
      if (pieces === undefined) {
        pieces = splitWord(word, ids) ?? [unknownId];
        if (cache.size < cacheSize) cache.set(word, pieces);
      }
      for (let i = 0; i < pieces.length; i++) out.push(pieces[i]!);
    });
  };
  return {
    encodeInto,
    encode: (text) => {
      const out: number[] = [];
      encodeInto(text, out);
      return out;
    },
  };
}

function splitWord(word: string, ids: ReadonlyMap<string, number>): number[] | undefined {
  const whole = ids.get(word);
  const signs = [...word];
  if (signs.length > maxWordLength) return undefined;
  if (whole !== undefined) return [whole];
  const found: number[] = [];
  for (let start = 0; start < signs.length;) {
    let end = signs.length;
    let id: number | undefined;
    for (; end > start; end--) {
      const part = signs.slice(start, end).join("");
      id = ids.get(start === 0 ? part : `##${part}`);
      if (id !== undefined) break;
    }
    if (id === undefined) return undefined;
    found.push(id);
    start = end;
  }
  return found;
}
