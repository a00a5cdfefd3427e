/**
 * Runs of n words by hash instead of by string: prefix sums of a polynomial over the words' characters give the hash
 * of any run in constant time. Two 32-bit hashes a run; equal ones are taken for equal runs (one chance in 2^64).
 */
import { pointCount } from "../text-units.ts";
import type { DocumentView } from "./document-view.ts";
import { KeyCounter, spread } from "./hash-table.ts";

const bases = [0x01000193, 0x5bd1e995] as const;
const counter = new KeyCounter();
/** Powers of the two bases, by exponent; the same for every document. */
let powers: readonly [Uint32Array, Uint32Array] = [Uint32Array.of(1), Uint32Array.of(1)];

interface Hashes {
  /** Of the first i words joined without blanks; and their lengths in UTF-16 units and code points. */
  low: Uint32Array;
  high: Uint32Array;
  units: Uint32Array;
  points: Uint32Array;
}
const known = new WeakMap<DocumentView, Hashes>();

function growPowers(least: number): void {
  if (powers[0].length > least) return;
  const size = Math.max(least + 1, powers[0].length * 2, 4096);
  powers = bases.map((base) => {
    const table = new Uint32Array(size).fill(1);
    for (let i = 1; i < size; i++) table[i] = Math.imul(table[i - 1]!, base);
    return table;
  }) as unknown as [Uint32Array, Uint32Array];
}

function hashesOf(view: DocumentView): Hashes {
  const found = known.get(view);
  if (found !== undefined) return found;
  const { words } = view;
  const size = words.length + 1;
  const hashes: Hashes = {
    low: new Uint32Array(size),
    high: new Uint32Array(size),
    units: new Uint32Array(size),
    points: new Uint32Array(size),
  };
  let [low, high, units, points] = [0, 0, 0, 0];
  words.forEach((word, i) => {
    for (let at = 0; at < word.length; at++) {
      const code = word.charCodeAt(at) + 1;
      low = (Math.imul(low, bases[0]) + code) | 0;
      high = (Math.imul(high, bases[1]) + code) | 0;
    }
    units += word.length;
    points += pointCount(word);
    hashes.low[i + 1] = low;
    hashes.high[i + 1] = high;
    hashes.units[i + 1] = units;
    hashes.points[i + 1] = points;
  });
  growPowers(units);
  known.set(view, hashes);
  return hashes;
}

/** The two hashes of the words [from, to) joined. */
function runHash({ low, high, units }: Hashes, from: number, to: number): [number, number] {
  const length = units[to]! - units[from]!;
  return [
    spread(low[to]! - Math.imul(low[from]!, powers[0][length]!) + length),
    spread((high[to]! - Math.imul(high[from]!, powers[1][length]!)) ^ length),
  ];
}

interface Runs {
  /** Code points of all these runs. */
  characters: number;
  count: number;
  /** Their places in the text, when asked for. */
  starts: { start: number; end: number }[];
}

const place = ({ words, wordStarts }: DocumentView, from: number, n: number): { start: number; end: number } => ({
  start: wordStarts[from]!,
  end: wordStarts[from + n - 1]! + words[from + n - 1]!.length,
});

/**
 * Runs of n words that stood before; after one the count goes on behind it. Runs are compared with their words joined
 * without blanks, as datatrove does.
 */
export function repeatedRuns(view: DocumentView, n: number, places = false): Runs {
  const count = view.words.length;
  const hashes = hashesOf(view);
  const runs: Runs = { characters: 0, count: 0, starts: [] };
  counter.clear(Math.max(0, count - n + 1));
  for (let at = 0; at + n <= count;) {
    const [low, high] = runHash(hashes, at, at + n);
    if (counter.add(low, high) === 1) {
      at++;
      continue;
    }
    runs.count++;
    runs.characters += hashes.points[at + n]! - hashes.points[at]!;
    if (places) runs.starts.push(place(view, at, n));
    at += n;
  }
  return runs;
}

/** The most frequent run of n words, the first of equals, with blanks between its words counted. */
export function topRun(view: DocumentView, n: number, places = false): Runs {
  const count = view.words.length;
  if (count < n) return { characters: 0, count: 0, starts: [] };
  const hashes = hashesOf(view);
  /** Word by word, so that "a bc" and "ab c" differ. */
  const key = (from: number): [number, number] => {
    let [low, high] = [0, 0];
    for (let i = from; i < from + n; i++) {
      const [wordLow, wordHigh] = runHash(hashes, i, i + 1);
      low = Math.imul(low, 0x9e3779b1) + wordLow;
      high = Math.imul(high, 0x85ebca77) + wordHigh;
    }
    return [spread(low), spread(high)];
  };
  counter.clear(count - n + 1);
  let most = 0;
  for (let at = 0; at + n <= count; at++) most = Math.max(most, counter.add(...key(at)));
  // Among runs that come up as often, Python's Counter gives the one that came up first.
  const first = firstWith(most, count - n + 1, key);
  const characters = (hashes.points[first + n]! - hashes.points[first]! + n - 1) * most;
  const starts: Runs["starts"] = [];
  if (places) {
    const [low, high] = key(first);
    for (let at = 0; at + n <= count; at++) {
      const [a, b] = key(at);
      if (a === low && b === high) starts.push(place(view, at, n));
    }
  }
  return { characters, count: most, starts };
}

/** The counter still holds all counts. */
function firstWith(most: number, runs: number, key: (from: number) => [number, number]): number {
  if (most === 1) return 0;
  for (let at = 0; at < runs; at++) {
    const [low, high] = key(at);
    if (counter.total(low, high) === most) return at;
  }
  return 0;
}
