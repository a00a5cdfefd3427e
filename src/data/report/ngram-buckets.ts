/**
 * Counts of hashed word unigrams and bigrams, the features of DSIR (Xie et al. 2023, "Data selection for
 * language models via importance resampling"; 10,000 buckets as there). Only the hash differs: theirs is
 * SHA-256 of the joined text, ours mixes 32-bit hashes of the two lower-cased words. Pure.
 */
import { hashString } from "../../base/index.ts";

export const BUCKETS = 10_000;

/** Spreads a 32-bit number's bits over all of it (MurmurHash3's finaliser). */
function avalanche(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Of a lower-cased word. */
export const wordHash = (word: string): number => hashString(word);
export const unigramBucket = (hash: number): number => avalanche(hash) % BUCKETS;
export const bigramBucket = (first: number, second: number): number =>
  avalanche(Math.imul(first, 0x9e3779b1) + second) % BUCKETS;
