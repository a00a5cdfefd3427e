/**
 * The pieces that Unigram training starts from: every sign, and the substrings that several different words share,
 * by how many signs they cover. Found by sorting all suffixes of the distinct words to the longest piece's depth,
 * where a shared beginning is a run of neighbours: no substring is ever made before it is chosen.
 * Source: Hugging Face tokenizers' UnigramTrainer (make_seed_sentence_pieces) and SentencePiece: as there a substring
 * counts once a distinct word, and only if more than one sign (or the word's end) follows it.
 */
import type { FlatWords } from "./flat-words.ts";

export interface Seeds {
  pieces: string[];
  /** Counts, not yet probabilities. */
  counts: number[];
}
/** A set of substrings: the suffixes that begin alike stand together. */
interface Shared {
  score: number;
  /** Place of the first of them among the sorted suffixes. */
  first: number;
  length: number;
}

export function seedPieces(words: FlatWords, seedSize: number, longest: number): Seeds {
  const { chars } = words;
  const signs = new Map<number, number>();
  for (let w = 0; w < words.size; w++)
    for (let i = words.starts[w]!; i < words.starts[w + 1]! - 1; i++)
      signs.set(chars[i]!, (signs.get(chars[i]!) ?? 0) + words.counts[w]!);
  const byCount = [...signs].sort(([a, m], [b, n]) => n - m || b - a);
  const pieces = byCount.map(([sign]) => String.fromCodePoint(sign));
  const counts = byCount.map(([, count]) => count);
  const suffixes = sortedSuffixes(chars, longest + 1);
  const shared = sharedBeginnings(chars, suffixes, longest);
  shared.sort((a, b) => b.score - a.score || b.first - a.first || b.length - a.length);
  for (const { score, first, length } of shared) {
    if (pieces.length >= seedSize) break;
    const start = suffixes[first]!;
    pieces.push(String.fromCodePoint(...chars.subarray(start, start + length)));
    counts.push(score);
  }
  return { pieces, counts };
}

/** Starts of all suffixes that begin inside a word, ordered by their first `depth` signs; 0 ends a word. */
function sortedSuffixes(chars: Int32Array, depth: number): Int32Array {
  let count = 0;
  for (const char of chars) if (char !== 0) count++;
  const suffixes = new Int32Array(count);
  let filled = 0;
  chars.forEach((char, at) => {
    if (char !== 0) suffixes[filled++] = at;
  });
  // Multikey quicksort (Bentley & Sedgewick 1997): by the sign at depth d, then the equal part by the next sign.
  const open: number[] = [0, count, 0];
  while (open.length > 0) {
    const d = open.pop()!;
    const to = open.pop()!;
    const from = open.pop()!;
    if (to - from < 2 || d >= depth) continue;
    const pivot = chars[suffixes[(from + to) >> 1]! + d]!;
    let [low, at, high] = [from, from, to];
    while (at < high) {
      const suffix = suffixes[at]!;
      const sign = chars[suffix + d]!;
      if (sign < pivot) {
        suffixes[at++] = suffixes[low]!;
        suffixes[low++] = suffix;
      } else if (sign > pivot) {
        suffixes[at] = suffixes[--high]!;
        suffixes[high] = suffix;
      } else at++;
    }
    open.push(from, low, d, high, to, d);
    if (pivot !== 0) open.push(low, high, d + 1);
  }
  return suffixes;
}

/** Signs that two suffixes share at their beginning, a common end of word counted as one. */
function shared(chars: Int32Array, a: number, b: number, most: number): number {
  let length = 0;
  while (length < most && chars[a + length] === chars[b + length]) if (chars[a + length++] === 0) break;
  return length;
}

/** Every run of suffixes with a longest common beginning of 2 to `longest` signs that holds no word's end. */
function sharedBeginnings(chars: Int32Array, suffixes: Int32Array, longest: number): Shared[] {
  const found: Shared[] = [];
  const [lengths, firsts] = [[0], [0]];
  for (let at = 1; at <= suffixes.length; at++) {
    const common = at === suffixes.length ? 0 : shared(chars, suffixes[at - 1]!, suffixes[at]!, longest + 1);
    let first = at - 1;
    while (lengths.at(-1)! > common) {
      const length = lengths.pop()!;
      first = firsts.pop()!;
      if (length >= 2 && length <= longest && chars[suffixes[first]! + length - 1] !== 0)
        found.push({ score: (at - first) * length, first, length });
    }
    if (lengths.at(-1)! < common) {
      lengths.push(common);
      firsts.push(first);
    }
  }
  return found;
}
