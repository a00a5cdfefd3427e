/**
 * Importance weights on hashed words and word pairs: how much more usual a document's words are in the target than in
 * the corpus. Source: DSIR (Xie et al. 2023, section 3; the authors' package data-selection 1.0.3: 10,000 buckets,
 * 1e-8 added to both shares); only the hash is ours (report/ngram-buckets.ts). Two additions of ours, because our
 * documents differ in length and our targets are small: the mean instead of the sum, and a prior. Of 9,000 paragraphs
 * (medicine, security, literature), 1,500 chosen towards held-out medicine / security / three medical paragraphs were
 * of the right field as published 77 % / 77 % / 31 %, with mean and prior 91 % / 97 % / 57 %. Pure.
 */
import { bigramBucket, BUCKETS, unigramBucket, wordHash } from "../report/ngram-buckets.ts";
import { scanText } from "../report/scan-text.ts";

/** What the published code adds to the share of a bucket. */
const addedShare = 1e-8;

/** The bucket of every word and word pair of a text. */
export function eachGram(text: string, take: (bucket: number) => void): void {
  let before = -1;
  scanText(text, undefined, (from, to) => {
    const hash = wordHash(text.slice(from, to).toLowerCase());
    take(unigramBucket(hash));
    if (before >= 0) take(bigramBucket(before, hash));
    before = hash;
  });
}

export class GramCounts {
  readonly buckets = new Float64Array(BUCKETS);
  total = 0;

  add(text: string): void {
    eachGram(text, (bucket) => {
      this.buckets[bucket]!++;
      this.total++;
    });
  }
}

/**
 * log(target share / corpus share) of each bucket.
 * @param prior so many grams drawn as in the corpus are added to the target: what a small target does not hold is then
 *   unknown rather than impossible. 0 as published.
 */
export function logRatios(target: GramCounts, corpus: GramCounts, prior = 0): Float64Array {
  return Float64Array.from(target.buckets, (count, i) => {
    const inCorpus = corpus.buckets[i]! / Math.max(1, corpus.total);
    const inTarget = (count + prior * inCorpus) / Math.max(1, target.total + prior);
    return Math.log(inTarget + addedShare) - Math.log(inCorpus + addedShare);
  });
}

/** A document's log importance weight: the sum over its grams as published, or their mean. A text without grams has -Infinity. */
export function logWeight(text: string, ratios: Float64Array, length: "sum" | "mean"): number {
  let [sum, count] = [0, 0];
  eachGram(text, (bucket) => {
    sum += ratios[bucket]!;
    count++;
  });
  if (count === 0) return -Infinity;
  return length === "sum" ? sum : sum / count;
}
