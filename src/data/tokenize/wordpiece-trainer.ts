/**
 * Learns a WordPiece vocabulary from word counts: merges of neighbouring pieces, most frequent pair
 * first, as Hugging Face tokenizers' WordPieceTrainer does (byte-pair merges with a "##" prefix on
 * pieces inside a word). Pair counts are kept up to date word by word, so that hundreds of thousands
 * of distinct words take seconds. Knows no files and no encoding.
 * One difference to the reference: a word with a sign outside the alphabet is left out whole (it will
 * be [UNK] when encoded) instead of losing that sign. Same counts in, same vocabulary out.
 */
import { UnmaskError } from "../../base/index.ts";
import { bertSpecialTokens, bertTokenizerJson } from "./bert-tokenizer-json.ts";
import { createEncoder } from "./encoder/encoder.ts";

export interface WordPieceOptions {
  vocabularySize: number;
  /** Pairs seen less often are never merged. */
  minFrequency: number;
  /** How many different signs (Unicode code points) the vocabulary may be built of; the most frequent stay. */
  limitAlphabet: number;
  /** Signs that are in the alphabet whatever the counts say (they count towards the limit). */
  initialAlphabet?: string;
  /** First in the vocabulary, in this order. */
  specialTokens: readonly string[];
}

/** Counts the words of texts after BERT's basic tokenization; adds to `counts` and returns it. */
export function countWords(texts: Iterable<string>, counts = new Map<string, number>()): Map<string, number> {
  const encoder = createEncoder(JSON.parse(bertTokenizerJson(bertSpecialTokens, false)) as object);
  if ("missing" in encoder) throw new UnmaskError("data/internal", `Our own tokenizer is unknown: ${encoder.missing}.`);
  for (const text of texts) encoder.eachWord(text, (word) => counts.set(word, (counts.get(word) ?? 0) + 1));
  return counts;
}

/**
 * The vocabulary in id order: special tokens, single signs, "##" signs, then pieces in merge order.
 * It is shorter than asked when the words hold no further pair of `minFrequency`.
 * @throws data/vocabulary-too-small when the special tokens and signs alone exceed the size.
 */
export function trainWordPiece(wordCounts: ReadonlyMap<string, number>, options: WordPieceOptions): string[] {
  const { vocabularySize, minFrequency, limitAlphabet, initialAlphabet = "", specialTokens } = options;
  const alphabet = frequentSigns(wordCounts, limitAlphabet, initialAlphabet);
  const pieces: string[] = [...specialTokens, ...alphabet];
  const words = [...wordCounts]
    .map(([word, count]) => ({ signs: [...word], count }))
    .filter(({ signs }) => signs.every((sign) => alphabet.has(sign)))
    .sort((a, b) => b.count - a.count || compare(a.signs.join(""), b.signs.join("")));
  const inner = new Set(words.flatMap(({ signs }) => signs.slice(1)));
  for (const sign of alphabet) if (inner.has(sign)) pieces.push(`##${sign}`);
  if (pieces.length > vocabularySize) {
    throw new UnmaskError(
      "data/vocabulary-too-small",
      `A vocabulary of ${vocabularySize} pieces was asked for, but special tokens and single signs already need ${pieces.length}.`,
      "Ask for a larger vocabulary or a smaller alphabet.",
      { vocabularySize, needed: pieces.length },
    );
  }
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  const merges = new Merges(words.length);
  words.forEach(({ signs, count }, w) => {
    merges.add(
      w,
      signs.map((sign, i) => ids.get(i === 0 ? sign : `##${sign}`)!),
      count,
    );
  });
  while (pieces.length < vocabularySize) {
    const best = merges.takeBest();
    if (best === undefined || best.count < minFrequency) break;
    const joined = pieces[best.left]! + pieces[best.right]!.slice(2); // a right piece always carries "##"
    let id = ids.get(joined); // one piece can come from two different pairs
    if (id === undefined) {
      id = pieces.length;
      ids.set(joined, id);
      pieces.push(joined);
    }
    merges.apply(best.left, best.right, id);
  }
  return pieces;
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The most frequent signs in code point order. */
function frequentSigns(wordCounts: ReadonlyMap<string, number>, limit: number, initial: string): Set<string> {
  const counts = new Map<string, number>();
  for (const [word, count] of wordCounts) for (const sign of word) counts.set(sign, (counts.get(sign) ?? 0) + count);
  for (const sign of initial) counts.set(sign, Infinity);
  const kept = [...counts]
    .sort((a, b) => compare(b[1], a[1]) || a[0].codePointAt(0)! - b[0].codePointAt(0)!)
    .slice(0, limit);
  return new Set(kept.map(([sign]) => sign).sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!));
}

const span = 0x10000; // pair key = left * span + right: exact in a double for any two 16-bit ids

interface Candidate {
  count: number;
  key: number;
}

/** Words as piece ids, the count of every neighbouring pair, and where each pair occurs. */
class Merges {
  readonly #words: number[][];
  readonly #counts: number[];
  readonly #pairCounts = new Map<number, number>();
  readonly #places = new Map<number, number[]>();
  readonly #heap: Candidate[] = [];

  constructor(words: number) {
    this.#words = new Array<number[]>(words);
    this.#counts = new Array<number>(words);
  }

  add(word: number, pieces: number[], count: number): void {
    this.#words[word] = pieces;
    this.#counts[word] = count;
    for (let i = 1; i < pieces.length; i++) this.#addPair(pieces[i - 1]! * span + pieces[i]!, word, count);
  }

  /** The most frequent pair; ties go to the lower ids. Counts in the heap may be stale (too high): re-filed. */
  takeBest(): { left: number; right: number; count: number } | undefined {
    if (this.#heap.length === 0) for (const [key, count] of this.#pairCounts) push(this.#heap, { count, key });
    for (let top = pop(this.#heap); top !== undefined; top = pop(this.#heap)) {
      const count = this.#pairCounts.get(top.key) ?? 0;
      if (count === top.count) return { left: Math.floor(top.key / span), right: top.key % span, count };
      if (count > 0 && count < top.count) push(this.#heap, { count, key: top.key });
    }
    return undefined;
  }

  /** Joins every "left right" into `joined` and moves the counts of the pairs around it. */
  apply(left: number, right: number, joined: number): void {
    const key = left * span + right;
    const grown = new Set<number>();
    for (const word of this.#places.get(key) ?? []) {
      const before = this.#words[word]!;
      const after = joinPair(before, left, right, joined);
      if (after.length === before.length) continue; // listed twice, or gone since
      const count = this.#counts[word]!;
      for (let i = 1; i < before.length; i++) this.#dropPair(before[i - 1]! * span + before[i]!, count);
      for (let i = 1; i < after.length; i++) {
        const pair = after[i - 1]! * span + after[i]!;
        const isNew = after[i - 1] === joined || after[i] === joined;
        this.#addPair(pair, isNew ? word : -1, count);
        if (isNew) grown.add(pair);
      }
      this.#words[word] = after;
    }
    this.#places.delete(key);
    this.#pairCounts.delete(key);
    for (const pair of grown) {
      const count = this.#pairCounts.get(pair);
      if (count !== undefined) push(this.#heap, { count, key: pair });
    }
  }

  /** `word` -1: the place is known already. */
  #addPair(key: number, word: number, count: number): void {
    this.#pairCounts.set(key, (this.#pairCounts.get(key) ?? 0) + count);
    if (word < 0) return;
    const places = this.#places.get(key);
    if (places === undefined) this.#places.set(key, [word]);
    else if (places.at(-1) !== word) places.push(word);
  }

  #dropPair(key: number, count: number): void {
    this.#pairCounts.set(key, this.#pairCounts.get(key)! - count);
  }
}

function joinPair(pieces: number[], left: number, right: number, joined: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < pieces.length; i++) {
    if (pieces[i] === left && pieces[i + 1] === right) {
      out.push(joined);
      i++;
    } else out.push(pieces[i]!);
  }
  return out;
}

function before(a: Candidate, b: Candidate): boolean {
  return a.count > b.count || (a.count === b.count && a.key < b.key);
}

function push(heap: Candidate[], item: Candidate): void {
  let i = heap.push(item) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(item, heap[parent]!)) break;
    heap[i] = heap[parent]!;
    i = parent;
  }
  heap[i] = item;
}

function pop(heap: Candidate[]): Candidate | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let i = 0;
  for (let child = 1; child < heap.length; child = 2 * i + 1) {
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, last)) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = last;
  return top;
}
