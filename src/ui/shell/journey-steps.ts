/** What the step list says about each step: done or not, and what it holds in a few words. */
import { formatCount, formatNumber } from "../../base/index.ts";
import { screens, type AppState, type JourneyStep } from "../../state/index.ts";
import { phaseNames } from "../shared/words.ts";

const labels: Record<JourneyStep, string> = {
  model: "Model",
  corpus: "Corpus",
  recipe: "Recipe",
  train: "Train",
  evaluate: "Evaluate",
  checkpoints: "Checkpoints",
};

export interface JourneyStepView {
  id: JourneyStep;
  label: string;
  caption: string;
  done: boolean;
}

/** Whether run and answers are of another text than the one now chosen; a pipeline has texts of its own. */
function isOfEarlierText({ run, corpus }: AppState): boolean {
  const { request, active } = run;
  if (request === null || active || request.pipeline !== undefined || corpus.summary === null) return false;
  return corpus.tokenized?.id !== request.tokenizedId;
}

export function journeySteps(app: AppState): JourneyStepView[] {
  const { model, corpus, recipe, run, evaluation, library } = app;
  const of = isOfEarlierText(app) ? "an earlier text: " : "";
  const answers = evaluation.results.length + (evaluation.heldOut === null ? 0 : 1);
  const holds: Record<JourneyStep, { caption: string; done: boolean }> = {
    model: { caption: model.summary?.name ?? "", done: model.summary !== null },
    corpus: { caption: corpus.summary?.name ?? "", done: corpus.summary !== null },
    recipe: { caption: `${formatCount(recipe.values.maxSteps)} steps`, done: run.request !== null && of === "" },
    train: {
      caption:
        run.request === null
          ? ""
          : run.phase !== "preparing" && (run.active || run.resumable)
            ? `${of}${phaseNames[run.phase]}, ${formatCount(run.view.step)} of ${formatCount(run.view.totalSteps)}`
            : `${of}${phaseNames[run.phase]}`,
      done: run.phase === "completed" && of === "",
    },
    evaluate: {
      caption:
        evaluation.heldOut === null
          ? ""
          : `${of}perplexity ${formatNumber(Math.exp(evaluation.heldOut.baseLoss))} → ${formatNumber(Math.exp(evaluation.heldOut.tunedLoss))}`,
      done: answers > 0 && of === "",
    },
    checkpoints: {
      caption: library.checkpoints.length === 0 ? "" : `${formatCount(library.checkpoints.length)} saved`,
      done: false,
    },
  };
  return screens.map((id) => ({ id, label: labels[id], ...holds[id] }));
}
