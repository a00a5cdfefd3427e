/** Which pairs of a labelled set belong together, and their rows. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { LabelledSet, SimilarityItem } from "../../../src/contract/index.ts";
import { createTokenizer, plainBatch, positivePairs, textPairBlocks } from "../../../src/data/index.ts";
import { special } from "../../support/tiny-bert.ts";

const item = (split: SimilarityItem["split"], i: number, score: number): SimilarityItem => ({
  split,
  first: `question ${i}`,
  second: `asked again ${i}`,
  score,
});
const set = (items: SimilarityItem[]): LabelledSet => ({
  id: "s",
  name: "Questions",
  note: "",
  warnings: [],
  task: "similarity",
  items,
});
const scored = Array.from({ length: 40 }, (_, i) => item("train", i, i % 6));

test("training pairs from the share of the highest score on; dev pairs are measured on, test pairs never read", () => {
  const dev = [item("dev", 100, 5), item("dev", 101, 1)];
  const test = [item("test", 200, 5)];
  const { train, heldOut } = positivePairs(set([...scored, ...dev, ...test]), 0.8, 1);
  expect(train).toEqual(scored.filter(({ score }) => score >= 4).map(({ first, second }) => [first, second]));
  expect(heldOut).toEqual([["question 100", "asked again 100"]]);
});

test("a training pair with a text of the dev or test items is left out, and counted", () => {
  const apart = Array.from({ length: 6 }, (_, i) => item("train", i, 5));
  const leaks = [
    { ...item("train", 50, 5), first: "The tested  QUESTION!" },
    { ...item("train", 51, 5), second: "question 100" },
    { ...item("train", 52, 1), second: "question 100" }, // would not count anyway
  ];
  const scoredItems = [item("dev", 100, 5), { ...item("test", 200, 0), second: "the tested question" }];
  const { train, leftOut } = positivePairs(set([...apart, ...leaks, ...scoredItems]), 0.8, 1);
  expect(train).toEqual(apart.map(({ first, second }) => [first, second]));
  expect(leftOut).toBe(2);
});

test("a set that is only there to be scored says how it can be learned from", () => {
  const only = set(scored.map((one) => ({ ...one, split: "test" })));
  expect(() => positivePairs(only, 0.8, 1)).toThrow(
    expect.objectContaining({ code: "data/too-few-pairs", hint: expect.stringContaining("named “train”") as string }),
  );
});

test("without dev items a tenth is kept apart, the same for a seed", () => {
  const all = Array.from({ length: 50 }, (_, i) => item("train", i, 1));
  const { train, heldOut } = positivePairs(set(all), 0.8, 7);
  expect([train.length, heldOut.length]).toEqual([45, 5]);
  expect(new Set([...train, ...heldOut].map(([first]) => first)).size).toBe(50);
  expect(positivePairs(set(all), 0.8, 7)).toEqual({ train, heldOut, leftOut: 0 });
  expect(positivePairs(set(all), 0.8, 8).heldOut).not.toEqual(heldOut);
});

test("no pairs, too few pairs, scores that are all zero", () => {
  const ner: LabelledSet = { id: "n", name: "Names", note: "", warnings: [], task: "ner", items: [], scheme: "IOB2" };
  expect(() => positivePairs(ner, 0.8, 1)).toThrow(expect.objectContaining({ code: "data/no-pairs" }));
  expect(() => positivePairs(set(scored.slice(0, 5)), 1, 1)).toThrow(
    expect.objectContaining({ code: "data/too-few-pairs" }),
  );
  const zero = Array.from({ length: 9 }, (_, i) => item("train", i, 0));
  expect(() => positivePairs(set(zero), 0.8, 1)).toThrow(expect.objectContaining({ code: "data/too-few-pairs" }));
});

test("row i of both sides is pair i, between its special tokens, cut to the length", async () => {
  const json = readFileSync("public/models/base/tokenizer.json", "utf8");
  const tokenizer = await createTokenizer({ "tokenizer.json": json }, special);
  const { first, second } = textPairBlocks(
    [
      ["a b", "b"],
      ["b ".repeat(20), "a"],
    ],
    tokenizer,
    6,
  );
  const { start, end, pad } = tokenizer.special;
  const [a, b] = [tokenizer.encode("a")[0]!, tokenizer.encode("b")[0]!];
  expect([...plainBatch(first, [0, 1]).ids]).toEqual([start, a, b, end, pad, pad, start, b, b, b, b, end]);
  expect([...plainBatch(second, [0]).ids]).toEqual([start, b, end, pad, pad, pad]);
});
