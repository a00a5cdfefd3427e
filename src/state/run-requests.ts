/**
 * What a run of the present choices needs, made ready: the model opened, the texts cut into tokens, the stages laid out.
 * Undefined when something is missing or failed; the jobs say what. Starts nothing itself.
 */
import { stageRecipe, type AheadRequest, type TrainRequest } from "../contract/index.ts";
import type { AppState } from "./app.svelte.ts";
import type { Screen } from "./journey.svelte.ts";
import { projectId } from "./project-keeper.svelte.ts";

/** A run, or the pipeline's stages where there are some. */
export const requestRun = (app: AppState): Promise<TrainRequest | undefined> =>
  app.pipeline.stages.length === 0 ? requestPlain(app) : requestPipeline(app);

/** One run with the recipe as it is, without stages. */
export async function requestPlain(app: AppState): Promise<TrainRequest | undefined> {
  if (!app.recipe.valid || app.corpus.summary === null) return undefined;
  const model = await app.model.ensure();
  if (model === undefined) return undefined;
  const recipe = app.recipe.values;
  const tokenized = await app.corpus.tokenize(model, recipe);
  if (tokenized === undefined) return undefined;
  const extra = await app.extraTexts.ready([recipe], model);
  if (extra === undefined) return undefined;
  return { project: projectId, model: model.ref, tokenizedId: tokenized.id, ...extra, recipe, device: app.device };
}

/** On the way to a run; elsewhere nobody is about to start one. */
const before: readonly Screen[] = ["model", "corpus", "recipe", "train"];

/** What the next run's graphs are made from, as far as that stands; null while the compute worker has no time for them. */
export function wantedRun(app: AppState): AheadRequest | null {
  const { model, recipe, pipeline, journey, device } = app;
  if (!app.ready || model.summary === null || !recipe.valid || !before.includes(journey.screen)) return null;
  if (app.computeBusy !== "") return null;
  const first = pipeline.stages[0];
  if (first?.data.kind === "set") return null; // its graph depends on the set's rows
  const { config } = model.summary;
  return { config, recipe: first === undefined ? recipe.values : stageRecipe(recipe.values, first), device };
}

/** The same for a pipeline: every stage with its text. */
async function requestPipeline(app: AppState): Promise<TrainRequest | undefined> {
  const { pipeline, recipe } = app;
  const plain = pipeline.needsCorpus ? await requestPlain(app) : undefined;
  if (!recipe.valid || (pipeline.needsCorpus && plain === undefined)) return undefined;
  const model = await app.model.ensure();
  if (model === undefined) return undefined;
  const extra = await app.extraTexts.ready(
    pipeline.stages.map((stage) => stageRecipe(recipe.values, stage)),
    model,
  );
  if (extra === undefined) return undefined;
  const stages = await pipeline.plan(recipe.values, model, plain?.tokenizedId ?? "", extra);
  await app.library.reload(); // a set's text is a stored text now
  if (stages === undefined) return undefined;
  const tokenizedId = stages.find((stage) => stage.tokenizedId !== "")?.tokenizedId ?? "";
  const { device } = app;
  return { project: projectId, model: model.ref, tokenizedId, recipe: recipe.values, device, pipeline: stages };
}
