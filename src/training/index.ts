/**
 * The training room: schedule, step, loop, held-out loss, what a checkpoint holds. Never touches storage,
 * workers or screens.
 */
export { aheadPieces, type AheadPlan } from "./run-ahead.ts";
export { costUpdates, measureStep } from "./step-cost.ts";
export { RunControl } from "./control.ts";
export {
  momentSources,
  openMoments,
  openTensors,
  readMoments,
  readTensors,
  storeMoments,
  storeTensors,
  weightSources,
  type RunTensors,
} from "./checkpoint-contents.ts";
export { encoderFeeds, gapFeeds, mlmFeeds } from "./feeds.ts";
export { measureNetwork } from "./pace.ts";
export { History, type HistoryData } from "./history.ts";
export { TrainingRun, type RunPlan, type RunSignal, type Snapshot } from "./loop.ts";
export { defaultSweep, findRate, RateCurve, suggestRate, sweepRate, type Sweep } from "./rate-finder.ts";
export type { Network, Objective, Score, Scorer, StepBatches } from "./objective.ts";
export { headOf, openObjective, type ObjectivePlan } from "./objectives/index.ts";
export { mlmNetwork, runShape, type TextPlan } from "./objectives/mlm.ts";
export { rowLength, taskObjective, type TaskData, type TaskPlan } from "./objectives/task.ts";
export { TaskPredictor } from "./task-predictor.ts";
export { HeldOutScorer, type TokenLosses } from "./objectives/mlm-scorer.ts";
export { adviseMemory, doesNotFit, planRecipe } from "./memory-advice.ts";
export { planRun, type PlannedRun } from "./memory-plan.ts";
export { scoringOptions, trainingOptions } from "./graph-options.ts";
export { LossScaler } from "./loss-scaler.ts";
export { onDevice, precisionNotice } from "./precision.ts";
export { ParameterPlan } from "./parameter-plan.ts";
export { RecipeTrainer, stepGraph, type TrainerPlan } from "./recipe-trainer.ts";
