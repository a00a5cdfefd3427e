/**
 * Metrics as functions of how often each test item is drawn: what a bootstrap needs. Everything that does not
 * depend on the draw is done once (spans matched, items sorted), so a draw costs one pass over the items:
 * entity counts and confusion cells add up; for Spearman the sorted order stays and only the ranks shift.
 */
import { accuracyOf, macroF1Of, matthewsOf } from "../metrics/classification.ts";
import { tieGroups } from "../metrics/correlation.ts";
import { f1Of } from "../metrics/entity-f1.ts";

export interface ItemScores {
  readonly items: number;
  readonly metrics: readonly string[];
  /** Writes each metric of the sample in which item i occurs counts[i] times. */
  score(counts: Int32Array, out: Float64Array): void;
}

/** From `entityCounts` of each mode: (sentences, 3). */
export function entityItemScores(lenient: Int32Array, strict: Int32Array): ItemScores {
  const items = lenient.length / 3;
  return {
    items,
    metrics: ["entity F1", "entity F1 (strict)"],
    score(counts, out) {
      [lenient, strict].forEach((table, k) => {
        let [correct, predicted, support] = [0, 0, 0];
        for (let i = 0, at = 0; i < items; i++, at += 3) {
          const times = counts[i]!;
          correct += times * table[at]!;
          predicted += times * table[at + 1]!;
          support += times * table[at + 2]!;
        }
        out[k] = f1Of(correct, predicted, support);
      });
    },
  };
}

/** Gold and predicted class of each item. */
export function classItemScores(gold: Int32Array, predicted: Int32Array, classes: number): ItemScores {
  const cells = gold.map((label, i) => label * classes + predicted[i]!);
  const table = new Float64Array(classes * classes);
  return {
    items: gold.length,
    metrics: ["accuracy", "macro-F1", "Matthews"],
    score(counts, out) {
      table.fill(0);
      for (let i = 0; i < cells.length; i++) table[cells[i]!]! += counts[i]!;
      out[0] = accuracyOf(table, classes);
      out[1] = macroF1Of(table, classes);
      out[2] = matthewsOf(table, classes);
    },
  };
}

/** Exact match and F1 of each question: their means. */
export function answerItemScores(exact: readonly number[], f1: readonly number[]): ItemScores {
  const tables = [exact, f1];
  return {
    items: exact.length,
    metrics: ["exact match", "answer F1"],
    score(counts, out) {
      tables.forEach((table, k) => {
        let [sum, drawn] = [0, 0];
        for (let i = 0; i < table.length; i++) {
          sum += counts[i]! * table[i]!;
          drawn += counts[i]!;
        }
        out[k] = sum / Math.max(1, drawn);
      });
    },
  };
}

/** Rank correlation of two scores of each item. */
export function spearmanItemScores(x: ArrayLike<number>, y: ArrayLike<number>): ItemScores {
  const items = x.length;
  const [rankX, rankY] = [resampledRanks(x), resampledRanks(y)];
  const [ranksX, ranksY] = [new Float64Array(items), new Float64Array(items)];
  return {
    items,
    metrics: ["Spearman"],
    score(counts, out) {
      const n = rankX(counts, ranksX);
      rankY(counts, ranksY);
      const middle = (n + 1) / 2; // the mean of any ranks with averaged ties
      let [xy, xx, yy] = [0, 0, 0];
      for (let i = 0; i < items; i++) {
        const times = counts[i]!;
        const [dx, dy] = [ranksX[i]! - middle, ranksY[i]! - middle];
        xy += times * dx * dy;
        xx += times * dx * dx;
        yy += times * dy * dy;
      }
      out[0] = xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
    },
  };
}

/** Average ranks in a sample, from the order of the whole set; gives the sample's size. */
function resampledRanks(values: ArrayLike<number>): (counts: Int32Array, out: Float64Array) => number {
  const groups = tieGroups(values);
  return (counts, out) => {
    let before = 0;
    for (const { items } of groups) {
      let size = 0;
      for (let k = 0; k < items.length; k++) size += counts[items[k]!]!;
      const rank = before + (size + 1) / 2;
      for (let k = 0; k < items.length; k++) out[items[k]!] = rank;
      before += size;
    }
    return before;
  };
}
