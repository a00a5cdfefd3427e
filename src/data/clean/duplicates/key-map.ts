/**
 * 64-bit keys to 32-bit numbers in typed arrays (open addressing): 12 bytes a place instead of a hundred for a Map's
 * entry. Bounded: past `most` keys nothing new is kept, and `full` says so.
 */
import type { Key } from "./word-hashes.ts";

const empty = 0xffffffff;

export class KeyMap {
  #low: Uint32Array;
  #high: Uint32Array;
  #value: Uint32Array;
  readonly #most: number;
  size = 0;
  full = false;

  constructor(most = 0x7fffffff, places = 1024) {
    this.#most = most;
    this.#low = new Uint32Array(places);
    this.#high = new Uint32Array(places);
    this.#value = new Uint32Array(places).fill(empty);
  }

  #place({ low, high }: Key): number {
    const mask = this.#low.length - 1;
    let at = (low ^ (high >>> 15)) & mask;
    while (this.#value[at] !== empty && (this.#low[at] !== low || this.#high[at] !== high)) at = (at + 1) & mask;
    return at;
  }

  get(key: Key): number | undefined {
    const value = this.#value[this.#place(key)]!;
    return value === empty ? undefined : value;
  }

  set(key: Key, value: number): void {
    let at = this.#place(key);
    if (this.#value[at] === empty) {
      if (this.size >= this.#most) {
        this.full = true;
        return;
      }
      if (this.size * 10 >= this.#low.length * 7) {
        this.#rebuild(this.#low.length * 2, () => true);
        at = this.#place(key);
      }
      this.size++;
      this.#low[at] = key.low;
      this.#high[at] = key.high;
    }
    this.#value[at] = value;
  }

  /** Keeps only entries whose value passes. */
  prune(keep: (value: number) => boolean): void {
    this.#rebuild(this.#low.length, keep);
  }

  #rebuild(places: number, keep: (value: number) => boolean): void {
    const [low, high, value] = [this.#low, this.#high, this.#value];
    this.#low = new Uint32Array(places);
    this.#high = new Uint32Array(places);
    this.#value = new Uint32Array(places).fill(empty);
    this.size = 0;
    for (let i = 0; i < low.length; i++) {
      if (value[i] === empty || !keep(value[i]!)) continue;
      const at = this.#place({ low: low[i]!, high: high[i]! });
      this.#low[at] = low[i]!;
      this.#high[at] = high[i]!;
      this.#value[at] = value[i]!;
      this.size++;
    }
  }
}
