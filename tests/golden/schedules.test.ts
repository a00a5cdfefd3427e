/** Every schedule against transformers, PyTorch or its paper's formula (tests/oracles/schedules.py). */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { learningRateAt, readRecipe, schedules, type ScheduleName } from "../../src/contract/index.ts";

interface Golden {
  schedules: {
    schedule: ScheduleName;
    settings: Record<string, number>;
    warmup: number;
    total: number;
    /** The oracle's warm-up is the plain one, which begins at 0 where ours begins at 1/warm-up. */
    plainWarmup: boolean;
    rates: number[];
  }[];
}
const golden = JSON.parse(readFileSync(new URL("./schedules.json", import.meta.url), "utf8")) as Golden;
/** Both compute in double; the formulas differ in order only. */
const tolerance = 1e-12;

test("there is an oracle for every schedule", () => {
  expect([...new Set(golden.schedules.map(({ schedule }) => schedule))].sort()).toEqual(Object.keys(schedules).sort());
});

describe.each(golden.schedules)("$schedule, $warmup of $total steps warm-up", (row) => {
  const { schedule, settings, warmup, total, plainWarmup, rates } = row;
  const recipe = readRecipe({ schedule, learningRate: 0.1, warmupShare: warmup / total, ...settings });
  test("equals its oracle at every update", () => {
    for (let step = 1; step <= total; step++) {
      // A plain warm-up: theirs climbs 0, 1/w, ...; ours 1/w, ..., 1 and then meets theirs.
      const warming = plainWarmup && step <= warmup;
      const expected = warming ? (step === warmup ? 1 : rates[step]!) : rates[step - 1]!;
      expect(Math.abs(10 * learningRateAt(recipe, step, total) - expected)).toBeLessThan(tolerance);
    }
  });
});
