import { openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import { bertTokenizerJson } from "../../../src/data/tokenize/bert-tokenizer-json.ts";
import { createWordPieceEncoder } from "../../../src/data/tokenize/wordpiece-encoder.ts";
import { sharedAbsent, sharedData } from "../../shared-data.ts";

// @huggingface/tokenizers is the part of @huggingface/transformers that its tokenizers are made of.
const folder = "public/models/base";
const json = readFileSync(join(folder, "tokenizer.json"), "utf8");
const config = readFileSync(join(folder, "tokenizer_config.json"), "utf8");
const reference = new Tokenizer(JSON.parse(json) as object, JSON.parse(config) as object);
const vocab = (JSON.parse(json) as { model: { vocab: Record<string, number> } }).model.vocab;
const vocabulary = Object.entries(vocab)
  .sort((a, b) => a[1] - b[1])
  .map(([piece]) => piece);
const encoder = createWordPieceEncoder(vocabulary);

function expectEqualIds(lines: string[]): number {
  let tokens = 0;
  for (const line of lines) {
    const expected = reference.encode(line, { add_special_tokens: false }).ids;
    const ours = encoder.encode(line);
    tokens += ours.length;
    if (ours.join() !== expected.join()) expect({ line, ids: ours }).toEqual({ line, ids: expected });
  }
  return tokens;
}

const hard = [
  "",
  "   ",
  "Don't stop—Ünïcode\u00a0cafe\u0301s: A\u200bB 中文x, 5$\u0007!",
  "ΑΣ Σ. ΟΔΟΣ İstanbul ß ﬁ ½ ≠ ;",
  "naïve façade “quoted” ‘single’ … 3,000.50% (a_b) x^2 ~ `code` <tag/> {c} | \\ # @ + =",
  "tab\there\u2028line\u000bvertical\u0085next\ufeffmark \ud83d\ude00 한국어 𝒳",
  `${"a".repeat(100)} ${"b".repeat(101)} ${"😀".repeat(60)}`,
  "constructor __proto__ toString hasOwnProperty",
  "Antidisestablishmentarianism, floccinaucinihilipilification; zzzyx.",
];

describe("createWordPieceEncoder", () => {
  it("gives the ids of @huggingface/tokenizers on hard strings", () => {
    expectEqualIds(hard);
    expectEqualIds(hard); // now from the cache
  });

  it("has the special tokens at 0 to 4 and 8192 pieces", () => {
    expect(vocabulary.slice(0, 5)).toEqual(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]);
    expect(vocabulary).toHaveLength(8192);
    expect(new Set(vocabulary).size).toBe(8192);
    expect(bertTokenizerJson(vocabulary)).toBe(json);
    expect(reference.encode("a").ids).toEqual([2, vocab["a"], 3]);
  });

  it("refuses a vocabulary without [UNK]", () => {
    let caught: unknown;
    try {
      createWordPieceEncoder(["a"]);
    } catch (error) {
      caught = error;
    }
    expect(hasCode(caught, "data/vocabulary-without-unknown")).toBe(true);
  });

  const corpora = ["corpus-general-large/heldout.txt", "corpus-pubmed/heldout.txt", "corpus-wikitext2/test.txt"];
  for (const name of corpora) {
    const missing = sharedAbsent(name);
    it.skipIf(missing !== "")(`gives the ids of @huggingface/tokenizers on up to 1 MB of ${name}${missing}`, () => {
      const bytes = new Uint8Array(1_000_000);
      const size = readSync(openSync(join(sharedData, name), "r"), bytes);
      const lines = new TextDecoder().decode(bytes.subarray(0, size)).split("\n").slice(0, -1);
      expect(expectEqualIds(lines)).toBeGreaterThan(20_000);
    });
  }
});
