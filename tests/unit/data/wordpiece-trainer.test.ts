import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import { bertSpecialTokens } from "../../../src/data/tokenize/bert-tokenizer-json.ts";
import { countWords, trainWordPiece } from "../../../src/data/tokenize/wordpiece-trainer.ts";

const golden = JSON.parse(readFileSync(new URL("../../golden/wordpiece/trainer.json", import.meta.url), "utf8")) as {
  size: number;
  counts: Record<string, number>;
  vocabulary: string[];
};
const plain = { minFrequency: 2, limitAlphabet: 100, specialTokens: bertSpecialTokens };

describe("trainWordPiece", () => {
  it("learns what Hugging Face tokenizers learns, merges in the same order", () => {
    const ours = trainWordPiece(new Map(Object.entries(golden.counts)), { ...plain, vocabularySize: golden.size });
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
    const pieces = trainWordPiece(counts, { ...plain, vocabularySize: 12, specialTokens: [] });
    // pairs: ##a ##a 2x5, a ##b 7, a ##a 5; after ##aa: a ##aa and ##aa ##a have 5 each, the lower ids win
    expect(pieces).toEqual(["a", "b", "##a", "##b", "##aa", "ab", "aaa", "aaaa"]);
  });

  it("leaves out words with signs beyond the alphabet, keeps asked-for signs, stops at the minimum frequency", () => {
    const counts = new Map([
      ["no", 50],
      ["nö", 3],
      ["on", 1],
    ]);
    const pieces = trainWordPiece(counts, { ...plain, vocabularySize: 50, limitAlphabet: 3, initialAlphabet: "!" });
    expect(pieces).toEqual([...bertSpecialTokens, "!", "n", "o", "##n", "##o", "no"]);
  });

  it("says how many pieces the alphabet alone needs", () => {
    let caught: unknown;
    try {
      trainWordPiece(new Map([["abc", 5]]), { ...plain, vocabularySize: 8 });
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
    expect([...countWords([text]).keys()]).toEqual([
      "don",
      "'",
      "t",
      "stop",
      "—",
      "unicode",
      "cafes",
      ":",
      "ab",
      "中",
      "文",
      "x",
      ",",
      "5",
      "$",
      "!",
    ]);
    expect([...countWords(["The cat", "the CAT."])]).toEqual([
      ["the", 2],
      ["cat", 2],
      [".", 1],
    ]);
  });
});
