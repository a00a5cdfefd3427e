/** A training run: what starts it, what it reports. */
import type { ExtraTexts } from "./extra-texts.ts";
import type { DeviceReport, DeviceSetting } from "./device.ts";
import type { ModelRef } from "./model.ts";
import type { StageDone, StageName, StagePlan } from "./pipeline.ts";
import type { Recipe } from "./recipe/index.ts";

export interface TrainRequest extends ExtraTexts {
  project: string;
  model: ModelRef;
  tokenizedId: string;
  recipe: Recipe;
  device: DeviceSetting;
  /** Stages one after the other; `tokenizedId` and `recipe` above are then the first one's. */
  pipeline?: StagePlan[];
  /** Resume from this training checkpoint: its recipe and position win over `recipe`. */
  resumeFrom?: string;
}
export type RunEvent =
  | {
      type: "started";
      step: number;
      totalSteps: number;
      device: DeviceReport;
      prepareMs: number;
      /** Spent before the run was asked for, on graphs that it took. */
      aheadMs?: number;
      blocks: number;
      heldOutBlocks: number;
      notices: string[];
    }
  | StepEvent
  | {
      type: "evaluation";
      step: number;
      loss: number;
      tokens: number;
      measures?: readonly Measure[];
      durationMs: number;
    }
  | { type: "checkpoint"; step: number; id: string; kind: "last" | "best"; sizeBytes: number }
  | { type: "notice"; code: string; message: string }
  | { type: "paused"; step: number }
  | { type: "resumed"; step: number }
  /** A pipeline begins with a stage, or has ended with the last one (`stage` is then their number). */
  | { type: "stage"; stage: number; stages: StageName[]; done: StageDone[] }
  | {
      type: "finished";
      step: number;
      reason: "completed" | "stopped";
      lastCheckpoint: string;
      bestCheckpoint: string;
    };
/** A further number of an evaluation: an accuracy, a second loss. */
export interface Measure {
  /** In the field's words: "sentence accuracy". */
  name: string;
  value: number;
  /** Items it was measured on. */
  count: number;
  /** A share of 1, shown as a percentage. */
  share?: boolean;
}
/** Name of the measure that replay adds: how surprised the model is at held-out general text, in nats. */
export const generalLossName = "loss on the general text";
export const generalLoss = (measures: readonly Measure[] | undefined): number | undefined =>
  measures?.find(({ name }) => name === generalLossName)?.value;

export interface StepEvent {
  type: "step";
  /** 1-based: the number of updates done. */
  step: number;
  epoch: number;
  /** Mean nats a masked token. */
  loss: number;
  /** Not a number where the update was skipped. */
  gradientNorm: number;
  /** Of an update in half precision: how many of the run's so far overflowed and were skipped. */
  skipped?: number;
  learningRate: number;
  /** Token positions processed in this step. */
  tokens: number;
  durationMs: number;
}
