/**
 * One labelled set, base against tuned: features once a model, probes, baselines beside them, a paired bootstrap
 * over the test items, and one sentence on what it all says. Knows models only as `Encode` functions.
 */
import { UnmaskError } from "../base/index.ts";
import type { EncodedSet, EvaluationResult, Progress, TaskKind } from "../contract/index.ts";
import { makePace, throwIfAborted } from "./pace.ts";
import type { Encode } from "./probes/features.ts";
import { reportOn } from "./report.ts";
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
  /** Instead of a plain turn of the event loop: may wait, and may throw to end the evaluation. */
  breathe?: () => Promise<void>;
  /** Longer training splits are thinned at random, and the result says so. */
  maxTrainItems?: number;
  resamples?: number;
}

const MAX_TRAIN_ITEMS: Record<TaskKind, number> = {
  ner: 2000,
  classification: 10_000,
  similarity: Infinity,
  qa: Infinity,
};

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
    pace: makePace(signal, options.breathe),
    progress: (phase, done, total) => {
      throwIfAborted(signal);
      onProgress?.({ phase, done, total, unit: "items" });
    },
  };
  const outcome = await scoreTask(encoded, texts, context);
  context.progress("Resampling the test items", 0, 1);
  const result = reportOn(set, outcome, { ...options, began: started, method: "probe" });
  context.progress("Resampling the test items", 1, 1);
  return result;
}

async function scoreTask({ set }: EncodedSet, texts: EncodedSet["texts"], context: TaskContext): Promise<TaskOutcome> {
  if (set.task === "ner") return scoreNer(set.items, texts, context);
  if (set.task === "classification") return scoreClassification(set.items, texts, context);
  if (set.task === "qa")
    throw new UnmaskError(
      "evaluation/no-probe",
      "Questions have no probe on frozen outputs: where an answer begins and ends is learned by fine-tuning only.",
      "Choose “Fine-tune” for this set.",
    );
  return scoreSimilarity(set.items, texts, context);
}
