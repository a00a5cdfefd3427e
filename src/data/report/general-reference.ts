/**
 * General English as counts: how often its words and hashed n-grams occur, and how many tokens a word
 * takes. One small file (public/reference, made by scripts/general-reference), with levels instead of exact
 * counts: a level is an eighth of an octave for words, a 512th for n-grams. Holds no text.
 */
import { UnmaskError } from "../../base/index.ts";
import type { Tokenizer } from "../tokenize/tokenizer.ts";
import { BUCKETS } from "./ngram-buckets.ts";

export const WORD_STEPS = 8;
export const BUCKET_STEPS = 512;

/** The file. */
export interface GeneralReferenceFile {
  version: 1;
  words: number;
  wordTokens: number;
  grams: number;
  /** Words below the table: how many different ones, how often in all. */
  rare: { words: number; tokens: number };
  /** Level -> the words of it, a blank between them; count = 2 ^ (level / WORD_STEPS). */
  vocabulary: Record<string, string>;
  /** Base64 of little-endian uint16 levels, BUCKETS of them; count = 2 ^ (level / BUCKET_STEPS) - 1. */
  buckets: string;
  /** Tokens a word, measured, by tokenizer id. */
  fertility: Record<string, { name: string; value: number; words: number }>;
  /** Words as they stand in running text, drawn at random: times drawn -> words. For tokenizers not measured. */
  drawn: Record<string, string>;
}
export interface GeneralReference {
  words: number;
  wordTokens: number;
  grams: number;
  buckets: Float64Array;
  /** Most frequent first. */
  vocabulary: readonly string[];
  has(word: string): boolean;
  /** Times the word occurs; for a rare one the mean of the rare ones. */
  count(word: string): number;
  /** Tokens a word of general English, with one standard error. */
  fertility(tokenizer: Pick<Tokenizer, "id" | "encodeWords">): { value: number; error: number };
}

/** @throws data/no-reference when the file is of another form */
export function openGeneralReference(file: GeneralReferenceFile): GeneralReference {
  const version: number = file.version;
  if (version !== 1 || typeof file.buckets !== "string" || typeof file.vocabulary !== "object")
    throw new UnmaskError(
      "data/no-reference",
      `The table of general English should be of version 1, but is of ${String(version)}.`,
      "Reload the page: its files belong to different versions.",
    );
  const counts = new Map<string, number>();
  const levels = Object.keys(file.vocabulary).map(Number);
  for (const level of levels.sort((a, b) => b - a))
    for (const word of file.vocabulary[level]!.split(" ")) counts.set(word, 2 ** (level / WORD_STEPS));
  const rare = file.rare.tokens / Math.max(1, file.rare.words);
  return {
    words: file.words,
    wordTokens: file.wordTokens,
    grams: file.grams,
    buckets: decodeBuckets(file.buckets),
    vocabulary: [...counts.keys()],
    has: (word) => counts.has(word),
    count: (word) => counts.get(word) ?? rare,
    fertility: (tokenizer) => {
      const measured = file.fertility[tokenizer.id];
      if (measured !== undefined) return { value: measured.value, error: 0 };
      return drawnFertility(file.drawn, tokenizer);
    },
  };
}

function drawnFertility(
  drawn: GeneralReferenceFile["drawn"],
  tokenizer: Pick<Tokenizer, "encodeWords">,
): { value: number; error: number } {
  let [n, sum, squares] = [0, 0, 0];
  for (const [times, words] of Object.entries(drawn)) {
    // The first word of a line is cut differently by byte-level tokenizers, so one is put before it.
    const list = ["the", ...words.split(" ")];
    const { ids, wordStarts } = tokenizer.encodeWords(list);
    for (let i = 1; i < list.length; i++) {
      const pieces = (wordStarts[i + 1] ?? ids.length) - wordStarts[i]!;
      n += Number(times);
      sum += Number(times) * pieces;
      squares += Number(times) * pieces * pieces;
    }
  }
  const value = sum / n;
  return { value, error: Math.sqrt(Math.max(0, squares / n - value * value) / n) };
}

export function encodeBuckets(counts: ArrayLike<number>): string {
  const bytes = new Uint8Array(counts.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < counts.length; i++)
    view.setUint16(2 * i, Math.round(Math.log2(1 + counts[i]!) * BUCKET_STEPS), true);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function decodeBuckets(text: string): Float64Array {
  const binary = atob(text);
  const buckets = new Float64Array(BUCKETS);
  for (let i = 0; i < BUCKETS; i++)
    buckets[i] = 2 ** ((binary.charCodeAt(2 * i) + 256 * binary.charCodeAt(2 * i + 1)) / BUCKET_STEPS) - 1;
  return buckets;
}
