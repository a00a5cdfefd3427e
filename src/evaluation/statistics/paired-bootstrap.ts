/**
 * Paired percentile bootstrap over test items (Efron & Tibshirani 1993, chapter 13; for NLP: Koehn 2004).
 * One draw of items is scored by every arm and every seed, so what makes an item hard cancels in the difference.
 * Scores are averaged over seeds inside each draw (seed s of base belongs to seed s of tuned).
 * Covers: which items happened to be in the test set. Does not cover: another training set, another seed of the
 * pre-training or the adaptation, another test domain. Seeds enter only through their mean.
 */
import { UnmaskError } from "../../base/index.ts";
import type { Arm, Interval, MetricRow } from "../../contract/index.ts";
import type { ItemScores } from "./item-scores.ts";
import { drawCounts, percentiles, RESAMPLES } from "./resample.ts";

export interface BootstrapOptions {
  seed: number;
  resamples?: number;
}
export interface BootstrapRow extends MetricRow {
  /** Standard deviation of the difference over the draws. */
  differenceDeviation?: number;
}

/** One row a metric; each arm is given as its scores by seed. */
export function pairedBootstrap(
  arms: Partial<Record<Arm, ItemScores[]>>,
  { seed, resamples = RESAMPLES }: BootstrapOptions,
): BootstrapRow[] {
  const names = (Object.keys(arms) as Arm[]).filter((arm) => arms[arm]!.length > 0);
  const one = names[0] === undefined ? undefined : arms[names[0]]![0]!;
  if (one === undefined || one.items === 0) {
    throw new UnmaskError(
      "evaluation/no-test",
      "An interval needs at least one arm and one test item; there is none.",
      "Give the set a test split.",
    );
  }
  const width = one.metrics.length;
  const counts = new Int32Array(one.items).fill(1);
  const whole = new Map(names.map((arm) => [arm, meanOverSeeds(arms[arm]!, counts, width)]));
  const draws = new Map(names.map((arm) => [arm, one.metrics.map(() => new Float64Array(resamples))]));
  for (let draw = 0; draw < resamples; draw++) {
    drawCounts(seed, draw, counts);
    for (const arm of names) {
      const scores = meanOverSeeds(arms[arm]!, counts, width);
      for (let m = 0; m < width; m++) draws.get(arm)![m]![draw] = scores[m]!;
    }
  }
  return one.metrics.map((metric, m) => {
    const row: BootstrapRow = { metric, arms: {} };
    for (const arm of names) row.arms[arm] = interval(whole.get(arm)![m]!, draws.get(arm)![m]!).interval;
    const [base, tuned] = [draws.get("base")?.[m], draws.get("tuned")?.[m]];
    if (base !== undefined && tuned !== undefined) {
      const value = whole.get("tuned")![m]! - whole.get("base")![m]!;
      const difference = interval(
        value,
        tuned.map((score, draw) => score - base[draw]!),
      );
      row.difference = difference.interval;
      row.differenceDeviation = difference.deviation;
    }
    return row;
  });
}

function meanOverSeeds(seeds: ItemScores[], counts: Int32Array, width: number): Float64Array {
  const mean = new Float64Array(width);
  const out = new Float64Array(width);
  for (const scores of seeds) {
    scores.score(counts, out);
    for (let m = 0; m < width; m++) mean[m]! += out[m]! / seeds.length;
  }
  return mean;
}

function interval(value: number, draws: Float64Array): { interval: Interval; deviation: number } {
  const { low, high, deviation } = percentiles(draws);
  return { interval: { value, low, high }, deviation };
}
