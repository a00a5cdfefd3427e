/** What a checkpoint holds; storage keeps it, training fills it. */
import type { ExtraTexts } from "./extra-texts.ts";
import type { TaskInfo } from "./fine-tune.ts";
import type { LoraSettings } from "./lora.ts";
import type { ModelConfig, SpecialTokens } from "./model.ts";
import type { PipelinePosition } from "./pipeline.ts";
import type { Recipe } from "./recipe/index.ts";

export type TensorType = "F32" | "F16";
/** Hugging Face name, shape and the bytes (little-endian). */
export interface StoredTensor {
  name: string;
  type: TensorType;
  shape: number[];
  data: Uint8Array;
}
/** A weight whose bytes are fetched each time they are asked for, and kept by nobody. */
export interface StoredWeight {
  type: TensorType;
  shape: number[];
  read(): Promise<Uint8Array>;
}
/** The same under its Hugging Face name: how a checkpoint's tensors go to the storage and come from it. */
export interface TensorSource extends StoredWeight {
  name: string;
}
/** Files that travel with a model unchanged: tokenizer.json, tokenizer_config.json, ... */
export type ModelFiles = Record<string, string>;

/** The loss scale of half-precision training, and what became of it. */
export interface LossScaleState {
  scale: number;
  /** Updates in a row that did not overflow, towards the next growth. */
  goodSteps: number;
  /** The steps whose update was skipped. */
  skipped: number[];
}
/** Where a run stood. With the recipe, this fixes every later batch and mask. */
export interface TrainingPosition extends ExtraTexts {
  step: number;
  totalSteps: number;
  recipe: Recipe;
  tokenizedId: string;
  baseModel: string;
  /** JSON of the ModelRef the run began from: "base" in every comparison. */
  baseRef: string;
  /** Bit-exact resume holds for the same build and thread count. */
  device: string;
  threads: number;
  runtime: string;
  bestLoss: number;
  /** Evaluations since the best one; absent in checkpoints from before runs could end early. */
  sinceBest?: number;
  bestCheckpoint: string;
  tokensSeen: number;
  /** Of a run in half precision. */
  lossScale?: LossScaleState;
  /** Of a pipeline: its stages, and which one this is. */
  pipeline?: PipelinePosition;
  /** (step, loss) of the run so far, for the charts: decimated to at most 2,000 points. */
  history: {
    steps: number[];
    losses: number[];
    evaluationSteps: number[];
    evaluationLosses: number[];
    /** Of a run that replays general text: the held-out loss on it, NaN where it was not measured. */
    generalLosses?: number[];
  };
}
export interface CheckpointMeta {
  name: string;
  project: string;
  kind: "model" | "last" | "best";
  config: ModelConfig;
  special: SpecialTokens;
  files: ModelFiles;
  /** Source and licence line for the model card. */
  origin: string;
  heldOutLoss?: number;
  /** Adapters stand beside the base's weights among the tensors; whoever opens the model merges them. */
  lora?: LoraSettings & { base: string };
  /** Updates done, where there is no `position` to say so. */
  step?: number;
  position?: TrainingPosition;
  /** Of a model that was fine-tuned: what its head answers. */
  task?: TaskInfo;
}
/** A checkpoint in full: weights, and for a resumable one Adam's first and second moments by the same names. */
export interface Checkpoint {
  meta: CheckpointMeta;
  weights: StoredTensor[];
  firstMoment: StoredTensor[];
  secondMoment: StoredTensor[];
}
/** A line of the list. */
export interface CheckpointSummary {
  id: string;
  createdAt: number;
  sizeBytes: number;
  tensors: number;
  name: string;
  project: string;
  kind: CheckpointMeta["kind"];
  step: number;
  heldOutLoss?: number;
  resumable: boolean;
  /** Has LoRA adapters, which can be exported alone. */
  adapters?: boolean;
  /** Why it cannot be opened (damaged, or of a newer or too old format); then only id and name are sure. */
  problem?: { code: string; message: string; hint: string };
}
export interface StorageReport {
  usedBytes: number;
  quotaBytes: number;
  persisted: boolean;
}
/** A checkpoint of which only the description is in memory. */
export interface CheckpointSource {
  meta: CheckpointMeta;
  weights: TensorSource[];
  firstMoment: TensorSource[];
  secondMoment: TensorSource[];
}
