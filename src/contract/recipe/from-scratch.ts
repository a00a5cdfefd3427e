/**
 * The recipe for a model that begins with random weights. A higher rate: there is nothing to forget yet, and BERT and
 * RoBERTa took ten times the rate of continued training (1e-4 and 6e-4 at their sizes; small models bear more). A longer
 * warm-up: the first gradients are large and all point one way, and Adam's averages know nothing yet. The faster second
 * average (0.98) is RoBERTa's. No early end: the loss stands still at the unigram model's for a while, then falls.
 * Blocks are no longer than what the model reads.
 */
import { longestBlock } from "../families.ts";
import type { ModelConfig } from "../model.ts";
import type { Recipe } from "./index.ts";

/** Wider models want smaller steps. */
const wideFrom = 384;

export const fromScratchRecipe = (recipe: Recipe, config: ModelConfig): Recipe => ({
  ...recipe,
  blockLength: Math.min(recipe.blockLength, longestBlock(config)),
  learningRate: config.hidden_size >= wideFrom ? 6e-4 : 1e-3,
  schedule: "linear",
  warmupShare: 0.1,
  adamBeta2: 0.98,
  freezeEmbeddings: "no",
  freezeLayers: 0,
  unfreezing: "even",
  unfreezeEvery: 0,
  layerRateDecay: 1,
  patience: 0,
  maxSteps: Math.max(recipe.maxSteps, 2000),
});
