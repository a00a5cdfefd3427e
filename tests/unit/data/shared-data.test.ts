/** Real data sets and corpora, counts as their SOURCE.txt files give them. Skipped where they are absent. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LabelledSet, SplitName, TaskKind } from "../../../src/contract/index.ts";
import { positivePairs, previewFile, readLabelledSet, summarizeSet } from "../../../src/data/index.ts";
import { sharedAbsent, sharedData } from "../../shared-data.ts";
import { readAll, sharedFile } from "./files.ts";

const load = async <Task extends TaskKind>(
  task: Task,
  folder: string,
  ...names: string[]
): Promise<LabelledSet & { task: Task }> => {
  const files = await Promise.all(names.map((name) => sharedFile(`${folder}/${name}`)));
  return (await readLabelledSet(task, files)) as LabelledSet & { task: Task };
};
type Counts = Partial<Record<SplitName, number[]>>;

describe.skipIf(sharedAbsent("ner-wnut17") !== "")(
  `entity sets: sentences, tokens, entities${sharedAbsent("ner-wnut17")}`,
  () => {
    const count = (items: readonly { tokens: string[]; tags: string[] }[]): number[] => [
      items.length,
      items.reduce((sum, item) => sum + item.tokens.length, 0),
      items.reduce((sum, item) => sum + item.tags.filter((tag) => tag.startsWith("B-")).length, 0),
    ];
    const cases: [string, string[], string, Counts | number[], number][] = [
      [
        "ner-ncbi-disease",
        ["train.tsv", "devel.tsv", "test.tsv"],
        "IOB2",
        { train: [5424, 135701, 5134], dev: [923, 23969, 787], test: [940, 24497, 960] },
        0,
      ],
      [
        "ner-wnut17",
        ["train.conll", "dev.conll", "test.annotated"],
        "IOB2",
        { train: [3394, 62730, 1975], dev: [1009, 15733, 836], test: [1287, 23394, 1079] },
        0,
      ],
      [
        "ner-cyner-cti",
        ["train.txt", "valid.txt", "test.txt"],
        "IOB2",
        { train: [2811, 68191, 3131], dev: [813, 19530, 784], test: [748, 19270, 936] },
        321,
      ],
      [
        "ner-sec-filings",
        ["FIN5-train.txt", "FIN3-test.txt"],
        "IO",
        { train: [1164, 41010, 1168], test: [303, 13246, 318] },
        0,
      ],
      ["ner-wikigold", ["wikigold.conll.txt"], "IO", [1696, 39007, 3558], 0],
      ["ner-bc5cdr-iobes", ["devel.tsv"], "IOBES", [4581, 117453, 9593], 0],
    ];
    it.each(cases)("%s", async (folder, names, scheme, expected, irregular) => {
      const set = await load("ner", folder, ...names);
      expect(set.scheme).toBe(scheme);
      if (Array.isArray(expected)) expect(count(set.items)).toEqual(expected);
      else
        for (const split of ["train", "dev", "test"] as const)
          expect(count(set.items.filter((item) => item.split === split)), split).toEqual(expected[split] ?? [0, 0, 0]);
      expect(set.warnings.find((warning) => warning.includes("begin with I-"))?.split(" ")[0]).toBe(
        irregular === 0 ? undefined : String(irregular),
      );
    });
  },
);

describe.skipIf(sharedAbsent("tc-trec6") !== "")(
  `classification sets: items of each class${sharedAbsent("tc-trec6")}`,
  () => {
    const classes = (
      items: readonly { split: SplitName; label: string }[],
      split?: SplitName,
    ): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const item of items)
        if (split === undefined || item.split === split) counts[item.label] = (counts[item.label] ?? 0) + 1;
      return counts;
    };
    it("tc-trec6 (LABEL:fine text, Latin-1)", async () => {
      const { items } = await load("classification", "tc-trec6", "train.txt", "test.txt");
      expect(classes(items, "train")).toEqual({ ENTY: 1250, HUM: 1223, DESC: 1162, NUM: 896, LOC: 835, ABBR: 86 });
      expect(classes(items, "test")).toEqual({ DESC: 138, NUM: 113, ENTY: 94, LOC: 81, HUM: 65, ABBR: 9 });
    });
    it("tc-pubmedqa-section (JSON Lines)", async () => {
      const { items } = await load("classification", "tc-pubmedqa-section", "train.jsonl", "dev.jsonl", "test.jsonl");
      expect(classes(items, "train")).toEqual({
        BACKGROUND: 195,
        METHODS: 433,
        RESULTS: 435,
        CONCLUSIONS: 456,
        OBJECTIVE: 239,
      });
      expect(classes(items, "dev")).toEqual({
        METHODS: 41,
        RESULTS: 42,
        CONCLUSIONS: 44,
        OBJECTIVE: 20,
        BACKGROUND: 20,
      });
      expect(classes(items, "test")).toEqual({
        BACKGROUND: 219,
        RESULTS: 475,
        CONCLUSIONS: 500,
        METHODS: 477,
        OBJECTIVE: 256,
      });
    });
    it("tc-sentence-polarity (one Latin-1 file a class)", async () => {
      const { items } = await load("classification", "tc-sentence-polarity", "rt-polarity.pos", "rt-polarity.neg");
      expect(classes(items)).toEqual({ pos: 5331, neg: 5331 });
      expect(items.some((item) => item.text.includes("\uFFFD"))).toBe(false);
      expect(items.some((item) => /[éèñ]/.test(item.text))).toBe(true);
    });
  },
);

describe.skipIf(sharedAbsent("sts-stsb") !== "")(`pair sets${sharedAbsent("sts-stsb")}`, () => {
  it("sts-stsb (tabs, literal quotes, seven or nine columns)", async () => {
    const set = await load("similarity", "sts-stsb", "sts-train.csv", "sts-dev.csv", "sts-test.csv");
    expect(summarizeSet(set).items).toEqual({ train: 5749, dev: 1500, test: 1379 });
    for (const name of ["train", "dev", "test"] as const) {
      const lines = readFileSync(join(sharedData, `sts-stsb/sts-${name}.csv`), "utf8")
        .trimEnd()
        .split(/\r?\n/);
      const expected = lines
        .map((line) => line.split("\t"))
        .map((cells) => ({ split: name, first: cells[5]!.trim(), second: cells[6]!.trim(), score: Number(cells[4]) }));
      expect(set.items.filter((item) => item.split === name)).toEqual(expected);
    }
  });
  it("pair-covid-questions (quoted CSV)", async () => {
    const { items } = await load("similarity", "pair-covid-questions", "eval_question_similarity_en.csv");
    expect([0, 1].map((score) => items.filter((item) => item.score === score).length)).toEqual([244, 244]);
  });
  it("pair-covid-questions as training file: no pair that is learned shares a text with the test items", async () => {
    const bytes = readFileSync(join(sharedData, "pair-covid-questions/eval_question_similarity_en.csv"));
    const set = await readLabelledSet("similarity", [new File([bytes], "train.csv")]);
    const { train, heldOut, leftOut } = positivePairs(set, 0.8, 42);
    if (set.task !== "similarity") throw new Error("pairs are a similarity set");
    const alike = set.items.filter(({ split, score }) => split === "train" && score === 1).length;
    expect(train.length + heldOut.length + leftOut).toBe(alike);
    expect(train.length).toBeGreaterThan(10);
    expect(leftOut).toBeGreaterThan(0); // without the rule they would be learned
    const tested = new Set(set.items.flatMap(({ split, first, second }) => (split === "test" ? [first, second] : [])));
    expect([...train, ...heldOut].flat().filter((text) => tested.has(text))).toEqual([]);
  });
  it("pair-rqe-medical (XML); one of 8,588 training pairs has an empty text", async () => {
    const { items, warnings } = await load(
      "similarity",
      "pair-rqe-medical",
      "RQE_Train_8588_AMIA2016.xml",
      "RQE_Test_302_pairs_AMIA2016.xml",
    );
    const of = (split: SplitName, score: number): number =>
      items.filter((item) => item.split === split && item.score === score).length;
    expect([of("test", 1), of("test", 0)]).toEqual([129, 173]);
    expect(of("train", 1) + of("train", 0)).toBe(8587);
    expect(warnings[0]).toBe("1 pairs with an empty text were left out.");
  });
});

describe.skipIf(sharedAbsent("corpus-pubmed") !== "")(`corpora${sharedAbsent("corpus-pubmed")}`, () => {
  it.each([
    ["corpus-pubmed/train.txt", 1048],
    ["corpus-pubmed/heldout.txt", 50],
    ["corpus-owasp/train.txt", 114],
    ["corpus-owasp/heldout.txt", 6],
    ["corpus-general-pd/train.txt", 127],
  ])("%s: %i documents between empty lines", async (path, expected) => {
    const { documents, skipped } = await readAll(await sharedFile(path));
    expect(documents).toHaveLength(expected);
    expect(skipped).toEqual([]);
  });
  it("SQuAD-like JSON: the 240 contexts of 48 articles", async () => {
    const file = await sharedFile("qa-xquad-en/xquad.en.json");
    const preview = await previewFile(file, "auto");
    expect(preview.field).toBe("data.paragraphs.context");
    const { documents } = await readAll(file, "auto", preview.field);
    expect(documents).toHaveLength(240);
  });
  it("a dictionary of 1,000 abstracts: their contexts", async () => {
    const file = await sharedFile("qa-pubmedqa/ori_pqal.json");
    const preview = await previewFile(file, "auto");
    expect(preview.field).toBe("*.CONTEXTS");
    expect((await readAll(file, "auto", preview.field)).documents.length).toBeGreaterThan(3000);
  });
  it("a set's table as a corpus: the sentences of STS-B", async () => {
    const file = await sharedFile("sts-stsb/sts-train.csv");
    const preview = await previewFile(file, "auto");
    expect(preview).toMatchObject({ format: "tsv", field: "column 6" });
    const { documents } = await readAll(file, "auto", preview.field);
    expect(documents).toHaveLength(5749);
  });
});
