import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import { bertSpecialTokens, bertTokenizerJson } from "../../../src/data/tokenize/bert-tokenizer-json.ts";
import {
  countWords,
  runTrainer,
  trainWordPiece,
  WordCounts,
  type WordPieceOptions,
} from "../../../src/data/tokenize/train/index.ts";

const golden = JSON.parse(readFileSync(new URL("../../golden/wordpiece/trainer.json", import.meta.url), "utf8")) as {
  size: number;
  counts: Record<string, number>;
  vocabulary: string[];
};
function train(words: ReadonlyMap<string, number>, options: WordPieceOptions): string[] {
  const counts = new WordCounts();
  for (const [word, count] of words) counts.addWord(word, count);
  return runTrainer(trainWordPiece(counts, options));
}
const uncased = JSON.parse(bertTokenizerJson(bertSpecialTokens, false)) as object;
/** Words with their counts, in the order of their counts. */
function counted(texts: string[]): [string, number][] {
  const counts = countWords(texts, uncased);
  return Array.from(counts.entries(), (entry) => [String.fromCodePoint(...counts.chars(entry)), counts.count(entry)]);
}

const plain = { minFrequency: 2, limitAlphabet: 100, specialTokens: bertSpecialTokens };

describe("trainWordPiece", () => {
  it("learns what Hugging Face tokenizers learns, merges in the same order", () => {
    const ours = train(new Map(Object.entries(golden.counts)), { ...plain, vocabularySize: golden.size });
    const signs = golden.vocabulary.findIndex((piece) => piece.replace("##", "").length > 1 && !piece.startsWith("["));
    expect(ours.slice(signs)).toEqual(golden.vocabulary.slice(signs)); // merges
    expect(ours.slice(0, signs).sort()).toEqual(golden.vocabulary.slice(0, signs).sort()); // signs, theirs in hash order
    expect(signs).toBe(5 + 12);
    expect(ours).toHaveLength(golden.size);
  });

  it("merges the most frequent pair first and counts overlapping pairs once", () => {
    const counts = new Map([
      ["aaaa", 5],
      ["ab", 7],
      ["b", 9],
    ]);
    const pieces = train(counts, { ...plain, vocabularySize: 12, specialTokens: [] });
    // pairs: ##a ##a 2x5, a ##b 7, a ##a 5; after ##aa: a ##aa and ##aa ##a have 5 each, the lower ids win
    expect(pieces).toEqual(["a", "b", "##a", "##b", "##aa", "ab", "aaa", "aaaa"]);
  });

  it("leaves out words with signs beyond the alphabet, keeps asked-for signs, stops at the minimum frequency", () => {
    const counts = new Map([
      ["no", 50],
      ["nö", 3],
      ["on", 1],
    ]);
    const pieces = train(counts, { ...plain, vocabularySize: 50, limitAlphabet: 3, initialAlphabet: "!" });
    expect(pieces).toEqual([...bertSpecialTokens, "!", "n", "o", "##n", "##o", "no"]);
  });

  it("says how many pieces the alphabet alone needs", () => {
    let caught: unknown;
    try {
      train(new Map([["abc", 5]]), { ...plain, vocabularySize: 8 });
    } catch (error) {
      caught = error;
    }
    expect(hasCode(caught, "data/vocabulary-too-small")).toBe(true);
    expect(caught).toMatchObject({ details: { vocabularySize: 8, needed: 10 } });
  });
});

describe("countWords", () => {
  it("splits as BERT does: lower case, no accents, punctuation and CJK signs alone, control signs gone", () => {
    const text = "Don't  stop—Ünïcode\u00a0caf\u0065\u0301s: A\u200bB 中文x, 5$\u0007!";
    const words = "don ' t stop — unicode cafes : ab 中 文 x , 5 $ !".split(" ");
    expect(counted([text])).toEqual(words.toSorted().map((word) => [word, 1]));
    expect(counted(["The cat", "the CAT."])).toEqual([
      ["cat", 2],
      ["the", 2],
      [".", 1],
    ]);
  });
});
