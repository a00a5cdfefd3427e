/**
 * Byte-level byte-pair encoding: a word's UTF-8 bytes, of which the neighbouring pair with the earliest
 * learnt merge is joined again and again. A heap keeps that n log n for words of any length.
 * Source: Sennrich et al. 2016; Radford et al. 2019 (bytes as printable characters); Hugging Face tokenizers' BPE.
 */
import { byteSigns } from "../byte-level.ts";
import { grown, type Pieces } from "./chars.ts";
import { MinHeap } from "./min-heap.ts";
import type { Model } from "./model.ts";
import { flag, unsupported, type Json } from "./parts.ts";
import { PairTable } from "./pair-table.ts";

/** Places are added to ranks to make one key; words are shorter than this. */
const PLACES = 2 ** 26;

/** @throws NotAccelerated */
export function byteBpe(config: Json, vocabulary: ReadonlyMap<string, number>): Model {
  for (const name of ["dropout", "continuing_subword_prefix", "end_of_word_suffix"])
    if (config[name] !== undefined && config[name] !== null && config[name] !== "" && config[name] !== 0)
      throw unsupported("model", `BPE with ${name}`);
  for (const name of ["byte_fallback", "ignore_merges"])
    if (flag(config, name, false)) throw unsupported("model", `BPE with ${name}`);
  const byteIds = Int32Array.from(byteSigns, (sign) => vocabulary.get(sign) ?? -1);
  if (byteIds.includes(-1)) throw unsupported("model", "BPE without all 256 bytes");
  const merges = readMerges(config["merges"], vocabulary);
  return new ByteBpe(byteIds, merges);
}

function readMerges(given: unknown, vocabulary: ReadonlyMap<string, number>): PairTable {
  const merges = Array.isArray(given) ? (given as unknown[]) : [];
  const table = new PairTable(merges.length);
  merges.forEach((merge, rank) => {
    const [left = "", right = ""] = (typeof merge === "string" ? merge.split(" ") : merge) as string[];
    const ids = [left, right, left + right].map((piece) => vocabulary.get(piece));
    const [a, b, joined] = ids;
    if (a === undefined || b === undefined || joined === undefined)
      throw unsupported("model", "BPE with merges outside its vocabulary");
    table.set(a, b, rank, joined);
  });
  return table;
}

class ByteBpe implements Model {
  readonly #byteIds: Int32Array;
  readonly #merges: PairTable;
  readonly #heap = new MinHeap();
  /** One row a symbol, linked both ways: id (-1: joined to its left), next, previous, first and last character. */
  #ids = new Int32Array(256);
  #next = new Int32Array(256);
  #previous = new Int32Array(256);
  #first = new Int32Array(256);
  #last = new Int32Array(256);

  constructor(byteIds: Int32Array, merges: PairTable) {
    this.#byteIds = byteIds;
    this.#merges = merges;
  }

  segment(chars: Int32Array, start: number, end: number, out: Pieces): void {
    const count = this.#bytes(chars, start, end);
    const [ids, next, previous, last] = [this.#ids, this.#next, this.#previous, this.#last];
    const [heap, merges] = [this.#heap, this.#merges];
    for (let at = 0; at + 1 < count; at++) {
      const row = merges.find(ids[at]!, ids[at + 1]!);
      if (row >= 0) heap.push(merges.rank(row) * PLACES + at);
    }
    for (let key = heap.pop(); key >= 0; key = heap.pop()) {
      const at = key % PLACES;
      const right = ids[at]! < 0 ? -1 : next[at]!;
      if (right < 0) continue;
      const row = merges.find(ids[at]!, ids[right]!);
      // The pair that was here when the key was made may be gone.
      if (row < 0 || merges.rank(row) !== (key - at) / PLACES) continue;
      ids[at] = merges.joined(row);
      ids[right] = -1;
      last[at] = last[right]!;
      const [after, ahead] = [next[right]!, previous[at]!];
      next[at] = after;
      if (after >= 0) {
        previous[after] = at;
        const found = merges.find(ids[at]!, ids[after]!);
        if (found >= 0) heap.push(merges.rank(found) * PLACES + at);
      }
      if (ahead >= 0) {
        const found = merges.find(ids[ahead]!, ids[at]!);
        if (found >= 0) heap.push(merges.rank(found) * PLACES + ahead);
      }
    }
    for (let at = count > 0 ? 0 : -1; at >= 0; at = next[at]!) out.add(ids[at]!, this.#first[at]!, last[at]! + 1);
  }

  /** Fills the rows with the word's UTF-8 bytes; returns how many. */
  #bytes(chars: Int32Array, start: number, end: number): number {
    let count = 0;
    for (let i = start; i < end; i++) {
      const char = chars[i]!;
      const length = char < 0x80 ? 1 : char < 0x800 ? 2 : char < 0x10000 ? 3 : 4;
      if (count + length > this.#ids.length) this.#grow(count + length);
      for (let k = 0; k < length; k++) {
        const bits = (char >> (6 * (length - 1 - k))) & 0x3f;
        const byte =
          length === 1 ? char : k > 0 ? 0x80 | bits : ((0xf00 >> length) & 0xff) | (char >> (6 * (length - 1)));
        this.#ids[count] = this.#byteIds[byte]!;
        this.#next[count] = count + 1;
        this.#previous[count] = count - 1;
        this.#first[count] = i - start;
        this.#last[count] = i - start;
        count++;
      }
    }
    if (count > 0) this.#next[count - 1] = -1;
    return count;
  }

  #grow(count: number): void {
    this.#ids = grown(this.#ids, count);
    this.#next = grown(this.#next, count);
    this.#previous = grown(this.#previous, count);
    this.#first = grown(this.#first, count);
    this.#last = grown(this.#last, count);
  }
}
