/**
 * Where runs of n words stand in a fixed collection of short texts (the items of evaluation sets), to be asked for every
 * run of a long stream of documents. Keys are 53 bits of two rolling hashes: among a million runs asked a billion
 * times one false answer in ten is to be expected, so a hit may be believed. Memory grows with the items only.
 */
import type { LeakWords } from "./leak-words.ts";

const factor1 = 0x2c1b3c6d;
const factor2 = 0x297a2d39;
const filterBits = 24;
/** A run with more places than this is a formula, not the leak of an item; it is passed over. */
const mostPlaces = 1000;

/** Calls back with every run of `n` words: its place and its key's two halves. */
function eachRun(
  { first, second, count }: LeakWords,
  n: number,
  take: (at: number, a: number, b: number) => void,
): void {
  if (count < n) return;
  let [out1, out2] = [1, 1]; // factor ** n: what the word that leaves weighs
  for (let i = 0; i < n; i++) {
    out1 = Math.imul(out1, factor1);
    out2 = Math.imul(out2, factor2);
  }
  let [a, b] = [0, 0];
  for (let at = 0; at < count; at++) {
    a = (Math.imul(a, factor1) + first[at]!) | 0;
    b = (Math.imul(b, factor2) + second[at]!) | 0;
    if (at >= n) {
      a = (a - Math.imul(out1, first[at - n]!)) | 0;
      b = (b - Math.imul(out2, second[at - n]!)) | 0;
    }
    if (at >= n - 1) take(at - n + 1, a, b);
  }
}
const key = (a: number, b: number): number => (a >>> 0) * 0x200000 + (b >>> 11);

export class NgramIndex {
  readonly n: number;
  /** Key -> newest entry of that run; entries of one run are chained. */
  readonly #newest = new Map<number, number>();
  readonly #item: number[] = [];
  readonly #place: number[] = [];
  readonly #next: number[] = [];
  /** Entries of the chain that begins here. */
  readonly #length: number[] = [];
  readonly #filter = new Uint8Array(1 << (filterBits - 3));

  constructor(n: number) {
    this.n = n;
  }

  get size(): number {
    return this.#item.length;
  }

  /** Distinct runs of the item. */
  add(item: number, words: LeakWords): number {
    let distinct = 0;
    eachRun(words, this.n, (at, a, b) => {
      const k = key(a, b);
      const before = this.#newest.get(k) ?? -1;
      if (before < 0 || this.#item[before] !== item) distinct++;
      this.#newest.set(k, this.#item.length);
      this.#item.push(item);
      this.#place.push(at);
      this.#next.push(before);
      this.#length.push(before < 0 ? 1 : this.#length[before]! + 1);
      const bit = a >>> (32 - filterBits);
      this.#filter[bit >> 3]! |= 1 << (bit & 7);
    });
    return distinct;
  }

  /**
   * Every place of a run that some item has too: `run` names the run (equal runs, equal numbers), `repeated` says
   * that the item's earlier place in the same chain was just given.
   */
  find(words: LeakWords, hit: (at: number, item: number, place: number, run: number, repeated: boolean) => void): void {
    eachRun(words, this.n, (at, a, b) => {
      const bit = a >>> (32 - filterBits);
      if ((this.#filter[bit >> 3]! & (1 << (bit & 7))) === 0) return;
      const newest = this.#newest.get(key(a, b));
      if (newest === undefined || this.#length[newest]! > mostPlaces) return;
      let previous = -1;
      for (let entry = newest; entry >= 0; entry = this.#next[entry]!) {
        const item = this.#item[entry]!;
        hit(at, item, this.#place[entry]!, newest, item === previous);
        previous = item;
      }
    });
  }
}
