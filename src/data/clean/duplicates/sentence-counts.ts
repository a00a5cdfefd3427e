/**
 * Sentences that stand in many documents, numbers aside: footers, disclaimers, greetings. Counts by lossy counting
 * (Manku & Motwani 2002): when the table is full, what was seen least goes, so memory has a bound and what is frequent
 * stays.
 */
import { KeyCounter } from "../rules/hash-table.ts";
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
  readonly #most: number;
  readonly #documents = new KeyMap();
  /** Of the document at hand: a sentence counts once in each. */
  readonly #own = new KeyCounter();
  /** Counts up to this one have been forgotten. */
  #forgotten = 0;

  constructor(most = mostSentences) {
    this.#most = most;
  }

  /** True once rare sentences had to be forgotten. */
  get pruned(): boolean {
    return this.#forgotten > 0;
  }
  /** Sentences remembered. */
  get size(): number {
    return this.#documents.size;
  }

  add(sentences: readonly Sentence[]): void {
    this.#own.clear(sentences.length);
    for (const { key } of sentences)
      if (this.#own.add(key.low, key.high) === 1) this.#documents.set(key, (this.#documents.get(key) ?? 0) + 1);
    if (this.#documents.size <= this.#most) return;
    // Down to half: a text full of pairs would otherwise be gone through again for each of its documents.
    for (let count = 1; this.#documents.size > this.#most / 2; count++) {
      this.#documents.prune((documents) => documents > count);
      this.#forgotten = Math.max(this.#forgotten, count);
    }
  }

  /** In how many documents it stands. */
  count(key: Key): number {
    return this.#documents.get(key) ?? 0;
  }

  /** Forgets all that stand in fewer documents: what is left is small. */
  keepFrequent(least: number): number {
    this.#documents.prune((count) => count >= least);
    return this.#documents.size;
  }
}
