/**
 * One labelled set by fine-tuning, base against tuned: for every seed both models get the same fresh head, order of
 * items and schedule, learn all their weights, and answer the test items with the weights of their best epoch. The
 * same metrics, intervals and paired comparison as the probes'. Knows no storage and no tokenizer.
 */
import {
  fineTuneRecipe,
  type EvaluationResult,
  type FineTuneCurve,
  type FineTuneSettings,
  type LabelledSet,
  type ModelConfig,
  type Progress,
  type Recipe,
  type SpecialTokens,
} from "../../contract/index.ts";
import type { TaskLabels, TaskRow } from "../../data/index.ts";
import type { Arrays, Device, WeightSource } from "../../runtime/index.ts";
import type { RunControl } from "../../training/index.ts";
import { reportOn } from "../report.ts";
import type { ItemScores } from "../statistics/item-scores.ts";
import { listSome, type ModelArm, type TaskOutcome } from "../tasks/context.ts";
import { fineTuneModel } from "./fine-tune-model.ts";
import type { FineTuneSplit } from "./split.ts";
import { scoreTask, SPLIT_SEED, taskSet, type TaskSet } from "./task-data.ts";

export interface FineTuneSetPlan {
  device: Device;
  set: LabelledSet;
  rows: readonly TaskRow[];
  /** One network for both: they differ by their weights alone. */
  model: { config: ModelConfig; special: SpecialTokens };
  /** Encoder weights by parameter name, read when their turn comes. */
  arms: { base: () => Promise<WeightSource>; tuned?: () => Promise<WeightSource> };
  settings: FineTuneSettings;
  recipe: Recipe;
  control: RunControl;
  onProgress: (progress: Progress) => void;
  /** Gives the event loop a turn: a pause or stop may be waiting. */
  breathe: () => Promise<void>;
  /** Hears of every model made. */
  onModel?: (arm: ModelArm, seed: number, labels: TaskLabels, weights: Arrays) => Promise<void>;
}

/** @throws evaluation/no-test, evaluation/no-train, evaluation/not-a-number, base/aborted */
export async function fineTuneSet(plan: FineTuneSetPlan): Promise<EvaluationResult> {
  const began = performance.now();
  const { set, rows, settings, arms } = plan;
  const data = taskSet(set, rows, settings);
  const { split, labels } = data;
  const task: Task = { plan, data, done: 0, total: 0 };
  const recipe = fineTuneRecipe(settings, plan.recipe, data.train.rows.length, 0);
  const each = recipe.maxSteps + PREDICTION_STEPS;
  task.total = each * settings.seeds * (arms.tuned === undefined ? 1 : 2);
  const scores: TaskOutcome["scores"] = {};
  const curves: FineTuneCurve[] = [];
  for (const arm of ["base", "tuned"] as const) {
    const open = arms[arm];
    if (open === undefined) continue;
    const encoder = await open();
    const own: ItemScores[] = [];
    for (let seed = 1; seed <= settings.seeds; seed++) {
      const phase = `${arm === "base" ? "Base" : "Tuned"} model, seed ${seed} of ${settings.seeds}`;
      own.push(await oneSeed(task, { arm, seed, phase, encoder, recipe: { ...recipe, seed }, curves }));
      task.done += each;
    }
    scores[arm] = own;
  }
  const outcome: TaskOutcome = {
    trainItems: split.train.length,
    testItems: split.test.length,
    scores,
    warnings: [...split.notes, ...unseen(set, labels, split)],
    itemName: { ner: "test sentences", classification: "test texts", similarity: "test pairs", qa: "test questions" }[
      set.task
    ],
  };
  const result = reportOn(set, outcome, { seed: SPLIT_SEED, method: "fine-tune", began });
  return { ...result, fineTuning: { curves, settings, devItems: split.dev.length } };
}

/** What predicting costs beside training, in steps, for the progress shown. */
const PREDICTION_STEPS = 10;

interface Task {
  plan: FineTuneSetPlan;
  data: TaskSet;
  /** Steps of all fine-tunings together. */
  done: number;
  total: number;
}

async function oneSeed(
  { plan, data, done, total }: Task,
  one: { arm: ModelArm; seed: number; phase: string; encoder: WeightSource; recipe: Recipe; curves: FineTuneCurve[] },
): Promise<ItemScores> {
  const { device, model, settings, control, onProgress, breathe } = plan;
  const { arm, seed, phase, encoder, recipe, curves } = one;
  const { labels, train, dev, test } = data;
  const tell = (steps: number): void => onProgress({ phase, done: done + steps, total, unit: "steps" });
  tell(0);
  const { weights, losses, bestEpoch } = await fineTuneModel({
    ...{ device, ...model, encoder, head: labels.head, recipe, control, train, dev },
    onStep: async (step) => {
      tell(step);
      await breathe();
    },
  });
  curves.push({ arm, seed, losses, bestEpoch });
  await plan.onModel?.(arm, seed, labels, weights);
  return scoreTask(data, {
    ...{ device, model, weights, longestAnswer: settings.longestAnswer },
    onRows: async (rows) => {
      tell(recipe.maxSteps + (PREDICTION_STEPS * rows) / test.length);
      await breathe();
    },
  });
}

/** Classes of the test items that training never saw. */
function unseen(set: LabelledSet, { labels }: TaskLabels, { test }: FineTuneSplit): string[] {
  const known = new Set(labels);
  const tested =
    set.task === "classification"
      ? test.map((i) => set.items[i]!.label)
      : set.task === "ner"
        ? test.flatMap((i) => set.items[i]!.tags)
        : [];
  const missing = [...new Set(tested.filter((label) => !known.has(label)))].sort();
  return missing.length === 0
    ? []
    : [`Labels in test that training never saw: ${listSome(missing)} (always counted wrong).`];
}
