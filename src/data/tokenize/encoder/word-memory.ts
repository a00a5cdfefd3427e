/**
 * Words already cut, in one typed array: no strings, no objects, bounded. A word is looked up by its
 * characters. When the memory is full it is emptied: the frequent words are back within a page of text.
 */
import { grown, type Pieces } from "./chars.ts";

/** Longer words are rare and seldom come twice. */
export const LONGEST_REMEMBERED = 64;
/** The table of slots starts small, so that it stays in the processor's cache, and grows with the words. */
const FIRST_SLOTS = 2 ** 14;
const MOST_WORDS = 2 ** 18;
/** Numbers in the store at most: 32 MB. */
const MOST_NUMBERS = 2 ** 23;
/** Before a word's characters: hash, characters, pieces. */
const HEAD = 3;

export class WordMemory {
  /** Place of a word in the store, plus one. */
  #slots = new Int32Array(FIRST_SLOTS);
  /** Word after word: head, characters, ids, spans (start + end * 256). */
  #store = new Int32Array(2 ** 16);
  #used = 0;
  #words = 0;
  /** Of the word looked up last. */
  #hash = 0;
  #slot = 0;

  get store(): Int32Array {
    return this.#store;
  }

  /** Where the word's entry is in `store`; -1: not known. */
  find(chars: Int32Array, start: number, end: number): number {
    const length = end - start;
    let hash = length;
    for (let i = start; i < end; i++) hash = Math.imul(hash, 0x01000193) ^ chars[i]!;
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    hash ^= hash >>> 13;
    this.#hash = hash;
    const slots = this.#slots;
    const store = this.#store;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot]! - 1;
      if (entry < 0) {
        this.#slot = slot;
        return -1;
      }
      if (store[entry] !== hash || store[entry + 1] !== length) continue;
      let i = 0;
      while (i < length && store[entry + HEAD + i] === chars[start + i]) i++;
      if (i === length) return entry;
    }
  }

  /** Keeps the word that `find` has just missed. */
  keep(chars: Int32Array, start: number, end: number, pieces: Pieces): void {
    const length = end - start;
    const need = HEAD + length + 2 * pieces.length;
    if (this.#used + need > MOST_NUMBERS || this.#words >= MOST_WORDS) {
      this.#slots.fill(0);
      [this.#used, this.#words] = [0, 0];
      this.#slot = this.#hash & (this.#slots.length - 1);
    } else if (this.#words * 2 >= this.#slots.length) this.#widen();
    if (this.#used + need > this.#store.length) this.#store = grown(this.#store, this.#used + need);
    const store = this.#store;
    const entry = this.#used;
    store[entry] = this.#hash;
    store[entry + 1] = length;
    store[entry + 2] = pieces.length;
    let at = entry + HEAD;
    for (let i = start; i < end; i++) store[at++] = chars[i]!;
    for (let i = 0; i < pieces.length; i++) store[at++] = pieces.ids[i]!;
    for (let i = 0; i < pieces.length; i++) store[at++] = pieces.starts[i]! + pieces.ends[i]! * 256;
    this.#slots[this.#slot] = entry + 1;
    this.#used = at;
    this.#words++;
  }

  /** Doubles the slots. */
  #widen(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    const free = (hash: number): number => {
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      return slot;
    };
    for (const entry of this.#slots) if (entry > 0) slots[free(this.#store[entry - 1]!)] = entry;
    this.#slots = slots;
    this.#slot = free(this.#hash);
  }
}

/** Reading an entry: where its ids begin, and how many there are; the spans follow the ids. */
export const piecesOf = (store: Int32Array, entry: number): number => store[entry + 2]!;
export const idsAt = (store: Int32Array, entry: number): number => entry + HEAD + store[entry + 1]!;
