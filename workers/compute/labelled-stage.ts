/** A stage that learns the labels of a stored set: its rows and head at the start, its scores at the end. */
import {
  fineTuneNotice,
  fineTuneRecipe,
  longestBlock,
  type DeviceSetting,
  type LabelledSet,
  type Recipe,
  type StagePlan,
  type TaskInfo,
} from "../../src/contract/index.ts";
import { createTokenizer, taskRows, type TaskRows } from "../../src/data/index.ts";
import { metricsOf, scoreTask, taskSet, type TaskSet } from "../../src/evaluation/index.ts";
import { parametersOf, type LoadedModel } from "../../src/models/index.ts";
import { loadSet, openCheckpoint } from "../../src/storage/index.ts";
import { openTensors } from "../../src/training/index.ts";
import { theDevice } from "./device.ts";
import { breathe } from "./event-posts.ts";

/** A set's rows for a model, never longer than it can read. */
export async function rowsFor(
  set: LabelledSet,
  { config, files, special }: Pick<LoadedModel, "config" | "files" | "special">,
  limits: { maxTokens: number; stride: number },
): Promise<TaskRows> {
  const most = Math.min(limits.maxTokens, longestBlock(config));
  return taskRows(set, await createTokenizer(files, special), { ...limits, maxTokens: most });
}

export interface LabelledStage {
  task: TaskSet;
  info: TaskInfo;
  notes: string[];
  /** The stage's recipe for these rows. */
  recipe: Recipe;
}

export async function openLabelled(
  { setId, settings }: NonNullable<StagePlan["task"]>,
  model: Pick<LoadedModel, "config" | "files" | "special">,
  recipe: Recipe,
): Promise<LabelledStage> {
  const set = await loadSet(setId);
  const { rows, notes } = await rowsFor(set, model, settings);
  const task = taskSet(set, rows, settings);
  const notice = fineTuneNotice(recipe);
  return {
    task,
    info: { task: set.task, ...task.labels, setId, setName: set.name },
    notes: [...notes, ...task.split.notes, ...(notice === undefined ? [] : [notice])],
    recipe: fineTuneRecipe(settings, recipe, task.train.rows.length, recipe.seed),
  };
}

/** The stage's best model on the set's test items. */
export async function scoreStage(
  stage: NonNullable<StagePlan["task"]>,
  checkpoint: string,
  setting: DeviceSetting,
): Promise<{ metric: string; value: number }[]> {
  const { meta, weights } = await openCheckpoint(checkpoint);
  const { config, special, files } = meta;
  const set = await loadSet(stage.setId);
  const { rows } = await rowsFor(set, { config, special, files }, stage.settings);
  const task = taskSet(set, rows, stage.settings);
  const scores = await scoreTask(task, {
    device: await theDevice(setting),
    model: { config, special },
    weights: openTensors(parametersOf(config, task.labels.head), weights, "weights"),
    longestAnswer: stage.settings.longestAnswer,
    onRows: () => breathe(),
  });
  return metricsOf(scores);
}
