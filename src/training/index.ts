/**
 * The training room: schedule, step, loop, held-out loss, what a checkpoint holds. Never touches storage,
 * workers or screens.
 */
export { RunControl } from "./control.ts";
export { storeTensors, readTensors, storeMoments, readMoments } from "./checkpoint-contents.ts";
export { encoderFeeds, mlmFeeds } from "./feeds.ts";
export { HeldOutScorer, type TokenLosses } from "./held-out.ts";
export { LayerPlan, layerGroup } from "./layer-plan.ts";
export { MlmTrainer, trainedParameters, type TrainerPlan } from "./mlm-trainer.ts";
export { History, type HistoryData } from "./history.ts";
export { MlmRun, type RunPlan, type RunSignal, type Snapshot } from "./loop.ts";
export { defaultSweep, findRate, RateCurve, suggestRate, sweepRate, type Sweep } from "./rate-finder.ts";
export { collateSettings, runShape, type BatchPlan } from "./step-batches.ts";
