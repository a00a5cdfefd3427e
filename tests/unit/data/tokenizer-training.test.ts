import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import { readTokenizerSettings } from "../../../src/contract/index.ts";
import { createTokenizer, runTrainer, trainByteBpe, trainTokenizer, WordCounts } from "../../../src/data/index.ts";
import { goldenTrainers } from "../../methods/tokenizer-training.rows.ts";
import { settingsOf, trainedJson, trainedKinds, trainingLines } from "../../support/trained-tokenizers.ts";

const codeOf = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("WordCounts", () => {
  it("counts words and orders them by count, then by code points", () => {
    const counts = new WordCounts();
    for (const word of ["b", "a", "𝒳y", "b", "ab"]) counts.addWord(word);
    const listed = Array.from(counts.entries(), (entry) => [
      String.fromCodePoint(...counts.chars(entry)),
      counts.count(entry),
    ]);
    expect(listed).toEqual([
      ["b", 2],
      ["a", 1],
      ["ab", 1],
      ["𝒳y", 1],
    ]);
    expect(counts.total).toBe(5);
  });

  it("stays within its bound: the rarest words are let go, and how often they occurred is known", () => {
    const counts = new WordCounts({ words: 1000, numbers: 1e6 });
    for (let i = 0; i < 50_000; i++) counts.addWord(i % 5 === 0 ? `w${i % 500}` : `rare${i}`);
    expect(counts.size).toBeLessThanOrEqual(1000);
    expect(counts.total).toBe(50_000);
    const kept = Array.from(counts.entries(), (entry) => counts.count(entry)).reduce((a, b) => a + b, 0);
    expect(kept + counts.forgotten).toBe(50_000);
    // The frequent words of the start are all there, and first.
    const first = Array.from(counts.entries().subarray(0, 100), (entry) =>
      String.fromCodePoint(...counts.chars(entry)),
    );
    expect(first.toSorted()).toEqual(Array.from({ length: 100 }, (_, i) => `w${i * 5}`).toSorted());
  });

  it("finds every word again among 40,000", () => {
    const counts = new WordCounts();
    for (let pass = 0; pass < 2; pass++) for (let i = 0; i < 40_000; i++) counts.addWord(`word${i}`, pass + 1);
    expect(counts.size).toBe(40_000);
    expect(new Set(Array.from(counts.entries(), (entry) => counts.count(entry)))).toEqual(new Set([3]));
  });
});

describe.each(trainedKinds)("a trained %s tokenizer", (kind) => {
  it("is the file that Python read, and gives Python's ids", async () => {
    const fixture = JSON.parse(readFileSync(`tests/fixtures/data/tokenizers/trained-${kind}.json`, "utf8")) as object;
    const trained = await trainTokenizer(trainingLines, settingsOf(kind));
    expect(trained.files["tokenizer.json"]).toBe(trainedJson(kind));
    expect(JSON.parse(trainedJson(kind))).toEqual(fixture);
    const tokenizer = await createTokenizer(trained.files, trained.special);
    expect(tokenizer.notice).toBe("");
    const { start, end } = trained.special;
    for (const { text, ids } of goldenTrainers.ids[kind]) expect([start, ...tokenizer.encode(text), end]).toEqual(ids);
    expect(trained.size).toBe(700);
    expect(trained.tokensPerWord).toBeGreaterThan(1);
    expect(trained.tokensPerWord).toBeLessThan(2.5);
    for (const { word, pieces } of trained.examples)
      expect(pieces.join("").replaceAll("##", "").replace(/^[ ▁]/, "")).toBe(word);
  });

  it("says when the text gives too little, and stops when asked", async () => {
    const few = await trainTokenizer(["aa aa bb aa"], settingsOf(kind));
    expect(few.size).toBeLessThan(300);
    expect(few.notices[0]).toMatch(/instead of the 700 asked for/);
    expect(hasCode(await codeOf(() => trainTokenizer([""], settingsOf(kind))), "data/no-text")).toBe(true);
    const stop = new AbortController();
    const slowly = (function* () {
      for (let i = 0; i < 1e6; i++) {
        if (i === 20_000) stop.abort();
        yield "some words that come again";
      }
    })();
    expect(
      hasCode(await codeOf(() => trainTokenizer(slowly, settingsOf(kind), undefined, stop.signal)), "base/aborted"),
    ).toBe(true);
  });
});

it("every sign is in the vocabulary even where none is left over: too small is said with numbers", async () => {
  const counts = new WordCounts();
  counts.addWord("ab");
  const error = await codeOf(() =>
    runTrainer(trainByteBpe(counts, { vocabularySize: 200, minFrequency: 1, specialTokens: ["<s>"] })),
  );
  expect(error).toMatchObject({ code: "data/vocabulary-too-small", details: { needed: 257 } });
  const unigram = await codeOf(() =>
    trainTokenizer([Array.from({ length: 200 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join("")], {
      ...settingsOf("unigram"),
      vocabularySize: 64,
    }),
  );
  expect(hasCode(unigram, "data/vocabulary-too-small")).toBe(true);
});

it("keeps capitals and takes accents off when told", async () => {
  const settings = readTokenizerSettings({ kind: "bpe", vocabularySize: 280, lowerCase: "keep", accents: "strip" });
  const { files, special } = await trainTokenizer(["Café Café CAFÉ"], settings);
  const tokenizer = await createTokenizer(files, special);
  expect(tokenizer.decode(tokenizer.encode("Café CAFÉ"))).toBe("Cafe CAFE");
});
