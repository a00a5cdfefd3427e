import { describe, expect, it } from "vitest";
import type { LabelledSet, TaskKind } from "../../../src/contract/index.ts";
import { encodeSet, readLabelledSet, summarizeSet, type SourceFile } from "../../../src/data/index.ts";
import { folderFile, textFile } from "./files.ts";
import { tinyTokenizer } from "./tokenizers.ts";

type TextSet = LabelledSet & { task: "classification" };
type PairSet = LabelledSet & { task: "similarity" };
const classes = async (...files: SourceFile[]): Promise<TextSet> =>
  (await readLabelledSet("classification", files)) as TextSet;
const pairs = async (...files: SourceFile[]): Promise<PairSet> =>
  (await readLabelledSet("similarity", files)) as PairSet;
const plain = ({ items }: TextSet): string[] => items.map((item) => `${item.split} ${item.label}: ${item.text}`).sort();

const rows = [
  ["good", "The pump runs well, without noise."],
  ["bad", "The valve leaks, again."],
  ["good", "A quiet motor."],
  ["bad", "It rattles."],
] as const;
const testRows = [
  ["good", "All is well."],
  ["bad", "It broke."],
] as const;
const expected = [
  ...rows.map(([label, text]) => `train ${label}: ${text}`),
  ...testRows.map(([label, text]) => `test ${label}: ${text}`),
].sort();

describe("classification layouts", () => {
  const quoted = (list: typeof rows | typeof testRows): string =>
    list.map(([l, t], i) => `${i},"${t}",${l}`).join("\n");
  const json = (list: typeof rows | typeof testRows): string =>
    list.map(([label, sentence]) => JSON.stringify({ sentence, label })).join("\n");
  const layouts: Record<string, [string, string, string]> = {
    "CSV with header": ["csv", `id,text,label\n${quoted(rows)}`, `id,text,label\n${quoted(testRows)}`],
    "CSV with other names": ["csv", `n,review,sentiment\n${quoted(rows)}`, `n,review,sentiment\n${quoted(testRows)}`],
    "TSV without header": [
      "tsv",
      rows.map(([l, t]) => `${t}\t${l}`).join("\n"),
      [...testRows, ...rows].map(([l, t]) => `${t}\t${l}`).join("\n"),
    ],
    "JSON Lines": ["jsonl", json(rows), json(testRows)],
    JSON: ["json", `{"data": [${json(rows).replaceAll("\n", ",")}]}`, `[${json(testRows).replaceAll("\n", ",")}]`],
  };
  it.each(Object.entries(layouts))("%s", async (name, [ending, train, test]) => {
    const set = await classes(textFile(`train.${ending}`, train), textFile(`test.${ending}`, test));
    if (name === "TSV without header") expect(summarizeSet(set).items).toEqual({ train: 4, dev: 0, test: 6 });
    else expect(plain(set)).toEqual(expected);
  });

  const many = (label: string, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${label} what is number ${i} ?`);
  it("TREC lines: the coarse label of COARSE:fine, and a note", async () => {
    const train = [...many("NUM:count", 12), ...many("NUM:date", 12), ...many("LOC:city", 12)].join("\n");
    const set = await classes(
      textFile("train.txt", train),
      textFile("test.txt", [...many("LOC:city", 6), ...many("NUM:date", 6)].join("\n")),
    );
    expect(summarizeSet(set)).toMatchObject({ items: { train: 36, test: 12 }, labels: ["NUM", "LOC"] });
    expect(set.items.find((item) => item.split === "train")!.text).toBe("what is number 0 ?");
    expect(set.warnings).toContain(
      "train.txt: the labels have two levels (coarse:fine); the 2 coarse ones are used, not the 3 fine ones.",
    );
  });
  it("fastText lines", async () => {
    const set = await classes(textFile("train.txt", [...many("__label__a", 9), ...many("__label__b", 9)].join("\n")));
    expect(summarizeSet(set).labels.sort()).toEqual(["a", "b"]);
  });
  it("one file a class, Windows-1252", async () => {
    const latin = Uint8Array.from("un café très bon\nune idée\n", (c) => c.charCodeAt(0));
    const set = await classes(textFile("reviews.pos", latin), textFile("reviews.neg", "horrible\nsans goût\n"));
    expect(summarizeSet(set)).toMatchObject({ name: "reviews", labels: ["neg", "pos"] });
    expect(set.items.map((item) => item.text)).toContain("un café très bon");
  });
  it("one folder a class, with train and test folders", async () => {
    const set = await classes(
      ...["train", "test"].flatMap((split) =>
        ["sport", "law"].flatMap((label) =>
          [1, 2, 3].map((i) => folderFile(`news/${split}/${label}/${i}.txt`, `Text ${i} on ${label},\n${split}.`)),
        ),
      ),
    );
    expect(summarizeSet(set).items).toEqual({ train: 6, dev: 0, test: 6 });
    expect(plain(set)[0]).toBe("test law: Text 1 on law, test.");
  });
  it("text with stray quotes loses no item", async () => {
    const train = 'text,label\n"He said ""no"", twice",bad\n"never closed,good\n5" pipe,good\nfine,bad\n';
    const set = await classes(textFile("train.csv", train), textFile("test.csv", "text,label\na b,bad\nc d,good\n"));
    expect(set.items.filter((item) => item.split === "train").map((item) => item.text)).toEqual([
      'He said "no", twice',
      '"never closed',
      '5" pipe',
      "fine",
    ]);
    expect(set.warnings[0]).toContain("2 places, the first in train.csv, row 3, column 1");
  });
});

describe("what is odd in a set is said", () => {
  const csv = (list: [string, string][]): string => "text,label\n" + list.map(([t, l]) => `${t},${l}`).join("\n");
  it("a label in test that training never saw; variants; duplicates; empty items", async () => {
    const set = await classes(
      textFile(
        "train.csv",
        csv([
          ["one", "Good"],
          ["two", "bad"],
          ["three", "good"],
          ["", "bad"],
        ]),
      ),
      textFile(
        "test.csv",
        csv([
          ["One ", "Good"],
          ["four", "ugly"],
          ["five", "odd"],
        ]),
      ),
    );
    expect(set.warnings).toEqual([
      "1 items without text or label were left out.",
      "2 labels in the test items never occur in training: odd, ugly (2 of 3 test labels). The model cannot get them right.",
      "Some labels differ only in case, spaces or dashes and are counted as different: Good / good.",
      "1 of 3 test items also occur in the training items: scores on them are too good.",
    ]);
  });
  it("files without a split name, train without test, dev without train", async () => {
    const two = csv([
      ["a b", "x"],
      ["c d", "y"],
    ]);
    const noTest = await classes(textFile("train.csv", two), textFile("valid.csv", two));
    expect(noTest.warnings[0]).toBe('No file is named test; "dev" is used to test on.');
    const noTrain = await classes(textFile("dev.csv", two), textFile("test.csv", two));
    expect(noTrain.warnings[0]).toBe('No file is named train; "dev" is used to train on.');
    const half = await classes(textFile("other.csv", two), textFile("test.csv", two));
    expect(summarizeSet(half).items).toEqual({ train: 2, dev: 0, test: 2 });
    expect(half.warnings[0]).toBe("No file is named train; the files without a known name are used to train on.");
  });
  it.each([
    ["train.csv", "a,b\n1,2\n3,4\n5,6\n", "data/no-label-column"],
    ["train.csv", "text\nonly one column\nof text\n", "data/no-label-column"],
    ["train.txt", "Just some prose here.\nAnd more of it, too.\nNothing labelled at all.\n", "data/no-label-column"],
    ["train.csv", "text,label\na b,x\nc d,x\n", "data/no-items"],
    ["train.csv", "", "data/empty-file"],
  ])("%s holding %j is refused with %s", async (name, text, code) => {
    await expect(classes(textFile(name, text))).rejects.toMatchObject({ code });
  });
  it("no files", async () => {
    for (const task of ["ner", "classification", "similarity"] satisfies TaskKind[])
      await expect(readLabelledSet(task, [])).rejects.toMatchObject({ code: "data/no-files" });
  });
});

describe("pairs", () => {
  it("by column names", async () => {
    const csv = 'question_1,question_2,similar\n"Is it, then, cold?",Is it cold?,1\nIs it hot?,Where am I?,0\n';
    const set = await pairs(textFile("train.csv", csv), textFile("test.csv", csv.replace("cold?,1", "cool?,1")));
    expect(set.items[2]).toEqual({ split: "train", first: "Is it, then, cold?", second: "Is it cold?", score: 1 });
    expect(set.items).toHaveLength(4);
  });
  it("a lone file is there to be scored; one named train is divided, so that something of it can be learned", async () => {
    const csv = `question_1,question_2,similar\n${Array.from({ length: 10 }, (_, i) => `a ${i},b ${i},${i % 2}`).join("\n")}\n`;
    expect(summarizeSet(await pairs(textFile("questions.csv", csv))).items).toEqual({ train: 0, dev: 0, test: 10 });
    const set = await pairs(textFile("questions-train.csv", csv));
    expect(summarizeSet(set).items).toEqual({ train: 8, dev: 0, test: 2 });
    expect(set.warnings[0]).toContain("divided at random");
  });
  it("STS-B's layout: seven or nine columns, no header, quotes are text", async () => {
    const line = (i: number, extra: string): string =>
      `main-news\tpool\t2014\t${String(i).padStart(4, "0")}\t${(i % 6).toFixed(3)}\t"Stop" number ${i} is said.\tThe "stop no. ${i}.${extra}`;
    const text = (from: number): string =>
      Array.from({ length: 30 }, (_, i) =>
        line(from + i, i % 4 === 0 ? "\thttp://a.example/1\thttp://b.example/2" : ""),
      ).join("\n") + "\n";
    const set = await pairs(textFile("sts-train.csv", text(0)), textFile("sts-test.csv", text(100)));
    expect(summarizeSet(set)).toMatchObject({
      name: "sts",
      items: { train: 30, dev: 0, test: 30 },
      labels: [],
      warnings: [],
    });
    expect(set.items.at(-1)).toEqual({
      split: "train",
      first: '"Stop" number 29 is said.',
      second: 'The "stop no. 29.',
      score: 5,
    });
  });
  it("numbers of rows and texts beside the pair are not its score", async () => {
    const text = Array.from(
      { length: 40 },
      (_, i) => `${i % 3}\t${900 + i}\t${700 + i}\tText number ${i}\tText no. ${i}`,
    ).join("\n");
    const set = await pairs(textFile("pairs.tsv", text));
    expect(set.items.map((item) => item.score)).toEqual(Array.from({ length: 40 }, (_, i) => i % 3));
  });
  it("JSON Lines with words for scores, and XML pairs", async () => {
    const jsonl =
      '{"sentence1": "a b", "sentence2": "a c", "label": true}\n{"sentence1": "d", "sentence2": "e f", "label": false}\n';
    expect(
      (await pairs(textFile("train.jsonl", jsonl), textFile("test.jsonl", jsonl))).items.map((item) => item.score),
    ).toEqual([1, 0, 1, 0]);
    const xml =
      '<?xml version="1.0"?>\n<set>\n<pair pid="1" value="true">\n<chq>\n Is A &amp; B\n safe? </chq>\n<faq>Is A safe?</faq>\n</pair>\n<pair pid="2" value="false"><chq>C</chq><faq>D&#233;</faq></pair>\n</set>\n';
    const { items } = await pairs(textFile("train.xml", xml), textFile("test.xml", xml));
    expect(items.slice(0, 2)).toEqual([
      { split: "test", first: "Is A & B safe?", second: "Is A safe?", score: 1 },
      { split: "test", first: "C", second: "Dé", score: 0 },
    ]);
  });
  it("XML pairs: marks inside a text, more or fewer than two texts, a file of unclosed elements", async () => {
    const xml =
      '<set label="all">\n<pair value="1"><q>one <i>or</i> two</q><q><![CDATA[a < b]]></q></pair>\n' +
      '<pair value="1"><q>alone</q></pair>\n<pair value="0"><q>a</q><q>b</q><q>c</q></pair>\n<pair score="0"><q>d</q><q>e</q></pair></set>\n';
    const { items } = await pairs(textFile("train.xml", xml), textFile("test.xml", xml));
    expect(items.filter((item) => item.split === "test")).toEqual([
      { split: "test", first: "one or two", second: "a < b", score: 1 },
      { split: "test", first: "d", second: "e", score: 0 },
    ]);
    const hostile = `<set>${"<a value='1'>".repeat(200_000)}`;
    await expect(pairs(textFile("train.xml", hostile))).rejects.toMatchObject({ code: "data/too-deep" });
  });
  it("a score that is no number is an error with its row", async () => {
    const csv = "sentence1,sentence2,score\na b,a c,1\nd e,d f,x\n";
    await expect(pairs(textFile("train.csv", csv))).rejects.toMatchObject({
      code: "data/bad-score",
      details: { file: "train.csv", place: "row 3" },
    });
  });
  it("no score column", async () => {
    await expect(pairs(textFile("train.csv", "a,b,c\nx y,x z,q q\n"))).rejects.toMatchObject({
      code: "data/no-pair-columns",
    });
  });
});

describe("sets as token ids", () => {
  it.each(["bert", "roberta"] as const)("%s: special tokens, word starts, cuts counted", async (name) => {
    const tokenizer = await tinyTokenizer(name);
    const { start, end } = tokenizer.special;
    const set: LabelledSet = {
      ...{ id: "s", name: "s", note: "", warnings: ["before"], task: "ner", scheme: "IOB2" },
      items: [
        { split: "train", tokens: ["pumps", "leak"], tags: ["O", "O"] },
        {
          split: "test",
          tokens: ["overheating", "valve", "pumps", "rattle", "coldly"],
          tags: ["O", "O", "O", "O", "O"],
        },
      ],
    };
    const { texts, set: after } = encodeSet(set, tokenizer, 10);
    const words = tokenizer.encodeWords(["pumps", "leak"]);
    expect(texts[0]!.ids.slice(0, 1 + Math.min(8, words.ids.length))).toEqual([start, ...words.ids.slice(0, 8)]);
    expect(texts[0]!.wordStarts).toEqual([1, 1 + words.wordStarts[1]!]);
    const long = tokenizer.encodeWords(["overheating", "valve", "pumps", "rattle", "coldly"]);
    expect(long.ids.length).toBeGreaterThan(8);
    expect(texts[1]!.ids).toEqual([start, ...long.ids.slice(0, 8), end]);
    expect(texts[1]!.wordStarts).toEqual(long.wordStarts.map((at) => (at < 8 ? at + 1 : -1)));
    const cut = texts.filter((text, i) => text.ids.length === 10 && (i === 1 || words.ids.length > 8)).length;
    expect(after.warnings[0]).toBe("before");
    expect(after.warnings[1]).toContain(`${cut} of 2 texts are longer than 10 tokens`);
    expect(set.warnings).toEqual(["before"]);
  });
  it("pairs alternate: first, second, first, second", async () => {
    const tokenizer = await tinyTokenizer("bert");
    const { start, end } = tokenizer.special;
    const items = [
      { split: "train" as const, first: "pump", second: "valve", score: 1 },
      { split: "test" as const, first: "gauge", second: "cable", score: 0 },
    ];
    const { texts, set } = encodeSet(
      { id: "p", name: "p", note: "", warnings: [], task: "similarity", items },
      tokenizer,
      16,
    );
    expect(texts.map((text) => text.ids)).toEqual(
      ["pump", "valve", "gauge", "cable"].map((word) => [start, ...tokenizer.encode(word), end]),
    );
    expect(set.warnings).toEqual([]);
  });
});
