import { describe, expect, it } from "vitest";
import type { EvaluationResult, HeldOutResult } from "../../../src/contract/index.ts";
import { beforeAfterRows, formatScore } from "../../../src/ui/shared/before-after.ts";
import { formatMillions, formatPercentChange, formatSigned } from "../../../src/ui/shared/words.ts";

const heldOut = (low: number, value: number, high: number): HeldOutResult => ({
  tokens: 1000,
  blocks: 20,
  baseLoss: Math.log(40),
  tunedLoss: Math.log(40) + value,
  difference: { value, low, high },
  durationMs: 1,
});
const result = (low: number, value: number, high: number): EvaluationResult => ({
  setId: "s",
  setName: "Set",
  task: "ner",
  trainItems: 10,
  testItems: 30,
  seeds: 3,
  rows: [
    {
      metric: "entity F1",
      arms: { base: { value: 0.5, low: 0.4, high: 0.6 }, tuned: { value: 0.5 + value, low: 0.4, high: 0.7 } },
      difference: { value, low, high },
    },
  ],
  warnings: [],
  verdict: "",
  durationMs: 1,
});

describe("before and after", () => {
  it("turns a difference of losses into a change of perplexity", () => {
    const [row] = beforeAfterRows(heldOut(Math.log(0.4), Math.log(0.5), Math.log(0.6)), []);
    expect(row).toMatchObject({
      id: "held-out",
      better: "lower",
      judgement: "better",
      difference: { value: "−50 %", low: "−60 %", high: "−40 %" },
    });
    expect(row!.base).toBeCloseTo(40, 9);
    expect(row!.tuned).toBeCloseTo(20, 9);
  });
  it("calls a difference only what an interval without zero shows, in both directions", () => {
    const judged = (heldOutRow: boolean, low: number, high: number): string => {
      const value = (low + high) / 2;
      const rows = heldOutRow
        ? beforeAfterRows(heldOut(low, value, high), [])
        : beforeAfterRows(null, [result(low, value, high)]);
      return rows[0]!.judgement;
    };
    expect(judged(true, 0.1, 0.3)).toBe("worse");
    expect(judged(true, -0.1, 0.3)).toBe("unclear");
    expect(judged(false, 0.01, 0.3)).toBe("better");
    expect(judged(false, -0.3, -0.01)).toBe("worse");
    expect(judged(false, -0.3, 0)).toBe("unclear");
    // As the sentence beside it says: so few test items cannot carry a conclusion.
    expect(beforeAfterRows(null, [{ ...result(0.01, 0.1, 0.3), testItems: 29 }])[0]!.judgement).toBe("unclear");
  });
  it("leaves out a set that has no tuned model to compare", () => {
    const alone = result(0, 0, 0);
    delete alone.rows[0]!.arms.tuned;
    delete alone.rows[0]!.difference;
    expect(beforeAfterRows(null, [alone])).toEqual([]);
  });
  it("formats perplexities and scores as people read them", () => {
    expect(formatScore({ metric: "perplexity" }, 23.456)).toBe("23.5");
    expect(formatScore({ metric: "accuracy" }, 0.5)).toBe("0.500");
  });
});

describe("words for numbers", () => {
  it("show the sign, and no sign for nothing", () => {
    expect([0.0314, -0.0125, 0.0001].map((v) => formatSigned(v))).toEqual(["+0.031", "−0.013", "0"]);
    expect([1.2, 0.966, 1.0001].map((v) => formatPercentChange(v))).toEqual(["+20 %", "−3.4 %", "0 %"]);
  });
  it("say large counts in millions", () => {
    expect([1_538_000, 82_118_400, 9000].map((n) => formatMillions(n))).toEqual([
      "1.54 million",
      "82.1 million",
      "9,000",
    ]);
  });
});
