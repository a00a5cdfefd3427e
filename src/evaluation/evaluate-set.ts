/**
 * One labelled set, base against tuned: features once a model, probes, baselines beside them, a paired bootstrap
 * over the test items, and one sentence on what it all says. Knows models only as `Encode` functions.
 */
import type { EncodedSet, EvaluationResult, MetricRow, Progress, TaskKind } from "../contract/index.ts";
import { makePace, throwIfAborted } from "./pace.ts";
import type { Encode } from "./probes/features.ts";
import type { ItemScores } from "./statistics/item-scores.ts";
import { pairedBootstrap } from "./statistics/paired-bootstrap.ts";
import { FEW_ITEMS, points, verdictSentence } from "./statistics/verdict.ts";
import { scoreClassification } from "./tasks/classification.ts";
import type { TaskContext, TaskOutcome } from "./tasks/context.ts";
import { scoreNer } from "./tasks/ner.ts";
import { scoreSimilarity } from "./tasks/similarity.ts";

export interface EvaluateOptions {
  /** Probes an arm, each on its own 90 % of the training items; 1 takes all of them. */
  seeds: number;
  seed: number;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
  /** Longer training splits are thinned at random, and the result says so. */
  maxTrainItems?: number;
  resamples?: number;
}

const MAX_TRAIN_ITEMS: Record<TaskKind, number> = { ner: 2000, classification: 10_000, similarity: Infinity };

/** @throws evaluation/no-test, evaluation/no-train, evaluation/not-a-number (a diverged model), base/aborted */
export async function evaluateSet(
  encoded: EncodedSet,
  arms: { base: Encode; tuned?: Encode },
  options: EvaluateOptions,
): Promise<EvaluationResult> {
  const started = performance.now();
  const { set, texts } = encoded;
  const { seed, signal, onProgress } = options;
  const context: TaskContext = {
    arms,
    seed,
    seeds: Math.max(1, options.seeds),
    maxTrainItems: options.maxTrainItems ?? MAX_TRAIN_ITEMS[set.task],
    signal,
    pace: makePace(signal),
    progress: (phase, done, total) => {
      throwIfAborted(signal);
      onProgress?.({ phase, done, total, unit: "items" });
    },
  };
  const outcome = await scoreTask(encoded, texts, context);
  context.progress("Resampling the test items", 0, 1);
  const { resamples } = options;
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
  context.progress("Resampling the test items", 1, 1);
  return {
    setId: set.id,
    setName: set.name,
    task: set.task,
    trainItems: outcome.trainItems,
    testItems: outcome.testItems,
    seeds: outcome.scores.base!.length,
    rows: rows.map(plainRow),
    warnings: [...outcome.warnings, ...notesOn(outcome, rows)],
    verdict,
    durationMs: performance.now() - started,
  };
}

async function scoreTask({ set }: EncodedSet, texts: EncodedSet["texts"], context: TaskContext): Promise<TaskOutcome> {
  if (set.task === "ner") return scoreNer(set.items, texts, context);
  if (set.task === "classification") return scoreClassification(set.items, texts, context);
  return scoreSimilarity(set.items, texts, context);
}

function plainRow({ metric, arms, difference }: MetricRow): MetricRow {
  return difference === undefined ? { metric, arms } : { metric, arms, difference };
}

/** What a reader should know before believing the table. */
function notesOn(outcome: TaskOutcome, rows: MetricRow[]): string[] {
  const notes: string[] = [];
  const { metric, arms } = rows[0]!;
  if (outcome.testItems < FEW_ITEMS) {
    notes.push(`Only ${outcome.testItems} ${outcome.itemName}: the intervals are too narrow to be trusted.`);
  }
  const best = Math.max(arms.base!.value, arms.tuned?.value ?? -Infinity);
  if (arms.tfidf !== undefined && arms.tfidf.value > best) {
    notes.push(`Counting words beats the model features here (${metric}), so this set says little about the models.`);
  }
  const { base, tuned } = outcome.scores;
  if (base !== undefined && tuned !== undefined && base.length > 1) {
    const differences = base.map((scores, s) => firstMetric(tuned[s]!) - firstMetric(scores));
    notes.push(
      `Over ${base.length} probe seeds (each on its own 90 % of the training items) the difference in ${metric} ran from ${points(Math.min(...differences))} to ${points(Math.max(...differences))} points.`,
    );
  }
  return notes;
}

function firstMetric(scores: ItemScores): number {
  const out = new Float64Array(scores.metrics.length);
  scores.score(new Int32Array(scores.items).fill(1), out);
  return out[0]!;
}
