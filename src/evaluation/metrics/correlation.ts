/**
 * Pearson and Spearman correlation; ties get the average of their ranks, as scipy.stats does.
 * Where scipy answers NaN (constant scores, fewer than two items) the value is 0 and a note says why.
 */
import { UnmaskError } from "../../base/index.ts";
import type { Score } from "./score.ts";

type Numbers = ArrayLike<number>;

export function pearson(x: Numbers, y: Numbers): Score {
  check(x, y);
  const n = x.length;
  if (n < 2) return { value: 0, note: "A correlation needs at least two items; it counts as 0." };
  let [meanX, meanY] = [0, 0];
  for (let i = 0; i < n; i++) {
    meanX += x[i]! / n;
    meanY += y[i]! / n;
  }
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  if (isConstant(x) || isConstant(y) || xx === 0 || yy === 0) {
    return { value: 0, note: "One side has the same score for every item, so the correlation counts as 0." };
  }
  return { value: clamp(xy / Math.sqrt(xx) / Math.sqrt(yy)) };
}

export function spearman(x: Numbers, y: Numbers): Score {
  check(x, y);
  return pearson(averageRanks(x), averageRanks(y));
}

/** Ranks from 1; equal values share the mean of their places. */
export function averageRanks(values: Numbers): Float64Array {
  const ranks = new Float64Array(values.length);
  for (const group of tieGroups(values)) {
    for (const item of group.items) ranks[item] = group.first + (group.items.length + 1) / 2;
  }
  return ranks;
}

/** Items of equal value, in ascending order of value; `first` counts the items before the group. */
export function tieGroups(values: Numbers): { items: Int32Array; first: number }[] {
  const order = new Int32Array(values.length).map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const groups: { items: Int32Array; first: number }[] = [];
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    groups.push({ items: order.slice(start, end), first: start });
    start = end;
  }
  return groups;
}

function isConstant(values: Numbers): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

function clamp(r: number): number {
  return Math.max(-1, Math.min(1, r));
}

function check(x: Numbers, y: Numbers): void {
  if (x.length !== y.length) {
    throw new UnmaskError(
      "evaluation/length-mismatch",
      `Both sides of a correlation need the same items; they have ${x.length} and ${y.length}.`,
      "This is a fault of ours.",
      { first: x.length, second: y.length },
    );
  }
  for (const side of [x, y]) {
    for (let i = 0; i < side.length; i++) {
      if (Number.isFinite(side[i])) continue;
      throw new UnmaskError(
        "evaluation/not-a-number",
        `Scores must be finite numbers; item ${i + 1} has none.`,
        "A training run that diverged gives such scores: use an earlier checkpoint.",
        { item: i },
      );
    }
  }
}
