/**
 * Evaluation sets scored before and after adaptation: metrics, intervals, probes on frozen features, fine-tuning of all
 * weights, baselines. The probes know models only through `Encode`; nothing here knows storage or a screen.
 */
export { evaluateSet, type EvaluateOptions } from "./evaluate-set.ts";
export { bestSpans, type Span } from "./fine-tuning/best-span.ts";
export { fineTuneModel, withFreshHead, type FineTuned, type FineTunePlan } from "./fine-tuning/fine-tune-model.ts";
export {
  fineTuneSet,
  type FineTuneSetPlan,
  type Trained,
  type TrainingMemory,
  type TrainingName,
} from "./fine-tuning/fine-tune-set.ts";
export { scoreTask, taskSet, type TaskSet } from "./fine-tuning/task-data.ts";
export { fineTuneSplit, type FineTuneSplit } from "./fine-tuning/split.ts";
export { answerScore, normalAnswer } from "./metrics/answers.ts";
export { accuracy, classTable, confusion, macroF1, matthews, type ClassScore } from "./metrics/classification.ts";
export { averageRanks, pearson, spearman } from "./metrics/correlation.ts";
export { entities, type Entity, type EntityMode } from "./metrics/entities.ts";
export { entityCounts, entityF1, type EntityScore } from "./metrics/entity-f1.ts";
export type { Score } from "./metrics/score.ts";
export { pooledFeatures, wordFeatures, type Encode } from "./probes/features.ts";
export { metricsOf } from "./report.ts";
export { heldOutComparison, type HeldOutComparison } from "./statistics/held-out.ts";
export { classItemScores, entityItemScores, spearmanItemScores, type ItemScores } from "./statistics/item-scores.ts";
export { pairedBootstrap } from "./statistics/paired-bootstrap.ts";
export { pairedMeanInterval } from "./statistics/paired-mean.ts";
export { principalAxes, type PrincipalAxes } from "./statistics/principal-axes.ts";
export { minimumDetectableDifference } from "./statistics/power.ts";
export { verdictSentence } from "./statistics/verdict.ts";
