/**
 * Fine-tuning on a labelled set: all weights and a fresh head learn from its training items. Its settings in one table;
 * what the table does not say (schedule, layers, dropout, ...) comes from a recipe.
 */
import type { ModelConfig, ModelRef, TaskHead } from "./model.ts";
import type { DeviceSetting } from "./device.ts";
import type { EvaluationResult, TaskKind } from "./evaluation.ts";
import type { Progress } from "./model.ts";
import type { Recipe } from "./recipe/index.ts";
import { defaultsOf, readSettings, type SettingsOf, type SettingsTable } from "./settings.ts";

export const fineTuneTable = {
  epochs: {
    kind: "number",
    label: "Epochs",
    default: 3,
    min: 1,
    max: 200,
    integer: true,
    group: "Fine-tuning",
    basic: true,
    help: "How often the model reads the training items. Three are usual for large sets; a few hundred items want 10 to 20 (Mosbach et al. 2021).",
  },
  learningRate: {
    kind: "number",
    label: "Learning rate",
    default: 5e-5,
    min: 0,
    max: 0.1,
    group: "Fine-tuning",
    basic: true,
    help: "2e-5 to 5e-5 for BERT-base; models of a few million parameters bear ten times as much.",
  },
  seeds: {
    kind: "number",
    label: "Seeds",
    default: 3,
    min: 1,
    max: 20,
    integer: true,
    group: "Fine-tuning",
    basic: true,
    help: "The whole fine-tuning is done so often, each time with another fresh head and order, for both models alike: one run alone says little (Dodge et al. 2020).",
  },
  batchSize: {
    kind: "number",
    label: "Batch size",
    default: 16,
    min: 1,
    max: 256,
    integer: true,
    unit: "items",
    group: "Fine-tuning",
    help: "Items the model sees at once.",
  },
  maxTokens: {
    kind: "number",
    label: "Tokens an item",
    default: 128,
    min: 16,
    max: 512,
    integer: true,
    unit: "tokens",
    group: "Fine-tuning",
    help: "Longer texts are cut; long contexts of questions are read in windows of this length.",
  },
  lengthBuckets: {
    kind: "choice",
    label: "Padding",
    default: "no",
    choices: [
      { value: "no", label: "compute it: every item as long as the longest" },
      { value: "cut", label: "cut each batch to its longest item" },
      { value: "group", label: "the same, items of similar length together" },
    ],
    group: "Fine-tuning",
    help: "Short items leave batches half empty. Cut batches run on one of four graphs, each made when first needed: worth it for long trainings. The losses stay the same (with dropout, other places are dropped); similar lengths together are drawn differently.",
  },
  stride: {
    kind: "number",
    label: "Overlap of windows",
    default: 48,
    min: 0,
    max: 256,
    integer: true,
    unit: "tokens",
    group: "Fine-tuning",
    help: "Tokens that two neighbouring windows of a question's context share (doc stride), so that no answer is torn apart in both.",
  },
  longestAnswer: {
    kind: "number",
    label: "Longest answer",
    default: 30,
    min: 1,
    max: 200,
    integer: true,
    unit: "tokens",
    group: "Fine-tuning",
    help: "Longer spans are not considered as answers to a question.",
  },
  warmupShare: {
    kind: "number",
    label: "Warm-up share",
    default: 0.1,
    min: 0,
    max: 1,
    group: "Fine-tuning",
    help: "The part of the run during which the learning rate climbs from zero: without it some seeds fail (Mosbach et al. 2021).",
  },
  weightDecay: {
    kind: "number",
    label: "Weight decay",
    default: 0.01,
    min: 0,
    max: 1,
    group: "Fine-tuning",
    help: "Pulls weights towards zero (AdamW). Biases and LayerNorm are left out.",
  },
  devShare: {
    kind: "number",
    label: "Validation share",
    default: 0.1,
    min: 0.02,
    max: 0.5,
    group: "Fine-tuning",
    help: "Of the training items, the share kept back to choose the best epoch, where the set has no dev part. Test items are never looked at for it.",
  },
  patience: {
    kind: "number",
    label: "Stop early after",
    default: 0,
    min: 0,
    max: 100,
    integer: true,
    unit: "epochs",
    group: "Fine-tuning",
    help: "Ends when the validation loss has not improved for so many epochs. 0 never does. The weights of the best epoch are taken in any case.",
  },
  maxTrainItems: {
    kind: "number",
    label: "Training items at most",
    default: 2000,
    min: 10,
    max: 1_000_000,
    integer: true,
    unit: "items",
    group: "Fine-tuning",
    help: "A longer training part is thinned at random, and the result says so.",
  },
} as const satisfies SettingsTable;

export type FineTuneSettings = SettingsOf<typeof fineTuneTable>;
/** @throws contract/bad-setting, contract/unknown-setting */
export const readFineTune = (given: unknown): FineTuneSettings => readSettings(fineTuneTable, given);

/** Small models bear higher rates and need more epochs. */
export function defaultFineTune(config?: Pick<ModelConfig, "hidden_size">): FineTuneSettings {
  const plain = defaultsOf(fineTuneTable);
  return config !== undefined && config.hidden_size <= 256 ? { ...plain, learningRate: 5e-4, epochs: 5 } : plain;
}

/** The recipe of one fine-tuning: `base` gives whatever the settings do not name. An evaluation an epoch. */
export function fineTuneRecipe(settings: FineTuneSettings, base: Recipe, rows: number, seed: number): Recipe {
  // A plan that was stored before there was a choice: all padding is computed.
  const { learningRate, batchSize, warmupShare, weightDecay, patience, epochs, lengthBuckets = "no" } = settings;
  const epoch = Math.max(1, Math.ceil(rows / batchSize));
  return {
    ...base,
    ...{ learningRate, batchSize, warmupShare, weightDecay, patience, lengthBuckets, seed },
    schedule: "linear",
    loraTargets: "off", // a fresh head learns with all weights
    accumulation: 1,
    maxSteps: epoch * epochs,
    evaluateEvery: epoch,
    checkpointEvery: epoch,
  };
}

/** What of `base` a fine-tuning does not take, in a plain sentence for whoever chose it. */
export const fineTuneNotice = ({ loraTargets }: Pick<Recipe, "loraTargets">): string | undefined =>
  loraTargets === "off"
    ? undefined
    : "The recipe's LoRA adapters are not used in fine-tuning: all weights learn, with a fresh head.";

/** What a fine-tuned head answers; travels with its checkpoint, and becomes id2label in config.json. */
export interface TaskInfo {
  task: TaskKind;
  head: TaskHead;
  /** Names of the classes, in order; one name for a score, none for spans. */
  labels: string[];
  setId: string;
  setName: string;
}

export interface FineTuneRequest {
  setId: string;
  base: ModelRef;
  tuned: ModelRef | null;
  settings: FineTuneSettings;
  /** Schedule-free parts: layers, regularisation and the like. */
  recipe: Recipe;
  device: DeviceSetting;
  /** Keeps the first seed's model of this arm as a checkpoint. */
  keep: "none" | "base" | "tuned";
  project: string;
}
/** One fine-tuning among several: its loss on the validation items after each epoch. */
export interface FineTuneCurve {
  arm: "base" | "tuned";
  seed: number;
  losses: number[];
  /** Counted from 1. */
  bestEpoch: number;
}
export interface FineTuneReport {
  curves: FineTuneCurve[];
  settings: FineTuneSettings;
  devItems: number;
  /** Trainings that an earlier evaluation had done and kept; absent when there were none. */
  recalled?: number;
  /** The checkpoint kept, if any. */
  saved?: string;
}
/** Of an evaluation's trainings (every model, every seed) those that are done, now or earlier. */
export interface TrainingsDone {
  done: number;
  total: number;
}
export type FineTuneProgress = Progress & { trainings?: TrainingsDone };
/** A fine-tuning that was cancelled, failed or left: what is done of it is kept, and it can go on. */
export interface UnfinishedFineTuning {
  request: FineTuneRequest;
  setName: string;
  trainings: TrainingsDone;
}
/** The compute worker's part in it. `pause`, `resume` and `stop` of the worker act on it as on a run. */
export interface FineTuneDoor {
  /** Does what is not done yet: each training is kept when it ends. @throws base/aborted when stopped */
  fineTuneSet(request: FineTuneRequest, onProgress: (progress: FineTuneProgress) => void): Promise<EvaluationResult>;
}
