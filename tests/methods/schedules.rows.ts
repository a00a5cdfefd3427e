/** Every schedule against transformers, PyTorch or its paper's formula (tests/oracles/schedules.py). */
import { learningRateAt, readRecipe, schedules, type Recipe, type ScheduleName } from "../../src/contract/index.ts";
import { readGolden } from "../support/fixture.ts";
import type { MethodRow } from "./row.ts";

export interface GoldenSchedule {
  schedule: ScheduleName;
  settings: Record<string, number>;
  warmup: number;
  total: number;
  /** The oracle's warm-up is the plain one, which begins at 0 where ours begins at 1/warm-up. */
  plainWarmup: boolean;
  rates: number[];
}
const golden = readGolden("golden/schedules.json") as {
  versions: { torch: string; transformers: string };
  schedules: GoldenSchedule[];
};
export const goldenSchedules = golden.schedules;

/** Largest difference of the rate at a peak of 1, over all updates. */
export function scheduleError(row: GoldenSchedule, instead: Partial<Recipe> = {}): number {
  const { schedule, settings, warmup, total, plainWarmup, rates } = row;
  const recipe = readRecipe({ schedule, learningRate: 0.1, warmupShare: warmup / total, ...settings, ...instead });
  let worst = 0;
  for (let step = 1; step <= total; step++) {
    // A plain warm-up: theirs climbs 0, 1/w, ...; ours 1/w, ..., 1 and then meets theirs.
    const warming = plainWarmup && step <= warmup;
    const expected = warming ? (step === warmup ? 1 : rates[step]!) : rates[step - 1]!;
    worst = Math.max(worst, Math.abs(10 * learningRateAt(recipe, step, total) - expected));
  }
  return worst;
}

const worst = (errors: number[]): number => Math.max(...errors);
const of = (name: ScheduleName): GoldenSchedule[] => goldenSchedules.filter(({ schedule }) => schedule === name);
/** What the schedule is told apart from: the default, or no schedule at all. */
const other = (name: ScheduleName): ScheduleName => (name === "constant" ? "linear" : "constant");
const { torch, transformers } = golden.versions;

export const scheduleRows: MethodRow[] = (Object.keys(schedules) as ScheduleName[]).map((name) => ({
  method: `Schedule: ${name}`,
  oracle: `transformers ${transformers}, PyTorch ${torch} or the paper's formula, every update`,
  tolerance: 1e-12, // both compute in double; the formulas differ in order only
  deviation: () => worst(of(name).map((row) => scheduleError(row))),
  withoutIt: () => Math.min(...of(name).map((row) => scheduleError(row, { schedule: other(name) }))),
}));
