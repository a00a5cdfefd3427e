/**
 * What a run begins with: the model and its weights, on resume the optimiser's state too, and the text it learns
 * from. Storage and training meet here. Knows no loop and no events.
 */
import { UnmaskError } from "../../src/base/index.ts";
import {
  completeRecipe,
  inForce,
  loraOf,
  longestBlock,
  textsFor,
  type ExtraTexts,
  type ModelConfig,
  type ModelRef,
  type PipelinePosition,
  type Recipe,
  type TrainingPosition,
  type TrainRequest,
} from "../../src/contract/index.ts";
import { withFreshHead } from "../../src/evaluation/index.ts";
import { freshHeadNotice, tokenizerId, type LoadedModel } from "../../src/models/index.ts";
import { loadTokenized, openCheckpoint } from "../../src/storage/index.ts";
import type { MomentSource, WeightSource } from "../../src/runtime/index.ts";
import { headOf, openMoments, openTensors, ParameterPlan } from "../../src/training/index.ts";
import { openModel } from "../shared/open-model.ts";
import { packText, type PackedText } from "../shared/pack-text.ts";
import { openLabelled, type LabelledStage } from "./labelled-stage.ts";
import { modelWeights } from "./model-weights.ts";
import { stageModel, type StageContext } from "./stage-model.ts";

/** What a run begins with, loaded. */
export interface RunStart extends ExtraTexts {
  model: Pick<LoadedModel, "name" | "config" | "special" | "files" | "origin">;
  recipe: Recipe;
  /** Read from where the model lies, tensor by tensor. */
  weights: WeightSource;
  /** The weights that the run once began with, where the recipe pulls to them. */
  start?: WeightSource;
  moments?: MomentSource;
  position?: TrainingPosition;
  /** The checkpoint that the run goes on from. */
  resumedFrom?: string;
  tokenizedId: string;
  baseName: string;
  baseRef: string;
  /** Plain sentences on what the model lacked. */
  notices: string[];
  /** Of a pipeline: where this run stands in it. */
  pipeline?: PipelinePosition;
  /** Of a stage that learns labels. */
  labelled?: LabelledStage;
}

export async function fromModel(request: TrainRequest, context?: StageContext): Promise<RunStart> {
  const model = await openModel(request.model, () => {});
  const task = context?.pipeline.stages[context.pipeline.stage]?.task;
  const labelled = task === undefined ? undefined : await openLabelled(task, model, request.recipe);
  const recipe = labelled?.recipe ?? inForce(request.recipe);
  const head = labelled?.info.head ?? headOf(recipe);
  const notice = head === "mlm" || head === "mlm+pairs" ? freshHeadNotice(model) : undefined;
  return {
    model,
    recipe,
    ...(context === undefined ? {} : { pipeline: context.pipeline }),
    ...(labelled === undefined ? {} : { labelled }),
    tokenizedId: request.tokenizedId,
    ...textsFor(recipe, request),
    baseName: context?.base?.name ?? model.name,
    baseRef: context?.base?.ref ?? JSON.stringify(request.model),
    weights: freshWeights(model, recipe, labelled),
    notices: notice === undefined ? [] : [notice],
  };
}

/** The model's weights with what it lacks drawn from the seed; the head of a labelled stage is drawn in any case. */
function freshWeights(model: LoadedModel, recipe: Recipe, labelled: LabelledStage | undefined): WeightSource {
  const { seed } = recipe;
  if (labelled === undefined) return modelWeights(model, seed, headOf(recipe), loraOf(recipe));
  return withFreshHead(modelWeights(model, seed, "none"), model.config, labelled.info.head, seed);
}

export async function fromCheckpoint(id: string): Promise<RunStart> {
  const { meta, weights, firstMoment, secondMoment } = await openCheckpoint(id);
  if (meta.position === undefined)
    throw new UnmaskError(
      "training/not-resumable",
      "This checkpoint holds a model without optimiser state.",
      "Use it as the start model of a new run instead.",
    );
  const { step } = meta.position;
  const recipe = completeRecipe(meta.position.recipe);
  const { pipeline } = meta.position;
  const task = pipeline?.stages[pipeline.stage]?.task;
  const labelled = task === undefined ? undefined : await openLabelled(task, meta, recipe);
  const plan = new ParameterPlan(recipe, meta.config, labelled?.info.head ?? headOf(recipe));
  return {
    model: meta,
    recipe,
    tokenizedId: meta.position.tokenizedId,
    ...textsFor(recipe, meta.position),
    baseName: meta.position.baseModel,
    baseRef: meta.position.baseRef,
    position: meta.position,
    resumedFrom: id,
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(labelled === undefined ? {} : { labelled }),
    weights: openTensors(plan.parameters, weights, "weights"),
    moments: openMoments(plan.trained(step), firstMoment, secondMoment),
    ...(recipe.pullToStart > 0 ? { start: await startWeights(meta.position, recipe, labelled) } : {}),
    notices: [],
  };
}

/** What the run once began with: a pull goes there, not to where the run was saved. */
async function startWeights(
  { baseRef, baseModel, pipeline }: TrainingPosition,
  recipe: Recipe,
  labelled: LabelledStage | undefined,
): Promise<WeightSource> {
  try {
    // A later stage began with the model of the one before it.
    const ref = pipeline === undefined ? null : stageModel(pipeline);
    const model = await openModel(ref ?? (JSON.parse(baseRef) as ModelRef), () => {});
    return freshWeights(model, recipe, labelled);
  } catch (cause) {
    throw new UnmaskError(
      "training/no-start-weights",
      `The run pulls its weights to those of ${baseModel}, which it began with; that model could not be opened.`,
      "Bring that model back (open it, or connect to the network), or start a new run from the checkpoint.",
      {},
      cause,
    );
  }
}

export async function loadText(start: RunStart): Promise<PackedText> {
  const { model, recipe, tokenizedId } = start;
  checkLength(model.config, recipe);
  const summary = await loadTokenized(tokenizedId);
  if (summary.tokenizerId !== tokenizerId(model.files))
    throw new UnmaskError(
      "training/other-tokenizer",
      "The corpus was tokenized for another model.",
      "Open the Corpus step again: it will be tokenized for this model.",
    );
  return packText(start, recipe, model);
}

function checkLength(config: ModelConfig, recipe: Recipe): void {
  const most = longestBlock(config);
  if (recipe.blockLength > most)
    throw new UnmaskError(
      "training/block-too-long",
      `Block length ${recipe.blockLength} is more than this model's ${most} positions.`,
      `Set the block length to ${most} or less.`,
      { blockLength: recipe.blockLength, most },
    );
}
