/** What the screens watch: one Svelte class a concept, reached through a context. Knows no markup. */

export { AppState } from "./app.svelte.ts";
export { provideApp, useApp } from "./context.ts";
export type { CorpusReportState } from "./corpus-report.svelte.ts";
export type { AugmentationState } from "./augmentation.svelte.ts";
export type { CorpusState } from "./corpus.svelte.ts";
export { demoRecipe, type DemoState, type Stage, type StageStatus } from "./demo.svelte.ts";
export type { Comparison, EvaluationState } from "./evaluation.svelte.ts";
export type { FineTuneState } from "./fine-tune.svelte.ts";
export type { Job } from "./job.svelte.ts";
export { isScreen, screens, type JourneyStep, type Screen } from "./journey.svelte.ts";
export { layerPicture, type LayerPicture } from "./layer-picture.svelte.ts";
export { learningRateCurve } from "./learning-rate-preview.ts";
export type { CleaningState } from "./cleaning.svelte.ts";
export type { LeaksState } from "./leaks.svelte.ts";
export type { LeakThreshold } from "./leaky-documents.ts";
export type { LibraryState } from "./library.svelte.ts";
export type { ModelState } from "./model.svelte.ts";
export { cancelDemo, playDemo } from "./play-demo.ts";
export type { Preferences, Theme } from "./preferences.svelte.ts";
export type { RecipeAdvice } from "./recipe-advice.ts";
export { settingNames, settingOf, type RecipeState, type SettingName } from "./recipe.svelte.ts";
export { restoreVisit } from "./restore.ts";
export type { RunPhase, RunState } from "./run.svelte.ts";
export type { RunNotice, RunSeries, RunView } from "./run-tally.ts";
export type { SelectionState } from "./selection.svelte.ts";
export type { Series } from "./series.ts";
export type { SettingsForm } from "./settings-form.svelte.ts";
