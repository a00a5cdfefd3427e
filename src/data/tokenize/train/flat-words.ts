/** Counted words end to end, each closed by a 0: what Unigram training walks over again and again. */
import { longestWord } from "./piece-lattice.ts";
import type { WordCounts } from "./word-counts.ts";

export interface FlatWords {
  /** Code points, 0 after each word. */
  chars: Int32Array;
  /** Where each word begins, and where one more would. */
  starts: Int32Array;
  counts: Float64Array;
  size: number;
}

/** Words longer than a lattice takes are cut into parts; a sign 0 ends a word too. */
export function flatWords(words: WordCounts): FlatWords {
  const entries = words.entries();
  let [signs, parts] = [0, 0];
  for (const entry of entries) {
    const { length } = words.chars(entry);
    signs += length;
    parts += Math.ceil(length / longestWord);
  }
  const chars = new Int32Array(signs + parts);
  const starts = new Int32Array(parts + 1);
  const counts = new Float64Array(parts);
  let [at, size] = [0, 0];
  for (const entry of entries) {
    const word = words.chars(entry);
    for (let from = 0; from < word.length; from += longestWord) {
      starts[size] = at;
      counts[size++] = words.count(entry);
      for (let i = from; i < word.length && i < from + longestWord; i++) chars[at++] = word[i]! || 0xfffd;
      chars[at++] = 0;
    }
  }
  starts[size] = at;
  return { chars, starts, counts, size };
}
