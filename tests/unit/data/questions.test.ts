/** SQuAD-format files as sets, and labelled sets as rows for fine-tuning. Tokens are those of the bundled model. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { LabelledSet } from "../../../src/contract/index.ts";
import {
  createTokenizer,
  readLabelledSet,
  targetsOf,
  taskBatch,
  taskLabels,
  taskRows,
} from "../../../src/data/index.ts";
import { special } from "../../support/tiny-bert.ts";

const bundled = (name: string): string => readFileSync(`public/models/base/${name}`, "utf8");
const files = {
  "tokenizer.json": bundled("tokenizer.json"),
  "tokenizer_config.json": bundled("tokenizer_config.json"),
};
const tokenizer = await createTokenizer(files, special);

const context = "The pump 🚰 was built in 1912. It was closed in 1958, after the flood.";
const squad = (answers: object[], rest: object = {}) =>
  JSON.stringify({
    version: "1.1",
    data: [
      {
        title: "Pump",
        paragraphs: [
          {
            context,
            qas: [
              // Offsets count code points: the emoji is one.
              { id: "1", question: "When was the pump built?", answers: [{ text: "1912", answer_start: 24 }] },
              { id: "2", question: "When was it closed?", answers, ...rest },
              { id: "3", question: "What came before?", answers: [{ text: "the flood", answer_start: 59 }] },
            ],
          },
        ],
      },
    ],
  });
const read = (text: string, name = "questions.json"): Promise<LabelledSet> =>
  readLabelledSet("qa", [new File([text], name)]);

test("SQuAD's nesting, offsets in code points, wrong offsets mended, unanswerable questions left out", async () => {
  const set = await read(squad([{ text: "1958", answer_start: 3 }]));
  if (set.task !== "qa") throw new Error("not questions");
  expect(set.items.map(({ answers }) => context.slice(answers[0]!.start).slice(0, answers[0]!.text.length))).toEqual([
    "1912",
    "1958",
    "the flood",
  ]);
  expect(set.warnings.join()).toContain("1 answers stand elsewhere");
  const without = await read(squad([], { is_impossible: true }));
  expect(without.items).toHaveLength(2);
  expect(without.warnings.join()).toContain("1 questions have no answer");
  const lost = await read(squad([{ text: "never there", answer_start: 0 }]));
  expect(lost.warnings.join()).toContain("none of their answers");
});

test("the Hub's lines and MRQA's are read too; another file is refused by name and place", async () => {
  const hub = [1912, 1958].map((year) =>
    JSON.stringify({ id: `${year}`, context, question: `${year}?`, answers: { text: [`${year}`], answer_start: [0] } }),
  );
  expect((await read(hub.join("\n"), "a.jsonl")).items).toHaveLength(2);
  const mrqa = [
    { header: {} },
    {
      context,
      qas: [
        { question: "x?", answers: ["1912"] },
        { question: "y?", answers: ["1958", "1912"] },
      ],
    },
  ];
  expect((await read(mrqa.map((line) => JSON.stringify(line)).join("\n"), "m.jsonl")).items).toHaveLength(2);
  await expect(read('{"text":"a","label":"b"}\n{"text":"c","label":"d"}', "b.jsonl")).rejects.toMatchObject({
    code: "data/not-squad",
    details: { place: "line 1" },
  });
  await expect(read("no json at all\nat all", "c.txt")).rejects.toMatchObject({ code: "data/not-squad" });
});

test("questions on one context stay on one side", async () => {
  const lines = Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({ context: `Text ${i % 10} says blue.`, question: `Question ${i}?`, answers: ["blue"] }),
  );
  const set = await read(lines.join("\n"), "q.jsonl");
  if (set.task !== "qa") throw new Error("not questions");
  const sides = new Map<string, Set<string>>();
  for (const { context: text, split } of set.items) sides.set(text, (sides.get(text) ?? new Set()).add(split));
  expect([...sides.values()].every((one) => one.size === 1)).toBe(true);
  expect(new Set(set.items.map(({ split }) => split))).toEqual(new Set(["train", "test"]));
});

test("a long context is read in overlapping windows, and every answer stands whole in one of them", async () => {
  const set = await read(squad([{ text: "1958", answer_start: 47 }]));
  if (set.task !== "qa") throw new Error("not questions");
  const { rows, notes } = taskRows(set, tokenizer, { maxTokens: 24, stride: 6 });
  expect(notes[0]).toContain("overlapping windows");
  expect(rows.every(({ ids }) => ids.length <= 24 && ids[0] === special.start && ids.at(-1) === special.end)).toBe(
    true,
  );
  const { labels } = taskLabels(set, [0, 1, 2]);
  const targets = targetsOf(set, rows, labels) as [number, number][];
  const answered = set.items.map((item, i) => {
    const spans = rows.flatMap((row, r) => (row.item === i && targets[r]![0] > 0 ? [{ row, span: targets[r]! }] : []));
    return spans.map(({ row, span: [from, to] }) => {
      const { first, starts, ends } = row.window!;
      return item.context.slice(starts[from - first], ends[to - first]);
    });
  });
  expect(answered.map((texts) => texts.length > 0)).toEqual([true, true, true]);
  expect(new Set(answered.flat())).toEqual(new Set(["1912", "1958", "the flood"]));
  // Neighbouring windows of one context share `stride` tokens.
  const own = rows.filter(({ item }) => item === 0).map(({ window }) => window!.starts);
  expect([...own[1]!.subarray(0, 6)]).toEqual([...own[0]!.subarray(-6)]);
});

test("pairs: BERT has one separator and token types, RoBERTa two and none; the longer text is cut", async () => {
  const set: LabelledSet = {
    ...{ id: "s", name: "s", note: "", warnings: [], task: "similarity" },
    items: [{ split: "train", first: "water pump", second: "a pump of water in the old town by the sea", score: 2 }],
  };
  const [row] = taskRows(set, tokenizer, { maxTokens: 12, stride: 0 }).rows;
  const a = tokenizer.encode("water pump");
  expect(row!.ids.slice(0, a.length + 2)).toEqual([special.start, ...a, special.end]);
  expect(row!.typesFrom).toBe(a.length + 2);
  expect(row!.ids).toHaveLength(12);
  const json = JSON.parse(files["tokenizer.json"]) as object;
  const roberta = { ...json, post_processor: { type: "RobertaProcessing", sep: ["</s>", 2], cls: ["<s>", 0] } };
  const other = await createTokenizer({ ...files, "tokenizer.json": JSON.stringify(roberta) }, special);
  const [joined] = taskRows(set, other, { maxTokens: 12, stride: 0 }).rows;
  expect(joined!.ids.slice(0, a.length + 3)).toEqual([special.start, ...a, special.end, special.end]);
  expect(joined!.typesFrom).toBe(joined!.ids.length);
  const batch = taskBatch([row!], [2], "regression", 2, 16, special.pad);
  expect([...batch.types.subarray(0, 16)].reduce((x, y) => x + y, 0)).toBe(12 - row!.typesFrom);
  expect([...batch.weights]).toEqual([1, 0]);
  expect(batch.tokens).toBe(12);
});

test("words are labelled at their first piece; a tag that training never saw teaches nothing", () => {
  const set: LabelledSet = {
    ...{ id: "n", name: "n", note: "", warnings: [], task: "ner", scheme: "IOB2" },
    items: [
      { split: "train", tokens: ["Pumpkinseed", "swims"], tags: ["B-FISH", "O"] },
      { split: "test", tokens: ["Ghent"], tags: ["B-TOWN"] },
    ],
  };
  const { rows } = taskRows(set, tokenizer, { maxTokens: 32, stride: 0 });
  const { head, labels } = taskLabels(set, [0]);
  expect([head, labels]).toEqual([{ kind: "tokens", labels: 2 }, ["O", "B-FISH"]]);
  const [first, second] = targetsOf(set, rows, labels) as [Int32Array, Int32Array];
  expect([...first].filter((c) => c >= 0)).toEqual([1, 0]);
  expect(first[1]).toBe(1);
  expect([...second].filter((c) => c >= 0)).toEqual([]);
});

test.each([
  [
    "RTE",
    "index\tsentence1\tsentence2\tlabel",
    "0\tA cat sat.\tA cat was there.\tentailment",
    "1\tA dog ran.\tA cow ran.\tnot_entailment",
  ],
  [
    "QNLI",
    "index\tquestion\tsentence\tlabel",
    "0\tWho sat?\tA cat sat.\tentailment",
    "1\tWho ran?\tIt was dark.\tnot_entailment",
  ],
  [
    "MRPC",
    "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String",
    "1\t11\t12\tA cat sat.\tA cat was there.",
    "0\t13\t14\tA dog ran.\tA cow ran.",
  ],
  [
    "QQP",
    "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate",
    "1\t2\t3\tWho sat?\tWho was it?\t1",
    "4\t5\t6\tWho ran?\tWhy?\t0",
  ],
])("%s is a classification set of pairs", async (_, ...lines) => {
  const set = await readLabelledSet("classification", [new File([lines.join("\n")], "train.tsv")]);
  if (set.task !== "classification") throw new Error("not classification");
  expect(set.items.every(({ text, second }) => text !== "" && second !== undefined && second !== "")).toBe(true);
  expect(new Set(set.items.map(({ label }) => label)).size).toBe(2);
});

test("SuperGLUE's lines: BoolQ asks about a passage, SST-2 has one text", async () => {
  const boolq = [true, false].map((label, idx) =>
    JSON.stringify({ question: `is it ${idx}`, passage: `It is ${idx}.`, idx, label }),
  );
  const set = await readLabelledSet("classification", [new File([boolq.join("\n")], "train.jsonl")]);
  expect(set.items[0]).toMatchObject({ text: "is it 0", second: "It is 0.", label: "true" });
  const sst = await readLabelledSet("classification", [
    new File(["sentence\tlabel\nvery good\t1\nvery bad\t0\n"], "train.tsv"),
  ]);
  expect(sst.items.every((item) => !("second" in item))).toBe(true);
});

test("XLNet's rows end with the separator and the class token, which has a type of its own", async () => {
  const xlnet = await createTokenizer(files, { ...special, behind: true });
  const [first, second] = ["water pump", "a pump of water in the old town by the sea"];
  const set: LabelledSet = {
    ...{ id: "s", name: "s", note: "", warnings: [], task: "similarity" },
    items: [{ split: "train", first, second, score: 2 }],
  };
  const [row] = taskRows(set, xlnet, { maxTokens: 12, stride: 0 }).rows;
  const [a, b] = [xlnet.encode(first), xlnet.encode(second)];
  const room = 12 - a.length - 3;
  expect(row!.ids).toEqual([...a, special.end, ...b.slice(0, room), special.end, special.start]);
  const { types } = taskBatch([row!], [2], "regression", 1, 16, special.pad);
  const expected = [...new Array<number>(a.length + 1).fill(0), ...new Array<number>(room + 1).fill(1), 2, 0, 0, 0, 0];
  expect([...types]).toEqual(expected);
});
