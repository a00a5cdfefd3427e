/**
 * Learns a byte-level BPE vocabulary and its merges from word counts, as Hugging Face tokenizers' BpeTrainer with
 * ByteLevel's alphabet: every byte is a sign, so no text is ever unknown. Same counts in, same file out, to the last
 * merge (ties go to the lower ids on both sides). Source: Radford et al. 2019 (GPT-2).
 */
import { byteSigns } from "../byte-level.ts";
import { PairMerges } from "./pair-merges.ts";
import { vocabularyTooSmall, type Trainer } from "./trainer.ts";
import type { WordCounts } from "./word-counts.ts";
import { learnMerges } from "./wordpiece.ts";

export interface ByteBpeOptions {
  vocabularySize: number;
  /** Pairs seen less often are never merged. */
  minFrequency: number;
  /** First in the vocabulary, in this order. */
  specialTokens: readonly string[];
}
export interface ByteBpe {
  /** In id order. */
  pieces: string[];
  merges: [left: string, right: string][];
}

const WORDS_A_STEP = 20_000;

/** @throws data/vocabulary-too-small below special tokens and 256 bytes */
export function* trainByteBpe(words: WordCounts, options: ByteBpeOptions): Trainer<ByteBpe> {
  const { vocabularySize, minFrequency, specialTokens } = options;
  const pieces = [...specialTokens, ...byteSigns.toSorted((a, b) => a.codePointAt(0)! - b.codePointAt(0)!)];
  if (pieces.length > vocabularySize) throw vocabularyTooSmall(vocabularySize, pieces.length);
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  const idOfByte = Int32Array.from(byteSigns, (sign) => ids.get(sign)!);
  const merges = new PairMerges();
  const encoder = new TextEncoder();
  const entries = words.entries();
  for (const [i, entry] of entries.entries()) {
    const bytes = encoder.encode(textOf(words.chars(entry)));
    merges.addWord(
      Array.from(bytes, (byte) => idOfByte[byte]!),
      words.count(entry),
    );
    if (i % WORDS_A_STEP === 0) yield { phase: "counting pairs", done: i, total: entries.length };
  }
  const plan = { vocabularySize, minFrequency, rest: (piece: string) => piece };
  const learnt = yield* learnMerges(merges, pieces, ids, plan);
  return { pieces, merges: learnt.map(([left, right]) => [pieces[left]!, pieces[right]!]) };
}

/** In parts: a call takes only so many arguments. */
export function textOf(chars: Int32Array): string {
  let text = "";
  for (let at = 0; at < chars.length; at += 4096) text += String.fromCodePoint(...chars.subarray(at, at + 4096));
  return text;
}
