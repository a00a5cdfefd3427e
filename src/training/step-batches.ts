/** The batches of one update as the graph's inputs: a function of (seed, step) and the blocks alone. */
import type { ModelConfig, Recipe, SpecialTokens, StepShape } from "../contract/index.ts";
import { collateMlm, maskedRoom, stepBlocks, type BlockIndex, type CollateSettings } from "../data/index.ts";
import type { Feeds } from "../runtime/index.ts";
import { mlmFeeds } from "./feeds.ts";

export interface BatchPlan {
  config: ModelConfig;
  special: SpecialTokens;
  recipe: Recipe;
  train: BlockIndex;
}
export interface StepBatches {
  feeds: Feeds[];
  /** Positions that are not padding. */
  tokens: number;
  epoch: number;
}

export function runShape(recipe: Recipe): StepShape {
  const { batchSize: B, blockLength: T, maskRate } = recipe;
  return { B, T, M: maskedRoom(B, T, maskRate) };
}

export function collateSettings({ recipe, special, config }: Omit<BatchPlan, "train">): CollateSettings {
  return { recipe, special, vocabularySize: config.vocab_size };
}

/** @param step counted from 1 */
export function stepBatches(plan: BatchPlan, step: number): StepBatches {
  const { recipe, train, config } = plan;
  const shape = runShape(recipe);
  const parts = stepBlocks(recipe.seed, train.count, recipe.batchSize, recipe.accumulation, step);
  const batches = parts.map((part) => collateMlm(train, part, collateSettings(plan), shape.M));
  const masked = batches.reduce((sum, batch) => sum + batch.count, 0);
  return {
    feeds: batches.map((batch) => mlmFeeds(batch, shape, config, masked, train.padded)),
    tokens: batches.reduce((sum, batch) => sum + batch.tokens, 0),
    epoch: parts.at(-1)!.at(-1)!.epoch,
  };
}
