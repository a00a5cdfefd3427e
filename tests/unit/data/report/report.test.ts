/** The corpus report on texts whose numbers can be counted by hand, and its behaviour when there is too much. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { random } from "../../../../src/base/index.ts";
import type { LabelledSet } from "../../../../src/contract/index.ts";
import { DAPT_POSITIONS, tokenBudget } from "../../../../src/data/report/budget.ts";
import { describeCorpus } from "../../../../src/data/report/describe-corpus.ts";
import {
  corpusDistances,
  fingerprint,
  fingerprintOf,
  generalFingerprint,
  textsOf,
} from "../../../../src/data/report/distances.ts";
import {
  openGeneralReference,
  type GeneralReference,
  type GeneralReferenceFile,
} from "../../../../src/data/report/general-reference.ts";
import { LengthCounter } from "../../../../src/data/report/length-histogram.ts";
import { CharacterCounts, scanText } from "../../../../src/data/report/scan-text.ts";
import { brokenRules } from "../../../../src/data/report/quality.ts";
import { TextProfiler } from "../../../../src/data/report/text-profile.ts";
import { CHARACTERS_CUT, TokenCounter } from "../../../../src/data/report/token-counter.ts";
import { createTokenizer, type Tokenizer } from "../../../../src/data/tokenize/tokenizer.ts";

import { tinyTokenizer } from "../tokenizers.ts";

const root = new URL("../../../../", import.meta.url);
const file = JSON.parse(
  readFileSync(new URL("public/reference/general-english.json", root), "utf8"),
) as GeneralReferenceFile;
const general: GeneralReference = openGeneralReference(file);
const modelFile = (name: string): string => readFileSync(new URL(`public/models/base/${name}`, root), "utf8");
const tokenizer: Tokenizer = await createTokenizer(
  { "tokenizer.json": modelFile("tokenizer.json"), "tokenizer_config.json": modelFile("tokenizer_config.json") },
  { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 },
);
const describeTexts = (texts: string[]) =>
  describeCorpus(texts, {
    corpusId: "c",
    documents: texts.length,
    characters: texts.reduce((sum, { length }) => sum + length, 0),
    tokenizer,
    general,
  });

describe("characters", () => {
  test("kinds and scripts", () => {
    const counts = new CharacterCounts();
    const words = scanText("Ab 9 γ, жж\u200b漢字\uFFFD €", counts, () => undefined);
    expect(words).toBe(5);
    // letters, digits, punctuation, symbols, white space, invisible, damaged
    expect([...counts.kinds]).toEqual([7, 1, 1, 1, 4, 1, 1]);
    expect(counts.scripts[0]).toBe(2); // Latin
    expect(counts.scripts[1]).toBe(1); // Greek
    expect(counts.scripts[2]).toBe(2); // Cyrillic
    expect(counts.scripts[22]).toBe(2); // Han
  });
  test("tokens are runs of word characters or of other signs", () => {
    const found: string[] = [];
    const text = "don't stop: x_1 -- naïve 𝔘𝔫!?";
    scanText(text, undefined, (from, to) => found.push(text.slice(from, to)));
    expect(found).toEqual(["don", "'", "t", "stop", ":", "x_1", "--", "naïve", "𝔘𝔫", "!?"]);
  });
});

describe("lengths", () => {
  test("bars hold every document once and their borders rise", () => {
    const counter = new LengthCounter();
    const source = random(5);
    for (let i = 0; i < 3000; i++) counter.add(Math.floor(Math.exp(source.normal() * 2 + 4)));
    const { edges, counts, shortest, longest } = counter.histogram("words");
    expect(counts.reduce((a, b) => a + b)).toBe(3000);
    for (let i = 1; i < edges.length; i++) expect(edges[i]).toBeGreaterThan(edges[i - 1]!);
    expect(edges[0]).toBeLessThanOrEqual(shortest);
    expect(edges.at(-1)).toBeGreaterThan(longest);
    expect(counts.length).toBeLessThan(40);
  });
  test("no document, one document", () => {
    expect(new LengthCounter().histogram("words").counts).toEqual([0]);
    const one = new LengthCounter();
    one.add(0);
    expect(one.histogram("words")).toMatchObject({ median: 0, longest: 0, counts: [1] });
  });
});

describe("profile", () => {
  test("counts forms apart and words together, with the form written most often", () => {
    const profiler = new TextProfiler();
    for (const text of ["DNA dna DNA", "a I DNA."]) profiler.add(text);
    expect(profiler.profile().vocabulary).toEqual([{ word: "dna", form: "DNA", count: 4 }]);
  });
  test("forgets rare words when there are too many, says so, and keeps the frequent ones", () => {
    const profiler = new TextProfiler(500);
    const source = random(11);
    const often = ["anchor", "beacon", "cable"];
    for (let i = 0; i < 4000; i++) profiler.add(`${often[i % 3]!} rare${source.below(1e9)}`);
    const { vocabulary, undercount, wordTokens } = profiler.profile();
    expect(wordTokens).toBe(8000);
    expect(undercount).toBeGreaterThan(0);
    expect(vocabulary.length).toBeLessThanOrEqual(500);
    expect(
      vocabulary
        .slice(0, 3)
        .map(({ word }) => word)
        .sort(),
    ).toEqual(often);
    for (const { count } of vocabulary.slice(0, 3)) {
      expect(count).toBeLessThanOrEqual(1334);
      expect(count + undercount).toBeGreaterThanOrEqual(1333);
    }
  });
});

describe("report", () => {
  const texts = Array.from(
    { length: 40 },
    (_, i) => `The zebrafish larvae were imaged at ${i} hours. Zebrafish larvae swim, and the microscope waits.`,
  );
  test("numbers of a small corpus", async () => {
    const { report } = await describeTexts(texts);
    expect(report.documents).toBe(40);
    expect(report.words).toBe(40 * 15);
    expect(report.token.lengths.shortest * 40).toBeLessThanOrEqual(report.token.tokens);
    expect(report.token.fertility).toBeCloseTo(report.token.tokens / report.words, 12);
    expect(report.budget.onePass).toBe(report.token.tokens + 80);
    expect(report.terms.slice(0, 3).map(({ word }) => word.toLowerCase())).toEqual(
      expect.arrayContaining(["zebrafish", "larvae"]),
    );
    const zebrafish = report.terms.find(({ word }) => /zebrafish/i.test(word))!;
    expect(zebrafish.count).toBe(80);
    expect(zebrafish.pieces.length).toBeGreaterThan(1);
    expect(zebrafish.pieces.join("").replaceAll("##", "")).toBe("zebrafish");
    expect(report.terms.some(({ word }) => word === "the")).toBe(false);
    expect(report.languages).toEqual([{ name: "en", count: 40, share: 1 }]);
    expect(report.notices).toEqual([]);
    expect(report.scripts).toEqual([{ name: "Latin", count: expect.any(Number) as number, share: 1 }]);
  });
  test("a foreign script shows as unknown tokens and is said", async () => {
    const { report } = await describeTexts(["ᎣᏏᏲ ᏙᎯᏧ ᎣᏍᏓ", "ᎠᎹ ᎤᏍᏗ"]);
    expect(report.token.unknown).toBe(5);
    expect(report.scripts[0]!.name).toBe("other");
    expect(report.notices.join()).toContain("Latin");
  });
  test("bytes of signs that a byte-level vocabulary lacks are counted", async () => {
    const roberta = await tinyTokenizer("roberta");
    const texts = ["seal 🦭 seal"]; // four bytes, none of which is a character
    const input = { corpusId: "c", documents: 1, characters: 12, tokenizer: roberta, general };
    const { report } = await describeCorpus(texts, input);
    expect(report.token.unknown).toBe(0);
    expect(report.token.byteFallback).toBe(4);
  });
  test("another language in the same script is said", async () => {
    const { report } = await describeTexts([
      "Die Fischer kehrten vor der Morgendämmerung in den Hafen zurück, weil der Wind gedreht hatte.",
      "Am Abend wurden die Netze geflickt und die Boote an Land gezogen, denn es zog ein Sturm auf.",
    ]);
    expect(report.languages).toEqual([{ name: "de", count: 2, share: 1 }]);
    expect(report.notices.join()).toContain("not in English");
  });
  test("stops when asked", async () => {
    const control = new AbortController();
    control.abort();
    const work = describeCorpus(
      texts,
      { corpusId: "c", documents: 40, characters: 4000, tokenizer, general },
      () => undefined,
      control.signal,
    );
    await expect(work).rejects.toMatchObject({ code: "base/aborted" });
  });
  test("an enormous corpus is sampled and projected", () => {
    const counter = new TokenCounter(tokenizer, CHARACTERS_CUT * 4);
    expect(counter.every).toBe(4);
    for (let i = 0; i < 100; i++) counter.add(i, "two words", 2);
    const facts = counter.facts({ words: 200, documents: 100 }, general, []);
    expect(facts.tokens).toBe(100 * tokenizer.encode("two words").length);
    expect(facts.lengths.counts.reduce((a, b) => a + b)).toBe(25);
  });
});

describe("general English", () => {
  test("is small, and its numbers hang together", () => {
    expect(JSON.stringify(file).length).toBeLessThan(300_000);
    expect(general.vocabulary).toHaveLength(20_000);
    expect(general.vocabulary[0]).toBe("the");
    let inTable = 0;
    for (const word of general.vocabulary) inTable += general.count(word);
    // Levels are an eighth of an octave wide: single counts may be 4.5 % off, the sum far less.
    expect((inTable + file.rare.tokens) / general.wordTokens).toBeCloseTo(1, 1);
    expect(general.buckets.reduce((a, b) => a + b) / general.grams).toBeCloseTo(1, 3);
  });
  test("words drawn at random give the measured fertility within four standard errors", () => {
    const measured = general.fertility(tokenizer);
    expect(measured.error).toBe(0);
    const { id, encodeWords } = tokenizer;
    const drawn = general.fertility({ id: `${id} of another make`, encodeWords });
    expect(drawn.error).toBeLessThan(0.02);
    expect(Math.abs(drawn.value - measured.value)).toBeLessThan(4 * drawn.error);
  });
  test("a table of another form is refused", () => {
    expect(() => openGeneralReference({ ...file, version: 2 as 1 })).toThrow(
      expect.objectContaining({ code: "data/no-reference" }) as Error,
    );
  });
});

describe("quality", () => {
  test("counts the broken rules of the profile's table", () => {
    const good =
      "The crew of the ship worked on deck that morning, and they have mended most of the nets with care. " +
      "Nobody hurried; a light wind came up from the south, the tide was still to turn, and coffee stood ready below.";
    const symbols = "# # # ... # # ... # # # ... # # # # ...";
    expect(brokenRules(good, "short")).toBeLessThan(brokenRules(symbols, "short"));
    expect(brokenRules(symbols, "long")).toBeGreaterThan(2);
  });
});

describe("token budget", () => {
  test("is the recipe's arithmetic", () => {
    expect(DAPT_POSITIONS).toBe(13_107_200_000);
    const small = tokenBudget(200_000);
    expect(small.taptPositions).toBe(20_000_000);
    expect(small.daptShare).toBeCloseTo(1.526e-5, 8);
    expect(small.sentence).toContain("about 66,000 times");
    expect(tokenBudget(2e10).sentence).toContain("as much as");
    expect(tokenBudget(0).sentence).toBe("There are no tokens to train on.");
  });
});

describe("distances", () => {
  const ships = Array.from({ length: 300 }, (_, i) => `The ferry ${i} moors at the quay; the tide carries ropes.`);
  const set: LabelledSet = {
    id: "s",
    name: "Ferry notes",
    note: "",
    warnings: [],
    task: "classification",
    items: ships.slice(0, 80).map((text) => ({ split: "test", text, label: "a" })),
  };
  test("a set drawn from the corpus is nearer to it than to general English, and the sentence says so", async () => {
    const { profile } = await describeTexts(ships);
    const found = corpusDistances([
      { id: "c", name: "Ships", kind: "corpus", fingerprint: fingerprintOf(profile) },
      { id: "s", name: set.name, kind: "set", fingerprint: fingerprint(textsOf(set)) },
      { id: "general", name: "General English", kind: "general", fingerprint: generalFingerprint(general) },
    ]);
    expect(found.overlap[0]![0]).toBe(1);
    expect(found.overlap[0]![1]).toBe(found.overlap[1]![0]);
    expect(found.divergence[0]![0]).toBe(0);
    expect(found.divergence[1]![0]).toBeLessThan(found.divergence[1]![2]!);
    expect(found.readings).toHaveLength(2);
    expect(found.readings[1]).toContain("“Ferry notes” reads more like this text than like general English");
    expect(found.readings[1]).toContain("It is small");
    expect(found.readings[1]).toContain("Your text is short");
  });
});
