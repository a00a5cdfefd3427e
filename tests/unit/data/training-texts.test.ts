/** Task-adaptive training reads training items only: nothing of what is scored later. */
import { expect, test } from "vitest";
import type { LabelledSet } from "../../../src/contract/index.ts";
import { trainingTexts } from "../../../src/data/index.ts";

const common = { id: "s", name: "s", note: "", warnings: [] };

test("dev and test items are left out, and so are training texts that stand among them", () => {
  const set: LabelledSet = {
    ...{ ...common, task: "classification" },
    items: [
      { split: "train", text: "The pump stands.", label: "a" },
      { split: "train", text: "The  PUMP stands.", label: "b" },
      { split: "train", text: "The choir sings!", label: "a" },
      { split: "dev", text: "Nobody came.", label: "a" },
      { split: "test", text: "the choir sings", label: "a" },
    ],
  };
  expect(trainingTexts(set)).toEqual(["The pump stands."]);
});

test("both texts of a pair and a question's context are read; labels and scores are not", () => {
  const pairs: LabelledSet = {
    ...{ ...common, task: "similarity" },
    items: [
      { split: "train", first: "One.", second: "Two.", score: 4 },
      { split: "test", first: "Two", second: "Three.", score: 1 },
    ],
  };
  expect(trainingTexts(pairs)).toEqual(["One."]);
  const questions: LabelledSet = {
    ...{ ...common, task: "qa" },
    items: ["train", "train", "test"].map((split, i) => ({
      ...{ split: split as "train" | "test", question: `Who sang ${i}?` },
      ...{ context: i < 2 ? "Ann sang." : "Ben sang.", answers: [{ text: i < 2 ? "Ann" : "Ben", start: 0 }] },
    })),
  };
  expect(trainingTexts(questions)).toEqual(["Who sang 0?", "Ann sang.", "Who sang 1?"]);
});
