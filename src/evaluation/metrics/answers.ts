/**
 * Exact match and F1 of answers as SQuAD 1.1's official script counts them: lower case, without punctuation and
 * articles, single blanks; the best over the answers that count as right.
 * Source: Rajpurkar et al. 2016 and their evaluate-v1.1.py.
 */

/** Python's string.punctuation. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const ARTICLES = /(?<![\p{L}\p{N}_])(a|an|the)(?![\p{L}\p{N}_])/gu;

export function normalAnswer(text: string): string {
  return text
    .toLowerCase()
    .replace(PUNCTUATION, "")
    .replace(ARTICLES, " ")
    .split(/\s+/u)
    .filter((word) => word !== "")
    .join(" ");
}

function wordF1(ours: readonly string[], theirs: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of theirs) left.set(word, (left.get(word) ?? 0) + 1);
  let same = 0;
  for (const word of ours) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    same++;
  }
  return same === 0 ? 0 : (2 * same) / (ours.length + theirs.length);
}

const words = (normal: string): string[] => (normal === "" ? [] : normal.split(" "));

/** Both between 0 and 1. */
export function answerScore(prediction: string, answers: readonly string[]): { exact: number; f1: number } {
  const ours = normalAnswer(prediction);
  let [exact, f1] = [0, 0];
  for (const answer of answers) {
    const theirs = normalAnswer(answer);
    if (ours === theirs) exact = 1;
    f1 = Math.max(f1, wordF1(words(ours), words(theirs)));
  }
  return { exact, f1 };
}
