/** Forward and training graphs of the supported architectures. How to add one: ../README.md. */
export { positionIds, positionsInDocuments } from "./positions.ts";
export type { BlockShape } from "./frame.ts";
export type { DropoutRates } from "./dropout.ts";
export type { NetworkOptions, PaddingOption } from "./inputs.ts";
export type { ForwardGraph, StepGraph, TrainingOptions } from "./finish.ts";
export { buildMlmForward, buildMlmLogits, buildMlmTraining } from "./mlm.ts";
export { buildContrastiveForward, buildContrastiveTraining, type ContrastiveOptions } from "./contrastive.ts";
export { buildPairLogits, buildPairTraining } from "./pairs.ts";
export { buildEncoder } from "./encoder-graph.ts";
export { buildHead, buildHeadForward, buildHeadTraining } from "./classification.ts";
export { recomputeLayers } from "./recompute.ts";
