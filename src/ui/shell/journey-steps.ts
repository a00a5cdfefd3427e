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

export function journeySteps(app: AppState): JourneyStepView[] {
  const { model, corpus, recipe, run, evaluation, library } = app;
  const answers = evaluation.results.length + (evaluation.heldOut === null ? 0 : 1);
  const holds: Record<JourneyStep, { caption: string; done: boolean }> = {
    model: { caption: model.summary?.name ?? "", done: model.summary !== null },
    corpus: { caption: corpus.summary?.name ?? "", done: corpus.summary !== null },
    recipe: { caption: `${formatCount(recipe.values.maxSteps)} steps`, done: run.request !== null },
    train: {
      caption:
        run.request === null
          ? ""
          : run.phase !== "preparing" && (run.active || run.resumable)
            ? `${phaseNames[run.phase]}, ${formatCount(run.view.step)} of ${formatCount(run.view.totalSteps)}`
            : phaseNames[run.phase],
      done: run.phase === "completed",
    },
    evaluate: {
      caption:
        evaluation.heldOut === null
          ? ""
          : `perplexity ${formatNumber(Math.exp(evaluation.heldOut.baseLoss))} → ${formatNumber(Math.exp(evaluation.heldOut.tunedLoss))}`,
      done: answers > 0,
    },
    checkpoints: {
      caption: library.checkpoints.length === 0 ? "" : `${formatCount(library.checkpoints.length)} saved`,
      done: false,
    },
  };
  return screens.map((id) => ({ id, label: labels[id], ...holds[id] }));
}
