/**
 * Pipelines: a recipe of stages, each beginning with the model that the one before it made. A stage learns from the
 * project's text (domain-adaptive), from the training items' text of a labelled set (task-adaptive) or from the labels
 * themselves (fine-tuning). One table of presets; what a file or an old project brings is checked here.
 * Source: Gururangan et al. 2020 (arXiv 2004.10964), section 4 and its ADAPTIVE_PRETRAINING.md: DAPT one long pass at
 * 5e-4, TAPT 100 passes over the task's own text at 1e-4, the classifier 10 epochs with patience 3.
 */
import { UnmaskError } from "../base/index.ts";
import type { ExtraTexts } from "./extra-texts.ts";
import { readFineTune, type FineTuneSettings } from "./fine-tune.ts";
import { defaultRecipe, readRecipe, type Recipe } from "./recipe/index.ts";

export type StageData =
  | { kind: "corpus" }
  /** The text of the set's training items, labels left out; never its dev or test items. */
  | { kind: "set-text"; setId: string }
  | { kind: "set"; setId: string };
export interface Stage {
  name: string;
  data: StageData;
  /** What differs from the recipe that the whole pipeline has. */
  settings: Partial<Recipe>;
  /** Passes over the stage's text; 0 takes the recipe's steps. */
  epochs: number;
  /** Of a stage that learns labels. */
  fineTune?: Partial<FineTuneSettings>;
  /** Which model of the stage before it begins with; the first begins with the chosen one. */
  from: "best" | "last";
}

/** The classifier's schedule of the paper; its rate is left to the size of the model. */
const fineTune: Partial<FineTuneSettings> = { epochs: 10, patience: 3 };
const dapt: Stage = { name: "DAPT", data: { kind: "corpus" }, settings: {}, epochs: 0, from: "best" };
const tapt = (setId: string): Stage => ({
  name: "TAPT",
  data: { kind: "set-text", setId },
  settings: { learningRate: 1e-4 },
  epochs: 100,
  from: "best",
});
const task = (setId: string): Stage => ({
  ...{ name: "Fine-tune", data: { kind: "set", setId }, settings: {}, epochs: 0, from: "best" },
  fineTune,
});

export interface PipelinePreset {
  label: string;
  help: string;
  /** Whether a labelled set must be chosen. */
  needsSet: boolean;
  stages: (setId: string) => Stage[];
}
export const pipelinePresets = {
  dapt: {
    label: "domain text (DAPT)",
    help: "Domain-adaptive training: the text of the corpus, once.",
    needsSet: false,
    stages: () => [dapt],
  },
  "dapt-tapt": {
    label: "domain text, then the set’s text (DAPT, TAPT)",
    help: "First the corpus, then the labelled set’s own training text, many times: both add up in most published tasks.",
    needsSet: true,
    stages: (setId) => [dapt, tapt(setId)],
  },
  "dapt-tapt-task": {
    label: "domain text, the set’s text, its labels (DAPT, TAPT, fine-tuning)",
    help: "The same, and then all weights learn the set’s task.",
    needsSet: true,
    stages: (setId) => [dapt, tapt(setId), task(setId)],
  },
  tapt: {
    label: "only the set’s text (TAPT)",
    help: "Task-adaptive training: the labelled set’s own training text, many times. Cheap, and often nearly as good as a whole corpus.",
    needsSet: true,
    stages: (setId) => [tapt(setId)],
  },
} as const satisfies Record<string, PipelinePreset>;
export type PresetName = keyof typeof pipelinePresets;

const MOST_STAGES = 8;
const MOST_EPOCHS = 10_000;

const bad = (message: string): UnmaskError =>
  new UnmaskError("contract/bad-pipeline", message, "Correct the stages, or choose a preset and save it anew.");

/** Checks stages from a file. @throws contract/bad-pipeline, contract/bad-setting, contract/unknown-setting */
export function readPipeline(given: unknown): Stage[] {
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_STAGES)
    throw bad(`A pipeline must be a list of 1 to ${MOST_STAGES} stages.`);
  const stages = (given as unknown[]).map(readStage);
  const early = stages.slice(0, -1).find(({ data }) => data.kind === "set");
  if (early !== undefined)
    throw bad(`Only the last stage may learn labels; "${early.name}" comes earlier, and the next would lose its head.`);
  return stages;
}

function readStage(given: unknown, place: number): Stage {
  const what = `Stage ${place + 1}`;
  if (typeof given !== "object" || given === null) throw bad(`${what} must be an object.`);
  const { name, data, settings = {}, epochs = 0, fineTune: task, from = "best" } = given as Record<string, unknown>;
  if (typeof name !== "string" || name.trim() === "" || name.length > 60)
    throw bad(`${what} must have a name of 1 to 60 characters.`);
  if (typeof epochs !== "number" || !Number.isInteger(epochs) || epochs < 0 || epochs > MOST_EPOCHS)
    throw bad(`${what}: the epochs must be a whole number between 0 and ${MOST_EPOCHS}.`);
  if (from !== "best" && from !== "last") throw bad(`${what} must begin with "best" or "last".`);
  const stage: Stage = {
    ...{ name: name.trim(), data: readData(data, what), epochs, from },
    settings: onlyGiven(settings, readRecipe(settings)),
  };
  return task === undefined ? stage : { ...stage, fineTune: onlyGiven(task, readFineTune(task)) };
}

function readData(given: unknown, what: string): StageData {
  const { kind, setId } = (given ?? {}) as Record<string, unknown>;
  if (kind === "corpus") return { kind };
  if ((kind === "set-text" || kind === "set") && typeof setId === "string" && setId !== "") return { kind, setId };
  throw bad(`${what}: its data must be "corpus", or "set-text" or "set" with the id of a labelled set.`);
}

/** Of checked settings, those that were given: a stage names only what differs. */
const onlyGiven = <T extends object>(given: unknown, checked: T): Partial<T> =>
  Object.fromEntries(Object.entries(checked).filter(([name]) => name in (given as object))) as Partial<T>;

/** A stage made ready: its text is tokenized, its settings are whole. */
export interface StagePlan extends ExtraTexts {
  name: string;
  kind: StageData["kind"];
  recipe: Recipe;
  epochs: number;
  from: "best" | "last";
  /** Token streams; empty for a stage that learns labels. */
  tokenizedId: string;
  task?: { setId: string; settings: FineTuneSettings };
}
/** What a stage left behind. */
export interface StageDone {
  name: string;
  steps: number;
  kind: StageData["kind"];
  /** Its best held-out or validation loss. */
  loss: number;
  /** The held-out or validation loss over its steps. */
  curve: { steps: number[]; losses: number[] };
  lastCheckpoint: string;
  bestCheckpoint: string;
  /** Scores of a stage that learned labels, on the set's test items. */
  scores?: { metric: string; value: number }[];
}
/** Where a run of stages stands; travels in each checkpoint. */
export interface PipelinePosition {
  stages: StagePlan[];
  /** The stage that the checkpoint belongs to, from 0. */
  stage: number;
  /** The stages before it. */
  done: StageDone[];
}

/** What the page is told of a pipeline's stages. */
export type StageName = Pick<StagePlan, "name" | "kind">;

/** The recipe of a stage: the pipeline's own, with what the stage names. */
export const stageRecipe = (base: Recipe, { settings }: Pick<Stage, "settings">): Recipe => ({
  ...defaultRecipe(),
  ...base,
  ...settings,
});

/** A recipe whose steps are so many passes over these blocks; 0 leaves it as it is. */
export function withEpochs(recipe: Recipe, epochs: number, blocks: number): Recipe {
  if (epochs === 0) return recipe;
  const steps = Math.max(1, Math.ceil((epochs * blocks) / (recipe.batchSize * recipe.accumulation)));
  return { ...recipe, maxSteps: steps };
}
