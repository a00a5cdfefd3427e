/** How long an update of a network takes on a device that has not loaded it: random weights, random tokens. */
import { random } from "../base/index.ts";
import type { ModelConfig, Recipe, SpecialTokens, StepCost } from "../contract/index.ts";
import { packBlocks } from "../data/index.ts";
import { initialize, parametersOf } from "../models/index.ts";
import type { Device } from "../runtime/index.ts";
import { openObjective } from "./objectives/index.ts";
import { measureStep } from "./step-cost.ts";

/** Updates are timed for so long at most: a person waits. */
const longestMs = 1000;

export function measureNetwork(
  device: Device,
  config: ModelConfig,
  special: SpecialTokens,
  recipe: Recipe,
): Promise<StepCost> {
  const source = random(recipe.seed);
  const length = recipe.batchSize * recipe.blockLength;
  const tokens = Int32Array.from({ length }, () => source.below(config.vocab_size));
  const blocks = packBlocks({ tokens, documents: Uint32Array.of(0, length) }, recipe, special);
  const objective = openObjective({ config, special, recipe, train: blocks, heldOut: blocks });
  const weights = initialize(parametersOf(config, objective.head), config, recipe.seed);
  return measureStep({ device, config, recipe, weights, objective }, undefined, longestMs);
}
