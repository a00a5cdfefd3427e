/** Drawing samples with replacement and reading percentiles off them. Knows no metric. */
import { random } from "../../base/index.ts";

export const RESAMPLES = 2000;
export const LEVEL = 0.95;
/** Keeps these draws apart from other uses of the same seed. */
const STREAM = 0xb007;

/** How often each of n items occurs in draw number `draw`: n draws with replacement. */
export function drawCounts(seed: number, draw: number, out: Int32Array): void {
  const source = random(seed, STREAM, draw);
  out.fill(0);
  for (let k = 0; k < out.length; k++) out[source.below(out.length)]!++;
}

/** Quantile by linear interpolation between order statistics (numpy's default). `sorted` ascends. */
export function quantile(sorted: Float64Array, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

/** The middle `level` of the values, and their standard deviation. */
export function percentiles(values: Float64Array, level = LEVEL): { low: number; high: number; deviation: number } {
  const sorted = values.slice().sort();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    low: quantile(sorted, (1 - level) / 2),
    high: quantile(sorted, (1 + level) / 2),
    deviation: Math.sqrt(square / Math.max(1, values.length - 1)),
  };
}
