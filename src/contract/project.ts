/**
 * What a reload brings back: the person's choices, the last run and its answers. Weights, corpora and
 * sets are not in it: it names them by id.
 */
import type { CleaningPlan } from "./cleaning.ts";
import type { CorpusSummary, TokenizedSummary } from "./corpus.ts";
import type { DeviceSetting } from "./device.ts";
import type { ComparedModels, EvaluationResult, HeldOutResult, UnfinishedScoring } from "./evaluation.ts";
import type { PairSet, ReplayText } from "./extra-texts.ts";
import type { UnfinishedFineTuning } from "./fine-tune.ts";
import type { ModelRef, ModelSummary } from "./model.ts";
import type { Stage, StageDone, StageName } from "./pipeline.ts";
import type { Recipe } from "./recipe/index.ts";

export type RunStatus = "running" | "paused" | "completed" | "stopped" | "failed";

/** A pipeline's stages, the one that runs or ran last, and what those that have ended left. */
export interface StagesView {
  stages: StageName[];
  stage: number;
  done: StageDone[];
}

/** The last run as the page remembers it; its curves are in its checkpoint, where an unfinished one resumes. */
export interface RunRecord {
  status: RunStatus;
  base: ModelRef;
  baseName: string;
  tokenizedId: string;
  /** Where general text was replayed: what was forgotten of it is measured on its held-out part. */
  replay?: ReplayText;
  recipe: Recipe;
  step: number;
  totalSteps: number;
  /** Of a pipeline. */
  stages?: StagesView;
  lastCheckpoint: string;
  bestCheckpoint: string;
}
export interface Project {
  id: string;
  version: 1;
  savedAt: number;
  /** The step of the journey on screen. */
  screen: string;
  model: ModelSummary | null;
  corpus: CorpusSummary | null;
  tokenized: TokenizedSummary | null;
  recipe: Recipe;
  device: DeviceSetting;
  run: RunRecord | null;
  heldOut: HeldOutResult | null;
  /** The same on the general text that was replayed. */
  heldOutGeneral?: HeldOutResult | null;
  evaluations: EvaluationResult[];
  /** The models that these answers compare; absent before the first, and in a project of an earlier version. */
  compared?: ComparedModels | null;
  /** Evaluations that were not finished: what is done of them is kept. */
  scoring?: UnfinishedScoring | null;
  fineTuning?: UnfinishedFineTuning | null;
  sentence: string;
  /** Stages of the recipe; absent or empty for a plain run. */
  pipeline?: Stage[];
  /** Texts chosen beside the project's own. */
  extraTexts?: { replay?: { corpusId: string; name: string }; pairs?: PairSet };
  /** Cleaning rules as last chosen. */
  cleaning?: CleaningPlan | null;
}
