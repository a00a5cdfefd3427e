import { describe, expect, test } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import {
  accuracy,
  averageRanks,
  classTable,
  entities,
  entityCounts,
  entityF1,
  macroF1,
  matthews,
  pearson,
  spearman,
} from "../../../src/evaluation/index.ts";
import { golden } from "./golden.ts";

/** The golden numbers are rounded to 12 digits. */
const ROUNDING = 2e-12;
const near = (actual: number, expected: number): void =>
  expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThan(ROUNDING);
const split = (lines: string[]): string[][] => lines.map((line) => line.split(" "));

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    for (const code of ["evaluation/bad-tag", "evaluation/length-mismatch", "evaluation/not-a-number"]) {
      if (hasCode(error, code)) return code;
    }
  }
  return "none";
}

describe("entity F1 is seqeval's", () => {
  test("micro precision, recall, F1 and support of random sequences, default and strict", () => {
    let strictCases = 0;
    let apart = 0;
    for (const { gold, predicted, default: lenient, strict } of golden.ner) {
      const score = entityF1(split(gold), split(predicted), "default");
      [score.precision, score.recall, score.f1, score.support].forEach((value, k) => near(value, lenient[k]!));
      if (strict === undefined) continue;
      strictCases++;
      const hard = entityF1(split(gold), split(predicted), "strict");
      [hard.precision, hard.recall, hard.f1, hard.support].forEach((value, k) => near(value, strict[k]!));
      if (Math.abs(hard.f1 - score.f1) > 0.01) apart++;
    }
    expect(golden.ner.length).toBe(300);
    expect(strictCases).toBe(240);
    expect(apart).toBeGreaterThan(80); // the two readings do differ on these cases
  });

  test("the table by type", () => {
    for (const { gold, predicted, defaultByType } of golden.ner) {
      const { byType } = entityF1(split(gold), split(predicted), "default");
      expect(byType.map((row) => row.type)).toEqual(Object.keys(defaultByType));
      for (const { type, precision, recall, f1, support } of byType) {
        [precision, recall, f1, support].forEach((value, k) => near(value, defaultByType[type]![k]!));
      }
    }
  });

  test("counts of each sentence add up to the whole", () => {
    for (const { gold, predicted } of golden.ner) {
      const score = entityF1(split(gold), split(predicted), "default");
      const sums = [0, 0, 0];
      entityCounts(split(gold), split(predicted), "default").forEach((count, i) => (sums[i % 3]! += count));
      expect(sums).toEqual([score.correct, score.predicted, score.support]);
    }
  });

  test("a stray I- starts an entity by default and belongs to nothing in strict mode", () => {
    const tags = ["O", "I-X", "I-X", "B-X", "I-Y"];
    expect(entities(tags, "default").map(({ start, end }) => [start, end])).toEqual([
      [1, 2],
      [3, 3],
      [4, 4],
    ]);
    expect(entities(tags, "strict")).toEqual([{ type: "X", start: 3, end: 3 }]);
  });

  test("no entities: 0 with a note", () => {
    const empty = entityF1([["O", "O"]], [["O", "O"]], "default");
    expect(empty.f1).toBe(0);
    expect(empty.note).toContain("no entity in the gold tags");
    expect(entityF1([["B-X"]], [["O"]], "default").note).toContain("No entity was predicted");
  });

  test("foreign tags and unlike lengths are coded errors", () => {
    expect(codeOf(() => entities(["Q-X"], "default"))).toBe("evaluation/bad-tag");
    expect(codeOf(() => entities(["S-X"], "strict"))).toBe("evaluation/bad-tag");
    expect(codeOf(() => entityF1([["O"]], [["O", "O"]], "default"))).toBe("evaluation/length-mismatch");
    expect(codeOf(() => entityF1([["O"]], [], "default"))).toBe("evaluation/length-mismatch");
  });
});

describe("classification metrics are scikit-learn's", () => {
  test("accuracy, macro-F1 and Matthews of random label vectors", () => {
    for (const { gold, predicted, ...expected } of golden.classification) {
      near(accuracy(gold, predicted).value, expected.accuracy);
      near(macroF1(gold, predicted).value, expected.macroF1);
      near(matthews(gold, predicted).value, expected.matthews);
    }
    expect(golden.classification.length).toBe(150);
  });

  test("one class and no items give 0 with a note", () => {
    expect(matthews(["a", "a"], ["a", "a"])).toEqual({
      value: 0,
      note: "All items have one gold label, so the Matthews coefficient counts as 0.",
    });
    expect(matthews(["a", "b"], ["a", "a"]).note).toContain("All predictions are one label");
    expect(macroF1(["a", "b"], ["a", "a"]).note).toBe("1 of 2 labels are never predicted and count as 0.");
    expect(accuracy([], [])).toEqual({ value: 0, note: "There are no items to score." });
  });

  test("the table by class", () => {
    expect(classTable(["a", "a", "b"], ["a", "b", "b"])).toEqual([
      { label: "a", precision: 1, recall: 0.5, f1: 2 / 3, support: 2 },
      { label: "b", precision: 0.5, recall: 1, f1: 2 / 3, support: 1 },
    ]);
  });

  test("unlike lengths are a coded error", () => {
    expect(codeOf(() => accuracy(["a"], []))).toBe("evaluation/length-mismatch");
  });
});

describe("correlations are scipy's", () => {
  test("Pearson, Spearman and ranks, ties and constants included", () => {
    let undefinedCases = 0;
    for (const { x, y, ...expected } of golden.correlation) {
      expect(Array.from(averageRanks(x))).toEqual(expected.ranks);
      for (const [score, value] of [
        [pearson(x, y), expected.pearson],
        [spearman(x, y), expected.spearman],
      ] as const) {
        near(score.value, value ?? 0);
        expect(score.note === undefined).toBe(value !== null);
        if (value === null) undefinedCases++;
      }
    }
    expect(undefinedCases).toBe(18); // nine cases, both coefficients
  });

  test("one item is a note, a missing number an error", () => {
    expect(spearman([1], [2]).note).toContain("at least two items");
    expect(codeOf(() => spearman([1, NaN], [1, 2]))).toBe("evaluation/not-a-number");
    expect(codeOf(() => pearson([1, 2], [1]))).toBe("evaluation/length-mismatch");
  });
});
