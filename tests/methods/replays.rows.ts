/** What a run does beside its updates, and LoRA's forms, against replays in Python (tests/oracles/regularisation.py). */
import { defaultRecipe, readRecipe, type Recipe } from "../../src/contract/index.ts";
import {
  findRate,
  mlmNetwork,
  RunControl,
  TrainingRun,
  type Objective,
  type RunSignal,
} from "../../src/training/index.ts";
import { adapterError, adapterSettings, apartWeights, logitsOf, mergedWeights } from "../support/golden-adapter.ts";
import { golden, relativeError } from "../support/golden-models.ts";
import { regularisation, startWeights, stepFeeds } from "../support/golden-regularisation.ts";
import type { MethodRow } from "./row.ts";
import { native } from "../support/native.ts";

const { config, sweep, early, versions } = regularisation;

/** The golden batches as an objective; its held-out losses are those given, one after another. */
function objective(recipe: Recipe, heldOut: readonly number[] = []): Objective {
  let evaluations = 0;
  return {
    ...mlmNetwork(config, recipe, golden.shape, false),
    batches: (step) => ({ feeds: stepFeeds(step, 1), tokens: 0, epoch: 0 }),
    openScorer: () =>
      Promise.resolve({
        // The run also scores before its first step; that counts for nothing.
        score: () => Promise.resolve({ loss: heldOut[evaluations++ - 1] ?? Infinity, tokens: 1 }),
        dispose: () => Promise.resolve(),
      }),
  };
}

/** Largest relative difference of the smoothed loss over the sweep, and of the rate that is suggested. */
async function sweepError(rates: { from: number; to: number }): Promise<number> {
  const recipe = readRecipe({ clipNorm: 1, weightDecay: regularisation.weightDecay });
  const plan = { device: native(), config, recipe, weights: startWeights(), objective: objective(recipe) };
  const { points, suggestion } = await findRate(plan, () => Promise.resolve(), { ...rates, updates: sweep.updates });
  if (points.length !== sweep.smoothed.length) return Infinity;
  const errors = points.map(({ smoothed }, i) => Math.abs(smoothed / sweep.smoothed[i]! - 1));
  return Math.max(...errors, Math.abs((suggestion ?? 0) / sweep.suggestion - 1));
}

/** Steps between where a run ends, or has its best checkpoint, and where the replay has it. */
async function earlyError(patienceOf: (patience: number) => number): Promise<number> {
  let worst = 0;
  for (const { patience, losses, stopStep, bestStep } of early) {
    const recipe: Recipe = {
      ...defaultRecipe(),
      ...{ patience: patienceOf(patience), evaluateEvery: 2, checkpointEvery: 1000, maxSteps: 2 * losses.length },
    };
    const run = await TrainingRun.open({
      ...{ device: native(), config, recipe, weights: startWeights(), startStep: 0 },
      objective: objective(recipe, losses),
      totalSteps: recipe.maxSteps,
      bestLoss: Infinity,
    });
    const signals: RunSignal[] = [];
    for await (const signal of run.signals(new RunControl())) signals.push(signal);
    await run.dispose();
    const best = signals.flatMap((signal) => (signal.type === "save" && signal.kind === "best" ? [signal.step] : []));
    const end = signals.at(-1)!;
    const ended = end.type === "done" ? end.step : 0;
    worst = Math.max(worst, Math.abs(ended - stopStep), Math.abs(best.at(-1)! - bestStep));
  }
  return worst;
}

/** Forward passes in float32 against double. */
const logitTolerance = 1e-5;
/** Sixty float32 updates at rates up to far too large, where a small difference grows with each. */
const sweepTolerance = 1e-3;

export const replayRows: MethodRow[] = [
  {
    method: "LoRA from PEFT's folder, merged",
    oracle: `peft ${versions.peft}: logits of its own model`,
    tolerance: logitTolerance,
    deviation: () => adapterError(native(), mergedWeights(), undefined),
    withoutIt: () => adapterError(native(), startWeights(), undefined),
  },
  {
    method: "LoRA from PEFT's folder, kept apart",
    oracle: `peft ${versions.peft}: logits of its own model`,
    tolerance: logitTolerance,
    deviation: () => adapterError(native(), apartWeights(), adapterSettings),
    withoutIt: () => adapterError(native(), apartWeights(), undefined),
  },
  {
    method: "LoRA merged is LoRA apart",
    oracle: "the same model with its adapter apart",
    tolerance: logitTolerance,
    deviation: async () =>
      relativeError(
        await logitsOf(native(), mergedWeights()),
        await logitsOf(native(), apartWeights(), adapterSettings),
      ),
    withoutIt: async () =>
      relativeError(
        await logitsOf(native(), startWeights()),
        await logitsOf(native(), apartWeights(), adapterSettings),
      ),
  },
  {
    method: "Learning-rate finder",
    oracle: `PyTorch ${versions.torch}, the same sweep with fastai's smoothing and valley`,
    tolerance: sweepTolerance,
    deviation: () => sweepError({ from: sweep.start, to: sweep.end }),
    withoutIt: () => sweepError({ from: 0.01, to: 0.01 }),
  },
  {
    method: "Early stopping",
    oracle: "a plain replay in Python: the step of the end and of the best checkpoint, twelve runs",
    tolerance: 0, // whole steps
    deviation: () => earlyError((patience) => patience),
    withoutIt: () => earlyError(() => 0),
  },
];
