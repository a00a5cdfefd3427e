/**
 * A labelled set made ready for fine-tuning, and a fine-tuned model's scores on its test items: what Evaluate and the
 * stages of a pipeline share.
 */
import type { FineTuneSettings, LabelledSet, ModelConfig, SpecialTokens } from "../../contract/index.ts";
import { targetsOf, taskLabels, type TaskLabels, type TaskRow } from "../../data/index.ts";
import { parametersOf } from "../../models/index.ts";
import type { Device, WeightSource } from "../../runtime/index.ts";
import { TaskPredictor, type TaskData } from "../../training/index.ts";
import type { ItemScores } from "../statistics/item-scores.ts";
import { scoresOf } from "./answers.ts";
import { fineTuneSplit, type FineTuneSplit } from "./split.ts";

export interface TaskSet {
  set: LabelledSet;
  labels: TaskLabels;
  split: FineTuneSplit;
  train: TaskData;
  dev: TaskData;
  test: readonly TaskRow[];
}

/** The same share of the set for all seeds: seeds differ by head and order alone. */
export const SPLIT_SEED = 1;

/** @throws evaluation/no-test, evaluation/no-train */
export function taskSet(
  set: LabelledSet,
  rows: readonly TaskRow[],
  settings: Pick<FineTuneSettings, "devShare" | "maxTrainItems">,
): TaskSet {
  const split = fineTuneSplit(set, { ...settings, seed: SPLIT_SEED });
  const labels = taskLabels(set, split.train);
  const part = (items: readonly number[]): TaskRow[] => {
    const wanted = new Set(items);
    return rows.filter(({ item }) => wanted.has(item));
  };
  const data = (items: readonly number[]): TaskData => {
    const own = part(items);
    return { rows: own, targets: targetsOf(set, own, labels.labels) };
  };
  return { set, labels, split, train: data(split.train), dev: data(split.dev), test: part(split.test) };
}

export interface AnswerPlan {
  device: Device;
  model: { config: ModelConfig; special: SpecialTokens };
  weights: WeightSource;
  /** Hears how many rows are done. */
  onRows: (done: number) => Promise<void>;
}

/** What a model with a head says to the test items: logits, an array a row. */
export async function answerTask({ labels, test }: TaskSet, plan: AnswerPlan): Promise<Float32Array[]> {
  const { device, model, weights, onRows } = plan;
  const predictor = new TaskPredictor(device, model, labels.head);
  const uploaded = await device.upload(parametersOf(model.config, labels.head), weights);
  try {
    return await predictor.predict(uploaded, test, onRows);
  } finally {
    uploaded.dispose();
    await predictor.dispose();
  }
}

export const scoreAnswers = (
  { set, labels, split, test }: TaskSet,
  logits: readonly Float32Array[],
  longestAnswer: number,
): ItemScores => scoresOf({ set, rows: test, items: split.test, labels: labels.labels, longestAnswer }, logits);

/** A model with a head on the test items. */
export async function scoreTask(task: TaskSet, plan: AnswerPlan & { longestAnswer: number }): Promise<ItemScores> {
  return scoreAnswers(task, await answerTask(task, plan), plan.longestAnswer);
}
