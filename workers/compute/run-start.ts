/**
 * What a run begins with: the model and its weights, on resume the optimiser's state too, and the text it learns
 * from. Storage and training meet here. Knows no loop and no events.
 */
import { UnmaskError } from "../../src/base/index.ts";
import {
  completeRecipe,
  loraOf,
  longestBlock,
  type ModelConfig,
  type ModelRef,
  type Recipe,
  type TrainingPosition,
  type TrainRequest,
} from "../../src/contract/index.ts";
import { freshHeadNotice, tokenizerId, type LoadedModel } from "../../src/models/index.ts";
import { loadCheckpoint, loadTokenized } from "../../src/storage/index.ts";
import { headOf, ParameterPlan, readMoments, readTensors } from "../../src/training/index.ts";
import { openModel } from "../shared/open-model.ts";
import { packText, type PackedText } from "../shared/pack-text.ts";
import { modelWeights } from "./model-weights.ts";

/** What a run begins with, loaded. */
export interface RunStart {
  model: Pick<LoadedModel, "name" | "config" | "special" | "files" | "origin">;
  recipe: Recipe;
  weights: Map<string, Float32Array>;
  /** The weights that the run once began with, where the recipe pulls to them. */
  start?: Map<string, Float32Array>;
  moments?: ReturnType<typeof readMoments>;
  position?: TrainingPosition;
  /** The checkpoint that the run goes on from. */
  resumedFrom?: string;
  tokenizedId: string;
  baseName: string;
  baseRef: string;
  /** Plain sentences on what the model lacked. */
  notices: string[];
}

export async function fromModel(request: TrainRequest): Promise<RunStart> {
  const model = await openModel(request.model, () => {});
  const { recipe } = request;
  const head = headOf(recipe);
  const notice = head === "mlm" || head === "mlm+pairs" ? freshHeadNotice(model) : undefined;
  return {
    model,
    recipe,
    tokenizedId: request.tokenizedId,
    baseName: model.name,
    baseRef: JSON.stringify(request.model),
    weights: modelWeights(model, recipe.seed, head, loraOf(recipe)),
    notices: notice === undefined ? [] : [notice],
  };
}

export async function fromCheckpoint(id: string): Promise<RunStart> {
  const { meta, weights, firstMoment, secondMoment } = await loadCheckpoint(id);
  if (meta.position === undefined)
    throw new UnmaskError(
      "training/not-resumable",
      "This checkpoint holds a model without optimiser state.",
      "Use it as the start model of a new run instead.",
    );
  const { step } = meta.position;
  const recipe = completeRecipe(meta.position.recipe);
  const plan = new ParameterPlan(recipe, meta.config, headOf(recipe));
  return {
    model: meta,
    recipe,
    tokenizedId: meta.position.tokenizedId,
    baseName: meta.position.baseModel,
    baseRef: meta.position.baseRef,
    position: meta.position,
    resumedFrom: id,
    weights: readTensors(plan.parameters, weights, "weights"),
    moments: readMoments(plan.trained(step), firstMoment, secondMoment),
    ...(recipe.pullToStart > 0 ? { start: await startWeights(meta.position, recipe) } : {}),
    notices: [],
  };
}

/** What the run once began with: a pull goes there, not to where the run was saved. */
async function startWeights(
  { baseRef, baseModel }: TrainingPosition,
  recipe: Recipe,
): Promise<Map<string, Float32Array>> {
  try {
    const model = await openModel(JSON.parse(baseRef) as ModelRef, () => {});
    return modelWeights(model, recipe.seed, headOf(recipe), loraOf(recipe));
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

export async function loadText({ model, recipe, tokenizedId }: RunStart): Promise<PackedText> {
  checkLength(model.config, recipe);
  const summary = await loadTokenized(tokenizedId);
  if (summary.tokenizerId !== tokenizerId(model.files))
    throw new UnmaskError(
      "training/other-tokenizer",
      "The corpus was tokenized for another model.",
      "Open the Corpus step again: it will be tokenized for this model.",
    );
  return packText(tokenizedId, recipe, model);
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
