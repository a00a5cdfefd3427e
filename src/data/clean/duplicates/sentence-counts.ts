/**
 * Sentences that stand in many documents, numbers aside: footers, disclaimers, greetings. Counts by lossy counting
 * (Manku & Motwani 2002): when the table is full, what was seen once goes, so memory has a bound and what is frequent
 * stays.
 */
import { KeyMap } from "./key-map.ts";
import { WordHashes, wordsKey, type Key } from "./word-hashes.ts";

/** Shorter ones ("See also.") are frequent without being anybody's template. */
const fewestWords = 4;
const mostSentences = 1_500_000;
/** A sentence ends at a line's end, or at . ! ? before white space. */
const sentenceEnd = /(?<![.!?])[.!?]+["')\]]*(?=\s)|\n+/g;

export interface Sentence {
  start: number;
  end: number;
  key: Key;
  words: number;
}

const hashes = new WordHashes();

export function sentencesOf(text: string): Sentence[] {
  const found: Sentence[] = [];
  let from = 0;
  const take = (end: number): void => {
    const { values } = hashes.read(text.slice(from, end));
    if (values.length >= fewestWords) {
      let start = from;
      while (/\s/.test(text.charAt(start))) start++;
      found.push({ start, end, key: wordsKey(values), words: values.length });
    }
    from = end;
  };
  for (const end of text.matchAll(sentenceEnd)) take(end[0].startsWith("\n") ? end.index : end.index + end[0].length);
  if (from < text.length) take(text.length);
  return found;
}

export class SentenceCounts {
  readonly #documents = new KeyMap();
  readonly #lastSeen = new KeyMap();
  /** True once rare sentences had to be forgotten. */
  pruned = false;

  add(document: number, sentences: readonly Sentence[]): void {
    for (const { key } of sentences) {
      if (this.#lastSeen.get(key) === document) continue;
      this.#lastSeen.set(key, document);
      this.#documents.set(key, (this.#documents.get(key) ?? 0) + 1);
    }
    if (this.#documents.size <= mostSentences) return;
    this.pruned = true;
    this.#documents.prune((count) => count > 1);
    this.#lastSeen.prune((last) => last > document - 1000);
  }

  /** In how many documents it stands. */
  count(key: Key): number {
    return this.#documents.get(key) ?? 0;
  }

  /** Forgets all that stand in fewer documents: what is left is small. */
  keepFrequent(least: number): number {
    this.#lastSeen.prune(() => false);
    this.#documents.prune((count) => count >= least);
    return this.#documents.size;
  }
}
