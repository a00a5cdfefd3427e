import { describe, expect, it } from "vitest";
import type { LabelledSet } from "../../../src/contract/index.ts";
import { readLabelledSet, summarizeSet } from "../../../src/data/index.ts";
import { findScheme, toIob2 } from "../../../src/data/labelled/tags.ts";
import { textFile } from "./files.ts";

type NerSet = LabelledSet & { task: "ner" };
const read = async (...files: File[]): Promise<NerSet> => (await readLabelledSet("ner", files)) as NerSet;
/** Sentences as "token/tag token/tag", a blank line between them. */
const conll = (sentences: string[], separator = "\t"): string =>
  sentences
    .map((sentence) =>
      sentence
        .split(" ")
        .map((pair) => pair.replace("/", separator))
        .join("\n"),
    )
    .join("\n\n") + "\n";

describe("schemes", () => {
  // The same two entities "Anna Berg" (PER) and "Basel" (LOC), with "Bern" (LOC) right after Basel.
  const iob2 = ["B-PER", "I-PER", "O", "B-LOC", "B-LOC"];
  it.each([
    ["IOB2", ["B-PER", "I-PER", "O", "B-LOC", "B-LOC"], "IOB2"],
    ["IOB1", ["I-PER", "I-PER", "O", "I-LOC", "B-LOC"], "IOB1"],
    ["IOBES", ["B-PER", "E-PER", "O", "S-LOC", "S-LOC"], "IOBES"],
    ["BILOU", ["B-PER", "L-PER", "O", "U-LOC", "U-LOC"], "IOBES"],
  ])("%s is recognised and becomes IOB2", (_, tags, scheme) => {
    expect(findScheme([tags])).toBe(scheme);
    expect(toIob2(tags, findScheme([tags]))).toEqual({ tags: iob2, irregular: 0 });
  });
  it("IO, with and without prefixes: neighbours of one type cannot be told apart", () => {
    for (const tags of [
      ["I-PER", "I-PER", "O", "I-LOC", "I-LOC"],
      ["PER", "PER", "O", "LOC", "LOC"],
    ]) {
      expect(findScheme([tags])).toBe("IO");
      expect(toIob2(tags, "IO")).toEqual({ tags: ["B-PER", "I-PER", "O", "B-LOC", "I-LOC"], irregular: 0 });
    }
  });
  it("a change of type begins a new entity in every scheme", () => {
    for (const scheme of ["IO", "IOB1"] as const)
      expect(toIob2(["I-PER", "I-LOC"], scheme)).toEqual({ tags: ["B-PER", "B-LOC"], irregular: 0 });
  });
  it("irregular beginnings in IOB2 and IOBES are counted", () => {
    expect(toIob2(["O", "I-PER", "I-PER", "O", "B-LOC", "I-PER"], "IOB2")).toEqual({
      tags: ["O", "B-PER", "I-PER", "O", "B-LOC", "B-PER"],
      irregular: 2,
    });
    expect(toIob2(["I-PER", "E-PER", "E-PER", "S-LOC", "I-LOC"], "IOBES")).toEqual({
      tags: ["B-PER", "I-PER", "B-PER", "B-LOC", "B-LOC"],
      irregular: 3,
    });
  });
  it("mostly IOB2 with some irregular beginnings is IOB2, not IOB1", () => {
    const regular = Array.from({ length: 9 }, () => ["B-PER", "I-PER", "O"]);
    expect(findScheme([...regular, ["I-PER", "O"]])).toBe("IOB2");
    // IOB1 writes B- only after the same type.
    expect(findScheme([["I-PER", "O"], ["I-PER", "B-PER", "O"], ["I-LOC"]])).toBe("IOB1");
  });
});

describe("CoNLL files", () => {
  const train = conll(["Anna/B-PER works/O in/O Basel/B-LOC", "Pumps/O leak/O"]);
  const test = conll(["Berta/B-PER left/O"]);

  it("tabs or blanks, extra columns, document marks, comments, Windows line ends", async () => {
    const text =
      "-DOCSTART- -X- O O\n\n# id 17 domain=x\nAnna NNP B-NP B-PER\nsleeps VB O O\n\n\n  \nBasel NNP B-NP B-LOC\n";
    const set = await read(textFile("train.txt", text.replaceAll("\n", "\r\n")), textFile("test.txt", test));
    expect(set.items).toEqual([
      { split: "test", tokens: ["Berta", "left"], tags: ["B-PER", "O"] },
      { split: "train", tokens: ["Anna", "sleeps"], tags: ["B-PER", "O"] },
      { split: "train", tokens: ["Basel"], tags: ["B-LOC"] },
    ]);
    expect(set.scheme).toBe("IOB2");
    expect(set.warnings).toEqual([]);
  });
  it("a hash sign may be a token, and so may a no-break space", async () => {
    const set = await read(textFile("train.txt", "#\tO\n2\tO\n\u00a0\tO\nBasel\tB-LOC\n"), textFile("test.txt", test));
    expect(set.items[1]!.tokens).toEqual(["#", "2", "\u00a0", "Basel"]);
  });
  it("splits by file name, names the set, lists its labels", async () => {
    const set = await read(
      textFile("pumps.train.conll", train),
      textFile("pumps.dev.conll", test),
      textFile("pumps.test.conll", test),
    );
    expect(summarizeSet(set)).toMatchObject({
      name: "pumps",
      task: "ner",
      items: { train: 2, dev: 1, test: 1 },
      labels: ["PER", "LOC"],
      note: "Tags were written as IOB2.",
    });
  });
  it("the order of dropping does not change the set", async () => {
    const files = [textFile("train.txt", train), textFile("test.txt", test)] as const;
    expect((await read(files[1], files[0])).id).toBe((await read(...files)).id);
  });
  it("a single file is divided 80 to 20 by a fixed seed, and says so", async () => {
    const text = conll(Array.from({ length: 50 }, (_, i) => `Anna${i}/B-PER sleeps/O`));
    const set = await read(textFile("all.conll", text));
    expect(summarizeSet(set).items).toEqual({ train: 40, dev: 0, test: 10 });
    expect(set.warnings[0]).toContain("50 items were divided at random (seed 42): 80 %");
    expect((await read(textFile("all.conll", text))).items).toEqual(set.items);
  });

  it("warns of a type in test that training never saw", async () => {
    const set = await read(
      textFile("train.txt", train),
      textFile("test.txt", conll(["Basel/B-LOC AG/B-ORG", "Berta/B-PER"])),
    );
    expect(set.warnings).toEqual([
      "A label in the test items never occurs in training: ORG (1 of 3 test labels). The model cannot get it right.",
    ]);
  });
  it("warns of types that differ only in case, of duplicates, of irregular beginnings", async () => {
    const set = await read(
      textFile("train.txt", train + "\n" + conll(["Carl/B-Per Dorn/I-Per", "X/B-LOC", "Emil/I-PER"])),
      textFile("test.txt", conll(["Pumps/O leak/O", "Berta/B-PER"])),
    );
    expect(set.warnings).toEqual([
      "1 entities begin with I- where IOB2 wants B-; each was read as the beginning of an entity, as the usual scorers do.",
      "Some labels differ only in case, spaces or dashes and are counted as different: PER / Per.",
      "1 of 2 test items also occur in the training items: scores on them are too good.",
    ]);
  });

  it.each([
    ["a line without a tag", "Anna\tB-PER\nsleeps\n", "data/bad-ner-line", "line 2"],
    ["a prefix that does not exist", "Anna\tB-PER\nis\tO\nX\tQ-PER\n", "data/bad-ner-tag", "line 3"],
    ["no sentence", "-DOCSTART- O\n\n\n", "data/no-items", ""],
    ["an empty file", "", "data/empty-file", ""],
    [
      "prose",
      Array.from({ length: 300 }, (_, i) => `The pump number w${i}`).join("\n"),
      "data/bad-ner-tag",
      "line 201",
    ],
  ])("%s is an error with file and line", async (_, text, code, place) => {
    await expect(read(textFile("train.txt", text))).rejects.toMatchObject({
      code,
      details: { file: "train.txt", place },
    });
  });
});
