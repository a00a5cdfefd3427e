/**
 * How far two text collections are apart: overlap of their most frequent words (Gururangan et al. 2020,
 * figure 2 and scripts/vocab_overlap.py: top 10,000, stop-words left out, Jaccard) and the divergence of
 * their hashed 1-2-grams (DSIR, Xie et al. 2023). Pure.
 */
import { stopWords } from "./stop-words.ts";
import { BUCKETS } from "./ngram-buckets.ts";

export const TOP_WORDS = 10_000;
/** Added to every bucket of the collection that is compared against: Krichevsky & Trofimov's half. */
export const SMOOTHING = 0.5;

/** The words that overlap is about, most frequent first. */
export function contentWords(vocabulary: Iterable<string>): string[] {
  const words: string[] = [];
  for (const word of vocabulary) {
    if (stopWords.has(word)) continue;
    words.push(word);
    if (words.length === TOP_WORDS) break;
  }
  return words;
}

/** Jaccard index of equally many words of each: a small collection has no 10,000. */
export function overlap(a: readonly string[], b: readonly string[]): { jaccard: number; compared: number } {
  const compared = Math.min(a.length, b.length);
  if (compared === 0) return { jaccard: 0, compared };
  const first = new Set(a.slice(0, compared));
  let both = 0;
  for (let i = 0; i < compared; i++) if (first.has(b[i]!)) both++;
  return { jaccard: both / (2 * compared - both), compared };
}

/** Kullback-Leibler divergence in nats of `p` (as counted) from `q` (smoothed): what coding p's n-grams by q wastes. */
export function divergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let [sumP, sumQ] = [0, 0];
  for (let i = 0; i < BUCKETS; i++) {
    sumP += p[i]!;
    sumQ += q[i]! + SMOOTHING;
  }
  if (sumP === 0) return NaN;
  let sum = 0;
  for (let i = 0; i < BUCKETS; i++) {
    const share = p[i]! / sumP;
    if (share > 0) sum += share * Math.log(share / ((q[i]! + SMOOTHING) / sumQ));
  }
  return Math.max(0, sum);
}
