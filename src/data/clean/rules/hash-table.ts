/**
 * Counts 64-bit keys without objects: open addressing in typed arrays, reused from document to document. Clearing
 * is a new generation number, so a short document does not pay for a long one before it.
 */
export class KeyCounter {
  #low = new Uint32Array(1024);
  #high = new Uint32Array(1024);
  #stamp = new Uint32Array(1024);
  #count = new Uint32Array(1024);
  #generation = 0;

  /** Forgets everything and makes room for so many keys. */
  clear(keys: number): void {
    let size = this.#low.length;
    while (size < keys * 2) size *= 2;
    if (size !== this.#low.length) {
      this.#low = new Uint32Array(size);
      this.#high = new Uint32Array(size);
      this.#stamp = new Uint32Array(size);
      this.#count = new Uint32Array(size);
      this.#generation = 0;
    }
    this.#generation++;
  }

  /** How often this key was added since `clear`, this time included. */
  add(low: number, high: number): number {
    const mask = this.#low.length - 1;
    let at = (low ^ (high >>> 15)) & mask;
    for (;;) {
      if (this.#stamp[at] !== this.#generation) {
        this.#stamp[at] = this.#generation;
        this.#low[at] = low;
        this.#high[at] = high;
        return (this.#count[at] = 1);
      }
      if (this.#low[at] === low >>> 0 && this.#high[at] === high >>> 0) return ++this.#count[at]!;
      at = (at + 1) & mask;
    }
  }

  /** How often this key was added since `clear`. */
  total(low: number, high: number): number {
    const mask = this.#low.length - 1;
    for (let at = (low ^ (high >>> 15)) & mask; this.#stamp[at] === this.#generation; at = (at + 1) & mask)
      if (this.#low[at] === low >>> 0 && this.#high[at] === high >>> 0) return this.#count[at]!;
    return 0;
  }
}

/** Spreads the bits of a 32-bit number (the finaliser of MurmurHash3, Appleby 2011). */
export function spread(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
