/**
 * The mean of paired differences with a percentile interval, resampling whole clusters: tokens of one block (or
 * document) share their context, so they are drawn together. The mean is a ratio (sum of differences over number of
 * tokens), so clusters of unlike size count by their size.
 */
import { UnmaskError } from "../../base/index.ts";
import type { Interval } from "../../contract/index.ts";
import { drawCounts, percentiles, RESAMPLES } from "./resample.ts";

export interface PairedMean extends Interval {
  /** Resampled units: clusters, or single values without clusters. */
  units: number;
  deviation: number;
  note?: string;
}
export interface PairedMeanOptions {
  seed?: number;
  resamples?: number;
}

/** Below this many units a percentile interval is too narrow to be taken at its word. */
export const FEW_UNITS = 20;

export function pairedMeanInterval(
  differences: ArrayLike<number>,
  clusters?: ArrayLike<number>,
  { seed = 1, resamples = RESAMPLES }: PairedMeanOptions = {},
): PairedMean {
  if (differences.length === 0 || (clusters !== undefined && clusters.length !== differences.length)) {
    throw new UnmaskError(
      "evaluation/length-mismatch",
      `A mean needs at least one difference and one cluster number each; there are ${differences.length} and ${clusters?.length ?? 0}.`,
      "Hold out some text for the comparison.",
      { differences: differences.length, clusters: clusters?.length ?? 0 },
    );
  }
  let { sums, sizes } = sumClusters(differences, clusters);
  let note: string | undefined;
  if (sums.length < 2 && clusters !== undefined) {
    ({ sums, sizes } = sumClusters(differences));
    note = "There is one block only, so single tokens were resampled and the interval is too narrow.";
  } else if (sums.length < FEW_UNITS) {
    note = `There are only ${sums.length} blocks to resample, so the interval is likely too narrow.`;
  }
  const value = ratio(sums, sizes);
  const counts = new Int32Array(sums.length);
  const draws = new Float64Array(resamples);
  for (let draw = 0; draw < resamples; draw++) {
    drawCounts(seed, draw, counts);
    draws[draw] = ratio(sums, sizes, counts);
  }
  const result: PairedMean = { value, ...percentiles(draws), units: sums.length };
  return note === undefined ? result : { ...result, note };
}

function sumClusters(
  values: ArrayLike<number>,
  clusters?: ArrayLike<number>,
): { sums: Float64Array; sizes: Float64Array } {
  const place = new Map<number, number>();
  const [sums, sizes]: [number[], number[]] = [[], []];
  for (let i = 0; i < values.length; i++) {
    const cluster = clusters === undefined ? i : clusters[i]!;
    let at = place.get(cluster);
    if (at === undefined) {
      at = sums.push(0) - 1;
      sizes.push(0);
      place.set(cluster, at);
    }
    sums[at]! += values[i]!;
    sizes[at]!++;
  }
  return { sums: Float64Array.from(sums), sizes: Float64Array.from(sizes) };
}

function ratio(sums: Float64Array, sizes: Float64Array, counts?: Int32Array): number {
  let [top, bottom] = [0, 0];
  for (let i = 0; i < sums.length; i++) {
    const times = counts === undefined ? 1 : counts[i]!;
    top += times * sums[i]!;
    bottom += times * sizes[i]!;
  }
  return top / bottom;
}
