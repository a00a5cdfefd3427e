/**
 * One labelled set by fine-tuning, base against tuned: for every seed both models get the same fresh head, order of
 * items and schedule, learn all their weights, and answer the test items with the weights of their best epoch. The
 * same metrics, intervals and paired comparison as the probes'. Knows no storage and no tokenizer.
 */
import {
  fineTuneRecipe,
  type EvaluationResult,
  type FineTuneCurve,
  type FineTuneProgress,
  type FineTuneSettings,
  type LabelledSet,
  type ModelConfig,
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
import { answerTask, scoreAnswers, SPLIT_SEED, taskSet, type TaskSet } from "./task-data.ts";

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
  onProgress: (progress: FineTuneProgress) => void;
  /** Gives the event loop a turn: a pause or stop may be waiting. */
  breathe: () => Promise<void>;
  /** Hears of every model made. */
  onModel?: (one: TrainingName, labels: TaskLabels, weights: Arrays) => Promise<void>;
  /** What earlier evaluations did of these trainings. */
  memory?: TrainingMemory;
}

/** One of an evaluation's trainings; the recipe holds the seed and every setting of the training. */
export interface TrainingName {
  arm: ModelArm;
  seed: number;
  recipe: Recipe;
}
/** All that is needed of a training afterwards. */
export interface Trained {
  /** Validation loss after each epoch. */
  losses: number[];
  bestEpoch: number;
  /** Of the best epoch's weights on the test rows, an array a row. */
  logits: Float32Array[];
}
/** Keeps trainings as they end, so that an evaluation that was left goes on with the next one. */
export interface TrainingMemory {
  find(one: TrainingName): Promise<Trained | undefined>;
  keep(one: TrainingName, trained: Trained): Promise<void>;
}

/** @throws evaluation/no-test, evaluation/no-train, evaluation/not-a-number, base/aborted */
export async function fineTuneSet(plan: FineTuneSetPlan): Promise<EvaluationResult> {
  const began = performance.now();
  const { set, rows, settings, arms } = plan;
  const data = taskSet(set, rows, settings);
  const { split, labels } = data;
  const recipe = fineTuneRecipe(settings, plan.recipe, data.train.rows.length, 0);
  const models = arms.tuned === undefined ? 1 : 2;
  const task = new Task(plan, data, recipe.maxSteps + PREDICTION_STEPS, settings.seeds * models);
  const scores: TaskOutcome["scores"] = {};
  const curves: FineTuneCurve[] = [];
  for (const arm of ["base", "tuned"] as const) {
    if (arms[arm] === undefined) continue;
    const own: ItemScores[] = [];
    for (let seed = 1; seed <= settings.seeds; seed++) {
      const { losses, bestEpoch, logits } = await task.training({ arm, seed, recipe: { ...recipe, seed } });
      curves.push({ arm, seed, losses, bestEpoch });
      own.push(scoreAnswers(data, logits, settings.longestAnswer));
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
  const recalled = task.recalled === 0 ? {} : { recalled: task.recalled };
  return { ...result, fineTuning: { curves, settings, devItems: split.dev.length, ...recalled } };
}

/** What predicting costs beside training, in steps, for the progress shown. */
const PREDICTION_STEPS = 10;

/** The trainings of one evaluation, one after another. */
class Task {
  /** Of those that are done, how many an earlier evaluation did. */
  recalled = 0;
  #done = 0;
  readonly #plan: FineTuneSetPlan;
  readonly #data: TaskSet;
  /** Steps of one training, predicting included. */
  readonly #steps: number;
  readonly #trainings: number;
  readonly #encoders = new Map<ModelArm, Promise<WeightSource>>();

  constructor(plan: FineTuneSetPlan, data: TaskSet, steps: number, trainings: number) {
    this.#plan = plan;
    this.#data = data;
    this.#steps = steps;
    this.#trainings = trainings;
  }

  async training(one: TrainingName): Promise<Trained> {
    const { memory } = this.#plan;
    const known = await memory?.find(one);
    if (known !== undefined) this.recalled++;
    const trained = known ?? (await this.#train(one));
    if (known === undefined) await memory?.keep(one, trained);
    this.#done++;
    this.#tell(one, 0);
    return trained;
  }

  async #train(one: TrainingName): Promise<Trained> {
    const { device, model, control, onModel } = this.#plan;
    const { labels, train, dev, test } = this.#data;
    this.#tell(one, 0);
    const { weights, losses, bestEpoch } = await fineTuneModel({
      ...{ device, ...model, encoder: await this.#encoder(one.arm), head: labels.head, recipe: one.recipe },
      ...{ control, train, dev },
      onStep: async (step) => {
        this.#tell(one, step);
        await this.#plan.breathe();
      },
    });
    const onRows = async (rows: number): Promise<void> => {
      this.#tell(one, one.recipe.maxSteps + (PREDICTION_STEPS * rows) / test.length);
      await this.#plan.breathe();
      await control.mayGoOn("fine-tuning");
    };
    const logits = await answerTask(this.#data, { device, model, weights, onRows });
    // Last: a training that is stopped before its end is done again, and its model would be made twice.
    await onModel?.(one, labels, weights);
    return { losses, bestEpoch, logits };
  }

  #encoder(arm: ModelArm): Promise<WeightSource> {
    const known = this.#encoders.get(arm) ?? this.#plan.arms[arm]!();
    this.#encoders.set(arm, known);
    return known;
  }

  #tell({ arm, seed }: TrainingName, steps: number): void {
    const of = this.#plan.settings.seeds;
    this.#plan.onProgress({
      phase: `${arm === "base" ? "base" : "tuned"} model, seed ${seed} of ${of}`,
      ...{ done: this.#done * this.#steps + steps, total: this.#trainings * this.#steps, unit: "steps" },
      trainings: { done: this.#done, total: this.#trainings },
    });
  }
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
