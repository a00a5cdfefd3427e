/**
 * The learning-rate finder: one update at each rate of an exponential sweep, the loss smoothed, ended when it
 * diverges (Smith 2017, arXiv 1506.01186, section 3.3; fastai's lr_find for smoothing, end and "valley").
 * It trains a copy: nothing is saved, and the model that was loaded stays as it was.
 */
import type { RatePoint, RateSweep, Recipe } from "../contract/index.ts";
import type { Objective } from "./objective.ts";
import { RecipeTrainer, type TrainerPlan } from "./recipe-trainer.ts";

export interface Sweep {
  from: number;
  to: number;
  updates: number;
}
export const defaultSweep: Sweep = { from: 1e-6, to: 0.3, updates: 100 };
/** fastai's: the smoothed loss remembers about fifty updates, the run ends at four times the lowest. */
const memory = 0.98;
const divergence = 4;

/** The rate of update `i`, counted from 0. */
export const sweepRate = ({ from, to, updates }: Sweep, i: number): number =>
  from * Math.pow(to / from, i / Math.max(1, updates - 1));

/** Smooths losses as they come: a moving mean corrected for its start, like Adam's. */
export class RateCurve {
  readonly points: RatePoint[] = [];
  #mean = 0;
  #lowest = Infinity;

  /** False when the loss has diverged and the sweep should end. */
  add(rate: number, loss: number): boolean {
    this.#mean = memory * this.#mean + (1 - memory) * loss;
    const smoothed = this.#mean / (1 - Math.pow(memory, this.points.length + 1));
    if (!Number.isFinite(smoothed)) return false;
    this.points.push({ rate, loss, smoothed });
    this.#lowest = Math.min(this.#lowest, smoothed);
    return smoothed <= divergence * this.#lowest;
  }
}

/**
 * fastai's "valley": half-way through the longest fall of the smoothed loss, not counting rises between.
 * @returns undefined when the loss never fell
 */
export function suggestRate(points: readonly RatePoint[]): number | undefined {
  const fall = points.map(() => 1); // length of the longest falling sequence that ends here
  let end = 0;
  for (let i = 1; i < points.length; i++) {
    for (let j = 0; j < i; j++)
      if (points[i]!.smoothed < points[j]!.smoothed) fall[i] = Math.max(fall[i]!, fall[j]! + 1);
    if (fall[i]! > fall[end]!) end = i;
  }
  if (end === 0) return undefined;
  const start = end - fall[end]!;
  const third = (end - start) / 3;
  return points[Math.max(0, start + Math.floor(third) + Math.floor(third / 2))]!.rate;
}

/** Trains the copy; `onPoint` hears of every update. Gradual unfreezing is left out: every part should answer. */
export async function findRate(
  plan: Omit<TrainerPlan, "startStep"> & { objective: Objective },
  onPoint: (points: readonly RatePoint[], sweep: Sweep) => Promise<void>,
  sweep = defaultSweep,
): Promise<RateSweep> {
  const recipe: Recipe = { ...plan.recipe, unfreezing: "even", unfreezeEvery: 0, embeddingsFirst: 0 };
  const trainer = await RecipeTrainer.open({ ...plan, recipe, startStep: 0 });
  const curve = new RateCurve();
  try {
    let steady = true;
    for (let i = 0; steady && i < sweep.updates; i++) {
      const rate = sweepRate(sweep, i);
      const { feeds, graphs } = plan.objective.batches(i + 1);
      const { loss } = await trainer.step(i + 1, feeds, rate, graphs);
      steady = curve.add(rate, loss);
      await onPoint(curve.points, sweep);
    }
    return { points: curve.points, suggestion: suggestRate(curve.points) ?? null, diverged: !steady };
  } finally {
    await trainer.dispose();
  }
}
