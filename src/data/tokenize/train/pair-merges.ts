/**
 * The engine of byte-pair training: words as symbols, the count of every neighbouring pair, and the merge of the most
 * frequent one, in typed arrays. Counts are kept up to date place by place, so that hundreds of thousands of distinct
 * words take seconds. Knows no text: WordPiece and byte-level BPE give it numbers.
 * Source: Sennrich et al. 2016; ties go to the lower ids, as in Hugging Face tokenizers' BpeTrainer.
 */
import { grown } from "../encoder/chars.ts";
import { pairHash } from "../encoder/pair-table.ts";
import { PairHeap } from "./pair-heap.ts";

/** left * ORDER + right orders pairs by left, then by right; exact for ids below 2 ** 26. */
const ORDER = 2 ** 26;

export interface BestPair {
  left: number;
  right: number;
  count: number;
}

export class PairMerges {
  /** Word after word; a word shrinks in its own place. */
  #symbols = new Int32Array(2 ** 16);
  #used = 0;
  #starts = new Int32Array(2 ** 12);
  #lengths = new Int32Array(2 ** 12);
  #counts = new Int32Array(2 ** 12);
  #words = 0;
  /** Pair number + 1 by hash of (left, right). */
  #slots = new Int32Array(2 ** 16);
  #left = new Int32Array(2 ** 14);
  #right = new Int32Array(2 ** 14);
  #pairCount = new Float64Array(2 ** 14);
  /** Last of the pair's places, plus one, in the list below. */
  #lastPlace = new Int32Array(2 ** 14);
  /** The merge in which the pair grew last: it is filed anew once. */
  #grewIn = new Int32Array(2 ** 14);
  #pairs = 0;
  readonly #grown: number[] = [];
  /** Places: word, and the place before plus one. */
  #places = new Int32Array(2 ** 16);
  #placesUsed = 0;
  #merge = 0;
  #heap: PairHeap | undefined;

  addWord(symbols: ArrayLike<number>, count: number): void {
    if (symbols.length < 2) return;
    const word = this.#words++;
    if (word === this.#starts.length)
      [this.#starts, this.#lengths, this.#counts] = [this.#starts, this.#lengths, this.#counts].map((array) =>
        grown(array, word + 1),
      ) as [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>];
    if (this.#used + symbols.length > this.#symbols.length)
      this.#symbols = grown(this.#symbols, this.#used + symbols.length);
    this.#starts[word] = this.#used;
    this.#lengths[word] = symbols.length;
    this.#counts[word] = count;
    for (let i = 0; i < symbols.length; i++) {
      this.#symbols[this.#used++] = symbols[i]!;
      if (i > 0) this.#add(symbols[i - 1]!, symbols[i]!, word, count);
    }
  }

  /** The most frequent pair, or undefined when no word has two symbols left. */
  best(): BestPair | undefined {
    if (this.#heap === undefined) {
      this.#heap = new PairHeap();
      for (let pair = 0; pair < this.#pairs; pair++) this.#file(pair);
    }
    for (let pair = this.#heap.pop(); pair >= 0; pair = this.#heap.pop()) {
      const count = this.#pairCount[pair]!;
      // Filed when it was more frequent: again, by its present count.
      if (count < this.#heap.lastCount) this.#file(pair);
      else if (count > 0 && count === this.#heap.lastCount)
        return { left: this.#left[pair]!, right: this.#right[pair]!, count };
    }
    return undefined;
  }

  /** Joins every "left right" into `joined` and moves the counts of the pairs around it. */
  apply(left: number, right: number, joined: number): void {
    const merged = this.#pairOf(left, right);
    this.#merge++;
    let previous = -1;
    for (let place = this.#lastPlace[merged]! - 1; place >= 0; place = this.#places[2 * place + 1]! - 1) {
      const word = this.#places[2 * place]!;
      if (word !== previous) this.#joinIn(word, left, right, joined);
      previous = word;
    }
    this.#pairCount[merged] = 0;
    this.#lastPlace[merged] = 0;
    for (const pair of this.#grown) this.#file(pair);
    this.#grown.length = 0;
  }

  #joinIn(word: number, left: number, right: number, joined: number): void {
    const [start, length, count] = [this.#starts[word]!, this.#lengths[word]!, this.#counts[word]!];
    const end = start + length;
    let to = start;
    for (let at = start; at < end; at++) {
      const symbols = this.#symbols;
      if (symbols[at] !== left || at + 1 >= end || symbols[at + 1] !== right) {
        symbols[to++] = symbols[at]!;
        continue;
      }
      if (to > start) {
        this.#drop(symbols[to - 1]!, left, count);
        this.#add(symbols[to - 1]!, joined, word, count);
      }
      if (at + 2 < end) {
        this.#drop(right, symbols[at + 2]!, count);
        this.#add(joined, symbols[at + 2]!, word, count);
      }
      symbols[to++] = joined;
      at++;
    }
    this.#lengths[word] = to - start;
  }

  #file(pair: number): void {
    const count = this.#pairCount[pair]!;
    if (count > 0) this.#heap!.push(pair, count, this.#left[pair]! * ORDER + this.#right[pair]!);
  }

  #drop(left: number, right: number, count: number): void {
    this.#pairCount[this.#pairOf(left, right)]! -= count;
  }

  #add(left: number, right: number, word: number, count: number): void {
    const pair = this.#pairOf(left, right);
    this.#pairCount[pair]! += count;
    const last = this.#lastPlace[pair]! - 1;
    if (last < 0 || this.#places[2 * last] !== word) {
      if (2 * this.#placesUsed + 2 > this.#places.length) this.#places = grown(this.#places, 2 * this.#placesUsed + 2);
      this.#places[2 * this.#placesUsed] = word;
      this.#places[2 * this.#placesUsed + 1] = last + 1;
      this.#lastPlace[pair] = ++this.#placesUsed;
    }
    if (this.#grewIn[pair] === this.#merge) return;
    this.#grewIn[pair] = this.#merge;
    this.#grown.push(pair);
  }

  /** The pair's number; a new one gets the next. */
  #pairOf(left: number, right: number): number {
    const mask = this.#slots.length - 1;
    let slot = pairHash(left, right) & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const pair = this.#slots[slot]! - 1;
      if (this.#left[pair] === left && this.#right[pair] === right) return pair;
    }
    const pair = this.#pairs++;
    if (pair === this.#left.length) this.#widen();
    this.#left[pair] = left;
    this.#right[pair] = right;
    this.#slots[slot] = pair + 1;
    if (2 * this.#pairs > this.#slots.length) this.#refill();
    return pair;
  }

  #widen(): void {
    const size = 2 * this.#left.length;
    this.#left = grown(this.#left, size);
    this.#right = grown(this.#right, size);
    this.#lastPlace = grown(this.#lastPlace, size);
    this.#grewIn = grown(this.#grewIn, size);
    const counts = new Float64Array(size);
    counts.set(this.#pairCount);
    this.#pairCount = counts;
  }

  #refill(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    const mask = this.#slots.length - 1;
    for (let pair = 0; pair < this.#pairs; pair++) {
      let slot = pairHash(this.#left[pair]!, this.#right[pair]!) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = pair + 1;
    }
  }
}
