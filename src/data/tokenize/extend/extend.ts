/**
 * A tokenizer.json with more words as pieces of their own, and which old pieces each new one was: a model's new rows
 * are their mean. Ids of old pieces stay, and text without the new words is cut as before, but for two things: a word
 * that begins with a new WordPiece, and byte pairs that a chain of merges needs on its way. Python's tokenizers read
 * the result as they read the original.
 */
import type { AddedPiece, ModelFiles } from "../../../contract/index.ts";
import { createEncoder, type Encoder } from "../encoder/encoder.ts";
import { codePoints } from "../encoder/chars.ts";
import type { Json } from "../encoder/parts.ts";
import { bad, readTokenizerFiles } from "../tokenizer-json.ts";
import { BpeChains } from "./bpe-chains.ts";

export interface ExtendedTokenizer {
  files: ModelFiles;
  added: AddedPiece[];
  /** Highest id plus one, before and after. */
  oldSize: number;
  size: number;
}

/** A new Unigram piece is so much likelier than its parts together: enough to win, too little to change other words. */
const UNIGRAM_MARGIN = 1e-3;

/**
 * @param words as `proposePieces` gives them: the sign of a blank before a word is part of it
 * @throws data/bad-tokenizer for a kind that our own encoder does not know
 */
export function extendTokenizer(files: ModelFiles, words: readonly string[]): ExtendedTokenizer {
  const { json, size: oldSize } = readTokenizerFiles(files);
  const encoder = openOwnEncoder(json);
  const extended = structuredClone(json) as Json;
  const model = extended["model"] as Json;
  const vocabulary = model["vocab"];
  const added: AddedPiece[] = [];
  const cut = (word: string): number[] => [...encoder.cutWord(Int32Array.from(codePoints(word)))];
  if (Array.isArray(vocabulary)) extendUnigram(extended, vocabulary as [string, number][], oldSize);
  else if (model["merges"] !== undefined) added.push(...new BpeChains(model, oldSize).add(words));
  else
    for (const word of words) {
      const oldIds = cut(word);
      if (oldIds.length < 2) continue;
      const id = oldSize + added.length;
      (vocabulary as Record<string, number>)[word] = id;
      added.push({ piece: word, id, oldIds });
    }
  const text = `${JSON.stringify(extended, null, 1)}\n`;
  return { files: { ...files, "tokenizer.json": text }, added, oldSize, size: oldSize + added.length };

  function extendUnigram(whole: Json, list: [string, number][], size: number): void {
    // Added tokens may have ids behind the list: they get their places in it, so that new pieces come after them.
    for (const token of (whole["added_tokens"] ?? []) as { id: number; content: string }[])
      if (token.id >= list.length && token.id < size) list[token.id] = [token.content, 0];
    const least = list.reduce((min, [, score]) => Math.min(min, score), Infinity);
    for (const word of words) {
      const oldIds = cut(word);
      if (oldIds.length < 2) continue;
      const together = oldIds.reduce((sum, id) => sum + list[id]![1], 0);
      // Not below the rarest piece: the cost of unknown signs hangs on it.
      list.push([word, Math.max(together + UNIGRAM_MARGIN, least)]);
      added.push({ piece: word, id: list.length - 1, oldIds });
    }
  }
}

/** @throws data/bad-tokenizer */
export function openOwnEncoder(json: object): Encoder {
  const encoder = createEncoder(json);
  if ("missing" in encoder)
    throw bad(
      `New pieces can be added to WordPiece, byte-level BPE and Unigram, but this tokenizer has a part that is not known here (${encoder.missing}).`,
      "Choose a model with a usual tokenizer.",
    );
  return encoder;
}
