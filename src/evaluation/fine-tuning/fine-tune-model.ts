/**
 * One fine-tuning: a fresh head on an encoder, all weights trained by the recipe, the weights of the best epoch kept.
 * The head is drawn from the seed alone, so that two encoders begin with the same one.
 */
import { UnmaskError } from "../../base/index.ts";
import type { ModelConfig, Recipe, SpecialTokens, TaskHead } from "../../contract/index.ts";
import { initialize, parametersOf } from "../../models/index.ts";
import type { Arrays, Device, WeightSource } from "../../runtime/index.ts";
import { taskObjective, TrainingRun, type RunControl, type TaskData } from "../../training/index.ts";

export interface FineTunePlan {
  device: Device;
  config: ModelConfig;
  special: SpecialTokens;
  /** By parameter name; whatever it holds besides the encoder is not looked at. */
  encoder: WeightSource;
  head: TaskHead;
  recipe: Recipe;
  train: TaskData;
  dev: TaskData;
  control: RunControl;
  onStep: (step: number) => Promise<void>;
}
export interface FineTuned {
  /** Of the best epoch. */
  weights: Arrays;
  /** Validation loss after each epoch. */
  losses: number[];
  bestEpoch: number;
}

/** The encoder's own weights, and a head drawn from the seed. */
export function withFreshHead(encoder: WeightSource, config: ModelConfig, head: TaskHead, seed: number): WeightSource {
  const body = new Set(parametersOf(config, "none").map(({ name }) => name));
  const fresh = initialize(
    parametersOf(config, head).filter(({ name }) => !body.has(name)),
    config,
    seed,
  );
  return {
    has: (name) => (body.has(name) ? encoder : fresh).has(name),
    get: (name) => (body.has(name) ? encoder : fresh).get(name),
  };
}

/** @throws base/aborted when stopped, evaluation/not-a-number when the loss is none */
export async function fineTuneModel(plan: FineTunePlan): Promise<FineTuned> {
  const { device, config, recipe, head, encoder, control, onStep } = plan;
  const run = await TrainingRun.open({
    device,
    config,
    recipe,
    objective: taskObjective(plan),
    weights: withFreshHead(encoder, config, head, recipe.seed),
    startStep: 0,
    totalSteps: recipe.maxSteps,
    bestLoss: Infinity,
  });
  const losses: number[] = [];
  let [best, bestEpoch]: [Arrays | undefined, number] = [undefined, 0];
  try {
    for await (const signal of run.signals(control)) {
      if (signal.type === "step") await onStep(signal.step);
      if (signal.type === "evaluation" && signal.step > 0) losses.push(signal.loss);
      if (signal.type === "save" && signal.kind === "best") {
        best = (await signal.read()).weights;
        bestEpoch = losses.length;
      }
      if (signal.type === "done" && signal.reason === "stopped")
        throw new UnmaskError("base/aborted", "The fine-tuning was stopped before it ended.");
    }
  } finally {
    await run.dispose();
  }
  if (best === undefined)
    throw new UnmaskError(
      "evaluation/not-a-number",
      "The loss of a fine-tuning must be a finite number; this one's never was.",
      "Take a lower learning rate.",
    );
  return { weights: best, losses, bestEpoch };
}
