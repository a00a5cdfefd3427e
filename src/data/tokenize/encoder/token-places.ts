/** Offsets and word numbers of a text's tokens, beside their ids. */
import { grown } from "./chars.ts";
import type { Encoding, IdBuffer } from "./encodings.ts";
import type { Json } from "./parts.ts";
import { blanksOf, trimmed, type Trimming } from "./trim-offsets.ts";

export class TokenPlaces {
  #starts = new Int32Array(256);
  #ends = new Int32Array(256);
  #words = new Int32Array(256);
  #length = 0;
  #word = 0;
  /** Tokens that are not of the model: their text is what stands in the source. */
  #whole: number[] = [];
  readonly #trimmings: Trimming[];
  readonly #blanks = new Map<number, { leading: number; trailing: number }>();

  /** @param json tokenizer.json: its pieces say which tokens carry blanks */
  constructor(trimmings: Trimming[], json: Json) {
    this.#trimmings = trimmings;
    if (trimmings.length === 0) return;
    const { vocab } = json["model"] as { vocab?: unknown };
    const pieces = Array.isArray(vocab)
      ? (vocab as [string, number][]).map(([piece], id) => [piece, id] as const)
      : Object.entries((vocab ?? {}) as Record<string, number>);
    for (const [piece, id] of pieces) {
      const blanks = blanksOf(piece);
      if (blanks.leading > 0 || blanks.trailing > 0) this.#blanks.set(id, blanks);
    }
  }

  clear(): void {
    this.#length = 0;
    this.#word = 0;
    this.#whole = [];
  }

  /** A token of the current word. */
  add(start: number, end: number): void {
    const at = this.#length++;
    if (at === this.#starts.length) {
      this.#starts = grown(this.#starts, at + 1);
      this.#ends = grown(this.#ends, at + 1);
      this.#words = grown(this.#words, at + 1);
    }
    this.#starts[at] = start;
    this.#ends[at] = end;
    this.#words[at] = this.#word;
  }

  endWord(): void {
    this.#word++;
  }

  /** An added token: a word of its own. */
  addWhole(start: number, end: number): void {
    this.#whole.push(this.#length);
    this.add(start, end);
    this.#word++;
  }

  trim(ids: IdBuffer, source: string): void {
    if (this.#trimmings.length === 0) return;
    const written = new Map<number, { leading: number; trailing: number }>();
    if (this.#whole.length > 0) {
      const signs = [...source];
      for (const at of this.#whole) written.set(at, blanksOf(signs.slice(this.#starts[at], this.#ends[at]).join("")));
    }
    for (const trimming of this.#trimmings)
      for (let at = 0; at < this.#length; at++) {
        const blanks = written.get(at) ?? this.#blanks.get(ids.ids[at]!);
        if (blanks === undefined) continue;
        [this.#starts[at], this.#ends[at]] = trimmed(trimming, at, [this.#starts[at]!, this.#ends[at]!], blanks);
      }
  }

  take(): Omit<Encoding, "ids"> {
    const copy = (array: Int32Array): Int32Array => array.slice(0, this.#length);
    return { starts: copy(this.#starts), ends: copy(this.#ends), words: copy(this.#words) };
  }
}
