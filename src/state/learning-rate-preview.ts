/**
 * The learning rate over the run, for the drawing beside the form. The run itself takes its rate from
 * src/training; a test holds the two together.
 */
import type { Recipe } from "../contract/index.ts";

/** Learning rate of update `step`, counted from 1. */
export function learningRateAt(recipe: Recipe, step: number): number {
  const warmup = Math.round(recipe.warmupShare * recipe.maxSteps);
  if (step <= warmup) return (recipe.learningRate * step) / warmup;
  if (recipe.schedule === "constant") return recipe.learningRate;
  const done = (step - 1 - warmup) / Math.max(1, recipe.maxSteps - warmup);
  const share = recipe.schedule === "linear" ? 1 - done : 0.5 * (1 + Math.cos(Math.PI * done));
  return recipe.learningRate * Math.max(0, share);
}

/** At most `points` evenly spread points of the curve, first and last update included. */
export function learningRateCurve(recipe: Recipe, points = 200): { steps: number[]; rates: number[] } {
  const last = recipe.maxSteps;
  const count = Math.min(points, last);
  const steps = Array.from({ length: count }, (_, k) => 1 + Math.round((k * (last - 1)) / Math.max(1, count - 1)));
  return { steps, rates: steps.map((step) => learningRateAt(recipe, step)) };
}
