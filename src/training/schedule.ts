/**
 * Learning-rate schedules. As transformers' get_*_schedule_with_warmup, with one difference: warm-up
 * starts at 1/warm-up rather than at 0, so that the first update is not thrown away.
 */
import type { Recipe } from "../contract/index.ts";

type ScheduleSettings = Pick<Recipe, "schedule" | "learningRate" | "warmupShare">;

/** The learning rate of update `step`, counted from 1 to `totalSteps`. */
export function learningRateAt(recipe: ScheduleSettings, step: number, totalSteps: number): number {
  const warmup = Math.round(recipe.warmupShare * totalSteps);
  if (step <= warmup) return (recipe.learningRate * step) / warmup;
  if (recipe.schedule === "constant") return recipe.learningRate;
  const done = (step - 1 - warmup) / Math.max(1, totalSteps - warmup); // 0 at the first update after warm-up
  const share = recipe.schedule === "linear" ? 1 - done : 0.5 * (1 + Math.cos(Math.PI * done));
  return recipe.learningRate * Math.max(0, share);
}
