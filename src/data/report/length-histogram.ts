/**
 * Lengths of any number of documents in a fixed table: exact up to 64, then 48 steps an octave (1.5 %).
 * Gives quantiles and the bars of a picture. Pure.
 */
import type { LengthHistogram } from "../../contract/index.ts";

const EXACT = 64;
const STEPS = 48;
const OCTAVES = 26; // up to 64 x 2^26: more words than any document has

const slotOf = (length: number): number =>
  length < EXACT
    ? length
    : Math.min(EXACT + OCTAVES * STEPS - 1, EXACT + Math.floor(Math.log2(length / EXACT) * STEPS + 1e-9));
/** The middle of a slot. */
const lengthOf = (slot: number): number =>
  slot < EXACT ? slot : Math.round(EXACT * 2 ** ((slot - EXACT + 0.5) / STEPS));

export class LengthCounter {
  readonly #slots = new Float64Array(EXACT + OCTAVES * STEPS);
  #count = 0;
  #shortest = Infinity;
  #longest = 0;

  add(length: number): void {
    this.#slots[slotOf(length)]!++;
    this.#count++;
    if (length < this.#shortest) this.#shortest = length;
    if (length > this.#longest) this.#longest = length;
  }

  /** The smallest length that `share` of the documents do not exceed. */
  quantile(share: number): number {
    let left = share * this.#count;
    for (let slot = 0; slot < this.#slots.length; slot++) {
      left -= this.#slots[slot]!;
      if (left <= 1e-9) return Math.min(this.#longest, Math.max(this.#shortest, lengthOf(slot)));
    }
    return this.#longest;
  }

  histogram(unit: LengthHistogram["unit"]): LengthHistogram {
    const shortest = this.#count === 0 ? 0 : this.#shortest;
    const edges = barEdges(shortest, this.#longest);
    const counts = new Array<number>(edges.length - 1).fill(0);
    this.#slots.forEach((count, slot) => {
      if (count === 0) return;
      const length = Math.min(this.#longest, Math.max(shortest, lengthOf(slot)));
      let bar = edges.findIndex((edge) => edge > length) - 1;
      if (bar < 0) bar = counts.length - 1;
      counts[bar]! += count;
    });
    return {
      unit,
      edges,
      counts,
      shortest,
      longest: this.#longest,
      quarter: this.quantile(0.25),
      median: this.quantile(0.5),
      threeQuarters: this.quantile(0.75),
      p95: this.quantile(0.95),
    };
  }
}

/** Borders in steps of the square root of two, whole numbers, from below the shortest to above the longest. */
function barEdges(shortest: number, longest: number): number[] {
  const edges: number[] = [];
  for (let k = 0; ; k++) {
    const edge = k === 0 ? 1 : Math.round(2 ** (k / 2));
    if (edges.at(-1) === edge) continue;
    if (edge <= shortest) edges.length = 0;
    edges.push(edge);
    if (edge > longest) break;
  }
  if (shortest < edges[0]!) edges.unshift(0);
  return edges;
}
