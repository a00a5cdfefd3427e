/** Recipe and results as files: written for the person's disk, and a recipe read back. */
import { saveFile } from "../client/index.ts";
import type { AppState } from "./app.svelte.ts";
import { cleaningFromJson, recipeToJson, stagesFromJson } from "./recipe-url.ts";
import { resultsToCsv, resultsToJson } from "./results-export.ts";

/** @throws state/not-a-recipe, contract/bad-setting, contract/unknown-setting, contract/bad-cleaning */
export function loadRecipe(app: AppState, text: string): void {
  const plan = cleaningFromJson(text);
  const stages = stagesFromJson(text);
  app.recipe.importJson(text);
  app.pipeline.bring(stages);
  if (plan !== null) app.cleaning.bring(plan);
}

export function saveRecipe({ recipe, corpus, pipeline }: AppState): void {
  const text = recipeToJson(recipe.values, corpus.summary?.cleaned?.plan ?? null, pipeline.stages);
  saveFile("recipe.json", new Blob([text], { type: "application/json" }));
}

export function saveResults({ evaluation, run, device }: AppState, form: "csv" | "json"): void {
  const { heldOut, results: evaluations, compared } = evaluation;
  const file = {
    base: compared?.baseName ?? "",
    tuned: compared?.tunedName ?? "",
    device: run.view.device?.kind ?? device,
    heldOut,
    evaluations,
  };
  const text = form === "csv" ? resultsToCsv(file) : resultsToJson(file);
  saveFile(`unmask-results.${form}`, new Blob([text], { type: form === "csv" ? "text/csv" : "application/json" }));
}
