/**
 * Whether the model can be taught a field: its loss on a field's held-out text before and after a short run of the
 * page's own default recipe on that field's training text. The text comes from a folder outside the repository.
 */
import { join } from "node:path";
import { defaultRecipe, learningRateAt, type ModelConfig, type Recipe } from "../../src/contract/index.ts";
import type { Arrays } from "../../src/runtime/index.ts";
import { collateSettings } from "../../src/data/index.ts";
import { HeldOutScorer, openObjective, RecipeTrainer, runShape } from "../../src/training/index.ts";
import { special } from "./sizes.ts";
import { prepareTokens } from "./token-file.ts";
import { openNative, tokenBlocks } from "./train.ts";

export interface Adaptation {
  field: string;
  steps: number;
  /** Masked tokens measured on. */
  tokens: number;
  /** Nats a masked token. */
  before: number;
  after: number;
}

/** Steps of 8 blocks of 128 tokens: a fifth to a half of the field's text, and a few minutes in a browser. */
const steps = 400;

/** Share by which the perplexity falls. */
export const perplexityFall = ({ before, after }: Adaptation): number => 1 - Math.exp(after - before);

export async function measureAdaptation(
  field: string,
  folder: string,
  vocabulary: string[],
  config: ModelConfig,
  weights: Arrays,
  { cache, threads }: { cache: string; threads: number },
): Promise<Adaptation> {
  const files = await prepareTokens([folder], vocabulary, join(cache, "field"));
  const recipe: Recipe = { ...defaultRecipe(), maxSteps: steps };
  const train = tokenBlocks(files.train, vocabulary, recipe);
  const heldOut = tokenBlocks(files.heldOut, vocabulary, recipe);
  const device = openNative(threads);
  const plan = { config, special, recipe, train, heldOut };
  const objective = openObjective(plan);
  const trainer = await RecipeTrainer.open({ device, config, objective, recipe, weights, startStep: 0 });
  const scorer = await HeldOutScorer.open(
    device,
    config,
    heldOut,
    collateSettings(plan),
    runShape(recipe, config),
    Infinity,
  );
  const before = await scorer.score(trainer.weights);
  for (let step = 1; step <= steps; step++)
    await trainer.step(step, objective.batches(step).feeds, learningRateAt(recipe, step, steps));
  const after = await scorer.score(trainer.weights);
  await trainer.dispose();
  await scorer.dispose();
  await device.dispose();
  return { field, steps, tokens: before.tokens, before: before.loss, after: after.loss };
}
