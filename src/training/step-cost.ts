/** What an update costs: a few of them on a copy, timed. Nothing is saved. */
import type { StepCost } from "../contract/index.ts";
import type { Objective } from "./objective.ts";
import { RecipeTrainer, type TrainerPlan } from "./recipe-trainer.ts";

/** Timed after one that also compiles and allocates. */
const timedUpdates = 5;
/** Updates that a measurement takes. */
export const costUpdates = timedUpdates + 1;

/**
 * The first updates of the recipe: with gradual unfreezing those of its first stage.
 * @param withinMs fewer updates are timed, but one at least, once they have taken so long
 */
export async function measureStep(
  plan: Omit<TrainerPlan, "startStep"> & { objective: Objective },
  onUpdate: () => Promise<void> = () => Promise.resolve(),
  withinMs = Infinity,
): Promise<StepCost> {
  const trainer = await RecipeTrainer.open({ ...plan, startStep: 0 });
  try {
    const times: number[] = [];
    let spent = 0;
    for (let step = 1; step <= costUpdates && spent < withinMs; step++) {
      const { feeds } = plan.objective.batches(step);
      const began = performance.now();
      await trainer.step(step, feeds, plan.recipe.learningRate);
      if (step > 1) {
        times.push(performance.now() - began);
        spent += times.at(-1)!;
      }
      await onUpdate();
    }
    const { first, second } = await trainer.readMoments();
    const momentBytes = [...first.values(), ...second.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    return { stepMs: times.sort((a, b) => a - b)[times.length >> 1]!, momentBytes };
  } finally {
    await trainer.dispose();
  }
}
