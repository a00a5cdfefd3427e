/** The learning rate over the run, for the drawing beside the form: the very function the run uses. */
import { learningRateAt, type Recipe } from "../contract/index.ts";

/** At most `points` evenly spread points of the curve, first and last update included. */
export function learningRateCurve(recipe: Recipe, points = 200): { steps: number[]; rates: number[] } {
  const last = recipe.maxSteps;
  const count = Math.min(points, last);
  const steps = Array.from({ length: count }, (_, k) => 1 + Math.round((k * (last - 1)) / Math.max(1, count - 1)));
  return { steps, rates: steps.map((step) => learningRateAt(recipe, step, last)) };
}
