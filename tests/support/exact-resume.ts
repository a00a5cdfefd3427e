/** What holds of every run, whatever it learns: it goes on from a save to the last bit, and what is frozen stays. */
import { expect } from "vitest";
import type { Arrays, Device } from "../../src/runtime/index.ts";
import { ParameterPlan, type Objective } from "../../src/training/index.ts";
import { lossesOf, shortRun, type From, type Learnt, type Reached } from "./short-run.ts";

/** All of `recipe.maxSteps` in one go, against a stop after `stop`, a reload, and the rest. */
export async function expectExactResume(
  device: Device,
  { config, recipe, objective }: Omit<Learnt, "objective"> & { objective: () => Promise<Objective> },
  weights: Arrays,
  stop: number,
): Promise<void> {
  const train = async (from: From, stopAfter: number): Promise<Reached> =>
    shortRun(device, { config, recipe, objective: await objective() }, from, stopAfter);

  const whole = await train({ weights, step: 0 }, recipe.maxSteps);
  const losses = lossesOf(whole.signals);
  for (const loss of losses) expect(Number.isFinite(loss)).toBe(true);
  const end = losses.length; // fewer where the run ends early

  const plan = new ParameterPlan(recipe, config, (await objective()).head);
  const trained = new Set(plan.trained(end).map(({ name }) => name));
  const moved = plan.parameters
    .map(({ name }) => name)
    .filter((name) => whole.weights.get(name)!.some((x, i) => x !== weights.get(name)![i]));
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.filter((name) => !trained.has(name))).toEqual([]);

  const half = await train({ weights, step: 0 }, stop);
  if (end <= half.step) return;
  const saves = half.signals.flatMap((s) => (s.type === "save" ? [s] : []));
  const bestLoss = saves.findLast(({ kind }) => kind === "best")!.loss;
  const { sinceBest } = saves.findLast(({ kind }) => kind === "last")!;
  const rest = await train({ ...half, start: weights, bestLoss, sinceBest }, recipe.maxSteps);
  expect([...lossesOf(half.signals), ...lossesOf(rest.signals)]).toEqual(losses);
  expect(rest.weights).toEqual(whole.weights);
  expect(rest.moments).toEqual(whole.moments);
}
