/** Deletes what the page keeps, and lets go of it wherever the state still points at it. */
import type { AppState } from "./app.svelte.ts";
import { restoreFineTuning } from "./fine-tune-set.ts";

export async function deleteCheckpoint(app: AppState, id: string): Promise<void> {
  if (!(await app.library.deleteCheckpoint(id))) return;
  app.run.forgetCheckpoint(id);
  restoreFineTuning(app);
  if (app.chosenTuned === id) app.chosenTuned = "";
  const ref = app.model.summary?.ref;
  if (ref?.kind === "stored" && ref.id === id) app.model.summary = null;
}

export async function deleteCorpus(app: AppState, id: string): Promise<void> {
  if (!(await app.library.deleteCorpus(id))) return;
  if (app.corpus.summary?.id === id) app.corpus.forget();
  if (app.extraTexts.general.summary?.id === id) app.extraTexts.general.forget();
}

export async function deleteSet(app: AppState, id: string): Promise<void> {
  await app.evaluation.deleteSet(id);
  restoreFineTuning(app);
}

/** Storage first; then the page stands as on a first visit. */
export async function deleteEverything(app: AppState): Promise<void> {
  app.keeper.forget();
  if (!(await app.library.deleteEverything())) return;
  app.model.summary = null;
  app.model.pick = null;
  app.preferences.keepBundled(null);
  app.scratch.forget();
  app.reshape.forget();
  app.corpus.forget();
  app.corpusReport.forget();
  app.run.forget();
  app.rateFinder.forget();
  app.stepCost.forget();
  app.memory.forget();
  app.extraTexts.forget();
  app.cleaning.forget();
  app.leaks.forget();
  app.selection.forget();
  app.augmentation.forget();
  app.evaluation.forget();
  app.fineTune.forget();
  app.evaluation.sets = [];
  app.evaluation.sentence = "";
  app.recipe.reset();
  app.pipeline.choose("", "");
  app.demo.dismiss();
  app.journey.go("welcome");
  app.device = "auto";
  app.keeper.forget();
  app.journey.announce("Everything this page kept in this browser was deleted.");
}
