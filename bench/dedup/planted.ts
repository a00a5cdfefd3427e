/**
 * A corpus of made-up documents with near-duplicates planted at known similarities, and with decoys: pairs that share
 * much, but not enough to be duplicates. Similarity is the Jaccard index of the sets of 5-word runs, counted exactly.
 */
import { random, type Random } from "../../src/base/index.ts";

const runWords = 5;

export interface Pair {
  first: number;
  second: number;
  similarity: number;
}
export interface Planted {
  documents: string[];
  /** Pairs planted at 0.8, with what came out exactly. */
  atTarget: Pair[];
  /** Every pair of planted documents, duplicates or decoys, by "first second". */
  similarityOf: (a: number, b: number) => number;
}

/** Letters only: numbers are one word to the search for duplicates. */
const lettersOf = (i: number): string =>
  [...i.toString(26)].map((digit) => String.fromCharCode(97 + parseInt(digit, 26))).join("");

/** Words of a made-up language with the frequencies of a real one (Zipf). */
function vocabulary(size: number): (source: Random) => string {
  const words = Array.from({ length: size }, (_, i) => lettersOf(i));
  const total = Math.log(size + 1);
  return (source) => words[Math.min(size - 1, Math.floor(Math.exp(source.next() * total)) - 1)]!;
}

const runsOf = (words: readonly string[]): Set<string> =>
  new Set(
    Array.from({ length: Math.max(0, words.length - runWords + 1) }, (_, i) => words.slice(i, i + runWords).join(" ")),
  );

export function jaccard(a: readonly string[], b: readonly string[]): number {
  const [one, other] = [runsOf(a), runsOf(b)];
  let shared = 0;
  for (const run of one) if (other.has(run)) shared++;
  return shared / (one.size + other.size - shared);
}

/** Replaces words here and there until the similarity is as near to `target` as one more word allows. */
function changed(words: readonly string[], target: number, draw: () => string, source: Random): string[] {
  const result = [...words];
  let best = [...words];
  let nearest = 1 - target;
  for (let tries = 0; tries < words.length; tries++) {
    result[source.below(result.length)] = draw();
    const distance = jaccard(words, result) - target;
    if (Math.abs(distance) < nearest) [best, nearest] = [[...result], Math.abs(distance)];
    if (distance < 0) break;
  }
  return best;
}

/** `count` documents, of which `pairs` are copies at 0.8 and as many decoys at 0.3 to 0.6. */
export function planted(count: number, pairs: number, seed: number): Planted {
  const word = vocabulary(20_000);
  const make = (i: number): string[] => {
    const source = random(seed, i);
    return Array.from({ length: 60 + source.below(120) }, () => word(source));
  };
  const documents: string[] = [];
  const originals = Array.from({ length: count - 2 * pairs }, (_, i) => make(i));
  for (const words of originals) documents.push(words.join(" "));
  const atTarget: Pair[] = [];
  for (let i = 0; i < 2 * pairs; i++) {
    const source = random(seed, 1, i);
    const original = originals[i]!;
    const duplicate = i < pairs;
    const target = duplicate ? 0.8 : 0.3 + source.next() * 0.3;
    const copy = changed(original, target, () => word(source), source);
    documents.push(copy.join(" "));
    if (duplicate) atTarget.push({ first: i, second: documents.length - 1, similarity: jaccard(original, copy) });
  }
  const wordsOf = (i: number): string[] => documents[i]!.split(" ");
  return { documents, atTarget, similarityOf: (a, b) => jaccard(wordsOf(a), wordsOf(b)) };
}
