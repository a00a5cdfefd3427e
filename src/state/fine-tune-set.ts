/** Fine-tuning from Evaluate as the whole page sees it: both models on the chosen set, and going on with one that was left. */
import type { FineTuneRequest } from "../contract/index.ts";
import type { AppState } from "./app.svelte.ts";
import { sameModels, type Comparison } from "./evaluation.svelte.ts";
import { projectId } from "./project-keeper.svelte.ts";

const isOf = (request: FineTuneRequest, comparison: Comparison | null): comparison is Comparison =>
  comparison !== null && sameModels(request, comparison);

/** All weights trained; the answer stands beside the probe's. */
export async function fineTuneSet(app: AppState, comparison: Comparison): Promise<boolean> {
  const { fineTune, evaluation } = app;
  const { setId, keep, form } = fineTune;
  const set = evaluation.sets.find(({ id }) => id === setId);
  if (set === undefined) return false;
  const { base, tuned, recipe, device } = comparison;
  const settings = { ...form.values };
  return tune(app, { setId, base, tuned, recipe, device, keep, project: projectId, settings }, set.name);
}

/** The trainings that an earlier visit or a cancelled fine-tuning left undone. */
export async function goOnFineTuning(app: AppState): Promise<boolean> {
  const { unfinished } = app.fineTune;
  if (unfinished === null) return false;
  return tune(app, unfinished.request, unfinished.setName);
}

async function tune(app: AppState, request: FineTuneRequest, setName: string): Promise<boolean> {
  const { evaluation, journey, library, fineTune } = app;
  if (!isOf(request, app.comparison) && request.tuned?.kind === "stored") app.chosenTuned = request.tuned.id;
  const { comparison } = app;
  if (!isOf(request, comparison)) return false;
  evaluation.adopt(comparison);
  const result = await fineTune.run(request, setName);
  if (result === undefined) return false;
  evaluation.keepResult(result);
  if (result.fineTuning?.saved !== undefined) await library.reload();
  journey.announce(`Fine-tuning on ${setName} is done.`);
  return true;
}

/** What an earlier visit left can go on only where its set and its models are still there. */
export function restoreFineTuning(app: AppState): void {
  const { fineTune, evaluation, library } = app;
  const request = fineTune.unfinished?.request;
  if (request === undefined) return;
  const isThere = (ref: FineTuneRequest["base"] | null): boolean =>
    ref?.kind !== "stored" || library.checkpoints.some(({ id }) => id === ref.id);
  const hasSet = evaluation.sets.some(({ id }) => id === request.setId);
  const isSameBase = JSON.stringify(app.run.source?.base) === JSON.stringify(request.base);
  if (!hasSet || !isSameBase || ![request.base, request.tuned].every(isThere)) fineTune.forget();
}
