/**
 * How often each word of a corpus occurs, in typed arrays and within a bound: what tokenizers are trained on. When
 * the bound is reached the rarest words are let go (lossy counting), and `forgotten` says how many occurrences they
 * had: a word seen once in 100 MB shapes no vocabulary. Knows no tokenizer.
 */
import { codePoints, grown } from "../encoder/chars.ts";

export interface WordLimits {
  /** Different words at most. */
  words: number;
  /** Numbers in the store at most, four bytes each. */
  numbers: number;
}
/** 1.5 million words of ten signs: some 80 MB. */
export const wordLimits: WordLimits = { words: 1_500_000, numbers: 18_000_000 };

/** Before a word's code points: hash, length, count. */
const HEAD = 3;
const FIRST_SLOTS = 2 ** 15;

export class WordCounts {
  /** Place of a word in the store, plus one. */
  #slots = new Int32Array(FIRST_SLOTS);
  #store = new Int32Array(2 ** 16);
  #used = 0;
  #words = 0;
  readonly #limits: WordLimits;
  /** Occurrences counted. */
  total = 0;
  /** Occurrences of words that were let go; a word that comes back later counts anew. */
  forgotten = 0;

  constructor(limits: WordLimits = wordLimits) {
    this.#limits = limits;
  }

  /** Different words. */
  get size(): number {
    return this.#words;
  }

  add(chars: ArrayLike<number>, start: number, end: number, count = 1): void {
    this.total += count;
    const length = end - start;
    let hash = length;
    for (let i = start; i < end; i++) hash = Math.imul(hash, 0x01000193) ^ chars[i]!;
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    hash ^= hash >>> 13;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]! - 1;
      if (entry < 0) break;
      const store = this.#store;
      if (store[entry] !== hash || store[entry + 1] !== length) continue;
      let i = 0;
      while (i < length && store[entry + HEAD + i] === chars[start + i]) i++;
      if (i < length) continue;
      store[entry + 2] = Math.min(store[entry + 2]! + count, 0x7fffffff);
      return;
    }
    this.#slots[slot] = this.#used + 1;
    this.#append(hash, length, count);
    for (let i = start; i < end; i++) this.#store[this.#used++] = chars[i]!;
    this.#words++;
    if (this.#words > this.#limits.words || this.#used > this.#limits.numbers) this.#letGo();
    else if (this.#words * 2 > this.#slots.length) this.#refill(this.#slots.length * 2);
  }

  addWord(word: string, count = 1): void {
    const chars = codePoints(word);
    this.add(chars, 0, chars.length, count);
  }

  /** Entries by count, the largest first, then by code points: the same words give the same order. */
  entries(): Int32Array {
    const store = this.#store;
    const entries = new Int32Array(this.#words);
    for (let at = 0, i = 0; at < this.#used; at += HEAD + store[at + 1]!) entries[i++] = at;
    return entries.sort((a, b) => store[b + 2]! - store[a + 2]! || this.#compare(a, b));
  }

  /** A word's code points, a view. */
  chars(entry: number): Int32Array {
    return this.#store.subarray(entry + HEAD, entry + HEAD + this.#store[entry + 1]!);
  }

  count(entry: number): number {
    return this.#store[entry + 2]!;
  }

  #append(hash: number, length: number, count: number): void {
    const need = this.#used + HEAD + length;
    if (need > this.#store.length) this.#store = grown(this.#store, need);
    this.#store[this.#used++] = hash;
    this.#store[this.#used++] = length;
    this.#store[this.#used++] = count;
  }

  #compare(a: number, b: number): number {
    const store = this.#store;
    const [m, n] = [store[a + 1]!, store[b + 1]!];
    for (let i = 0; i < m && i < n; i++) {
      const difference = store[a + HEAD + i]! - store[b + HEAD + i]!;
      if (difference !== 0) return difference;
    }
    return m - n;
  }

  /** Lets the rarest words go until at most half of either bound is in use. */
  #letGo(): void {
    const store = this.#store;
    for (let least = 2; this.#words > this.#limits.words / 2 || this.#used > this.#limits.numbers / 2; least++) {
      let [to, words] = [0, 0];
      for (let at = 0; at < this.#used;) {
        const size = HEAD + store[at + 1]!;
        if (store[at + 2]! >= least) {
          store.copyWithin(to, at, at + size);
          to += size;
          words++;
        } else this.forgotten += store[at + 2]!;
        at += size;
      }
      [this.#used, this.#words] = [to, words];
    }
    this.#refill(this.#slots.length);
  }

  #refill(slots: number): void {
    this.#slots = new Int32Array(slots);
    const store = this.#store;
    for (let at = 0; at < this.#used; at += HEAD + store[at + 1]!) {
      let slot = store[at]! & (slots - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (slots - 1);
      this.#slots[slot] = at + 1;
    }
  }
}
