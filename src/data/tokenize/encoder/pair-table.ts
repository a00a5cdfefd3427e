/** Merges of byte-pair encoding: (left, right) -> rank and joined id, in one open-addressing table. */
const ROW = 4;

/** Mixes two numbers; the multipliers are those of MurmurHash3. */
export function pairHash(a: number, b: number): number {
  let mixed = Math.imul(a, 0xcc9e2d51) ^ Math.imul(b, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
}

export class PairTable {
  /** Rows of left + 1, right, rank, joined; 0: empty. */
  readonly #table: Int32Array;
  readonly #mask: number;

  constructor(pairs: number) {
    let rows = 1024;
    while (rows < pairs * 2) rows *= 2;
    this.#table = new Int32Array(rows * ROW);
    this.#mask = rows - 1;
  }

  /** A pair given twice keeps the later rank. */
  set(left: number, right: number, rank: number, joined: number): void {
    let row = pairHash(left, right) & this.#mask;
    const table = this.#table;
    while (table[row * ROW] !== 0 && !(table[row * ROW] === left + 1 && table[row * ROW + 1] === right))
      row = (row + 1) & this.#mask;
    table.set([left + 1, right, rank, joined], row * ROW);
  }

  /** Where the pair stands, for `rank` and `joined`; -1: it is never joined. */
  find(left: number, right: number): number {
    const table = this.#table;
    for (let row = pairHash(left, right) & this.#mask; ; row = (row + 1) & this.#mask) {
      const at = row * ROW;
      const key = table[at]!;
      if (key === 0) return -1;
      if (key === left + 1 && table[at + 1] === right) return at;
    }
  }

  rank(found: number): number {
    return this.#table[found + 2]!;
  }

  joined(found: number): number {
    return this.#table[found + 3]!;
  }
}
