/** What an update costs on this device, measured: with the recipe's choice of layers, and with everything learning. */
import type { Recipe } from "./recipe/index.ts";

export interface StepCost {
  /** Median of a few updates after the first. */
  stepMs: number;
  /** What AdamW's two moments took, as read back from the device; gradients take half of it. */
  momentBytes: number;
}
export interface StepCosts {
  chosen: StepCost;
  all: StepCost;
  /** A plain sentence where the device could not compute as the recipe asks. */
  notice?: string;
}

/** The same recipe with nothing frozen and no adapters. */
export const allLearning = (recipe: Recipe): Recipe => ({
  ...recipe,
  freezeEmbeddings: "no",
  freezeLayers: 0,
  unfreezing: "even",
  unfreezeEvery: 0,
  loraTargets: "off",
});
