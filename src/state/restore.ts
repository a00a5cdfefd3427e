/** Brings back the last visit: the saved project, then the newest resumable checkpoint, then the address. */
import { asUnmaskError } from "../base/index.ts";
import type { ComparedModels, ExtraTexts, ModelRef, Project, TrainingPosition } from "../contract/index.ts";
import type { AppState } from "./app.svelte.ts";
import { restoreFineTuning } from "./fine-tune-set.ts";
import { isScreen } from "./journey.svelte.ts";
import { projectId } from "./project-keeper.svelte.ts";
import { completeProject } from "./stored-project.ts";

/** Settings in the address win over saved ones. Storage that does not work is reported, not fatal. */
export async function restoreVisit(app: AppState, hash: string): Promise<void> {
  try {
    const [project] = await Promise.all([app.keeper.load(), app.library.refresh(), app.evaluation.refreshSets()]);
    if (project !== null) takeProject(app, completeProject(project, app.library.corpora));
    if (!(await restoreRun(app, project)) && project !== null) adoptRun(app, project);
    keepAnswers(app);
    restoreFineTuning(app);
  } catch (error) {
    app.startError = asUnmaskError(error);
  }
  app.follow(hash);
  app.ready = true;
}

function takeProject(app: AppState, project: Project): void {
  const { checkpoints } = app.library;
  const stored = project.model?.ref.kind === "stored" ? project.model.ref.id : undefined;
  if (stored === undefined || checkpoints.some(({ id }) => id === stored)) app.model.summary = project.model;
  if (app.model.summary !== null) app.fineTune.suggestFor(app.model.summary.config);
  app.corpus.summary = project.corpus;
  app.corpus.tokenized = project.tokenized;
  app.recipe.set(project.recipe);
  app.pipeline.bring(project.pipeline);
  app.device = project.device;
  app.extraTexts.restore(project.extraTexts ?? {}, app.library.corpora);
  app.evaluation.heldOut = project.heldOut;
  app.evaluation.general = project.heldOutGeneral ?? null;
  app.evaluation.results = project.evaluations;
  app.evaluation.compared = project.compared ?? null;
  app.evaluation.unfinished = project.scoring ?? null;
  app.fineTune.unfinished = project.fineTuning ?? null;
  app.evaluation.sentence = project.sentence;
  app.cleaning.plan = project.cleaning ?? null;
  if (isScreen(project.screen)) app.journey.go(project.screen);
}

/** The newest resumable checkpoint knows more than the project, and it survives a crash. */
async function restoreRun(app: AppState, project: Project | null): Promise<boolean> {
  const newest = app.library.checkpoints
    .filter((one) => one.project === projectId && one.kind === "last" && one.resumable && one.problem === undefined)
    .sort((a, b) => b.createdAt - a.createdAt)[0];
  if (newest === undefined) return false;
  const position = await app.client.data.call((api) => api.checkpointPosition(newest.id));
  if (position === null) return false;
  const model = JSON.parse(position.baseRef) as ModelRef;
  // The best one may have been deleted since: then the last one is what the run made.
  const best = app.library.checkpoints.some(({ id }) => id === position.bestCheckpoint) ? position.bestCheckpoint : "";
  app.run.restore(
    newest,
    { ...position, bestCheckpoint: best },
    {
      project: projectId,
      model,
      tokenizedId: textOf(position),
      ...extraOf(position),
      device: app.device,
    },
  );
  // The scores of the last stage came after its last checkpoint.
  const kept = project?.run?.stages;
  if (kept !== undefined && kept.stage > (app.run.stages?.stage ?? Infinity)) app.run.stages = kept;
  return true;
}

/** Of a pipeline the first stage's text: what before and after are compared on. */
const textOf = ({ tokenizedId, pipeline }: TrainingPosition): string =>
  pipeline?.stages.find((stage) => stage.tokenizedId !== "")?.tokenizedId ?? tokenizedId;

/** What the run, or one of its stages, reads beside its text. */
function extraOf({ replay, pairs, pipeline }: ExtraTexts & Pick<TrainingPosition, "pipeline">): ExtraTexts {
  const found: ExtraTexts[] = [{ ...(replay && { replay }), ...(pairs && { pairs }) }, ...(pipeline?.stages ?? [])];
  const general = found.find((one) => one.replay !== undefined)?.replay;
  const partners = found.find((one) => one.pairs !== undefined)?.pairs;
  return { ...(general && { replay: general }), ...(partners && { pairs: partners }) };
}

function adoptRun(app: AppState, { run, device }: Project): void {
  if (run === null || !app.library.checkpoints.some(({ id }) => id === run.bestCheckpoint)) return;
  app.run.adopt(run, { project: projectId, model: run.base, tokenizedId: run.tokenizedId, ...extraOf(run), device });
}

/** The answers may be about another checkpoint than the run's own. */
function pick(app: AppState, compared: ComparedModels | null): void {
  const tuned = app.library.checkpoints.find(({ id }) => compared?.tuned.kind === "stored" && id === compared.tuned.id);
  if (tuned !== undefined) app.chosenTuned = tuned.id;
}

/** Answers without the two models that they compare would only mislead. */
function keepAnswers(app: AppState): void {
  const { evaluation } = app;
  if (evaluation.heldOut === null && evaluation.results.length === 0 && evaluation.unfinished === null) return;
  if (app.comparison !== null && !evaluation.isAbout(app.comparison)) pick(app, evaluation.compared);
  const { comparison } = app;
  if (comparison === null) evaluation.forget();
  else evaluation.adopt(comparison);
}
