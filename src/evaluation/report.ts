/**
 * What scoring a set gives, whatever the way: intervals by a paired bootstrap over the test items, notes for the
 * reader, and one sentence on what it all says.
 */
import { fewTestItems, type EvaluationResult, type LabelledSet, type MetricRow } from "../contract/index.ts";
import type { ItemScores } from "./statistics/item-scores.ts";
import { pairedBootstrap } from "./statistics/paired-bootstrap.ts";
import { points, verdictSentence } from "./statistics/verdict.ts";
import type { TaskOutcome } from "./tasks/context.ts";

export interface ReportOptions {
  seed: number;
  resamples?: number;
  method: "probe" | "fine-tune";
  /** Reading of the clock when the scoring began. */
  began: number;
}

export function reportOn(set: LabelledSet, outcome: TaskOutcome, options: ReportOptions): EvaluationResult {
  const { seed, resamples, method, began } = options;
  const rows = pairedBootstrap(outcome.scores, { seed, ...(resamples === undefined ? {} : { resamples }) });
  const first = rows[0]!;
  const verdict = verdictSentence({
    metric: first.metric,
    base: first.arms.base!,
    items: outcome.testItems,
    itemName: outcome.itemName,
    ...(first.difference === undefined ? {} : { difference: first.difference }),
    ...(first.differenceDeviation === undefined ? {} : { deviation: first.differenceDeviation }),
    ...(outcome.disagreement === undefined ? {} : { disagreement: outcome.disagreement }),
  });
  return {
    setId: set.id,
    setName: set.name,
    task: set.task,
    method,
    trainItems: outcome.trainItems,
    testItems: outcome.testItems,
    seeds: outcome.scores.base!.length,
    rows: rows.map((row, m) => plainRow(row, outcome, m, method)),
    warnings: [...outcome.warnings, ...notesOn(outcome, rows, method)],
    verdict,
    durationMs: performance.now() - began,
  };
}

function plainRow(
  { metric, arms, difference }: MetricRow,
  { scores }: TaskOutcome,
  m: number,
  method: ReportOptions["method"],
): MetricRow {
  const row: MetricRow = difference === undefined ? { metric, arms } : { metric, arms, difference };
  if (method === "probe") return row;
  const of = (arm: ItemScores[] | undefined) => arm?.map((one) => wholeScore(one)[m]!);
  const [base, tuned] = [of(scores.base), of(scores.tuned)];
  return { ...row, bySeed: { ...(base ? { base } : {}), ...(tuned ? { tuned } : {}) } };
}

/** What a reader should know before believing the table. */
function notesOn(outcome: TaskOutcome, rows: MetricRow[], method: ReportOptions["method"]): string[] {
  const notes: string[] = [];
  const { metric, arms } = rows[0]!;
  if (outcome.testItems < fewTestItems) {
    notes.push(`Only ${outcome.testItems} ${outcome.itemName}: the intervals are too narrow to be trusted.`);
  }
  const best = Math.max(arms.base!.value, arms.tuned?.value ?? -Infinity);
  if (arms.tfidf !== undefined && arms.tfidf.value > best) {
    notes.push(`Counting words beats the model features here (${metric}), so this set says little about the models.`);
  }
  const { base, tuned } = outcome.scores;
  if (base !== undefined && tuned !== undefined && base.length > 1) {
    const differences = base.map((scores, s) => wholeScore(tuned[s]!)[0]! - wholeScore(scores)[0]!);
    const what =
      method === "probe"
        ? "probe seeds (each on its own 90 % of the training items)"
        : "seeds (each its own head and order of items, the same for both models)";
    notes.push(
      `Over ${base.length} ${what} the difference in ${metric} ran from ${points(Math.min(...differences))} to ${points(Math.max(...differences))} points.`,
    );
  }
  return notes;
}

/** Every metric on all items. */
function wholeScore(scores: ItemScores): Float64Array {
  const out = new Float64Array(scores.metrics.length);
  scores.score(new Int32Array(scores.items).fill(1), out);
  return out;
}

/** Every metric on all test items, by name. */
export const metricsOf = (scores: ItemScores): { metric: string; value: number }[] =>
  scores.metrics.map((metric, m) => ({ metric, value: wholeScore(scores)[m]! }));
