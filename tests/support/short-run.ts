/** A run of a few updates through the loop that the page runs, up to a stop and its save: what tests of resuming compare. */
import type { Arrays, Device, Moments } from "../../src/runtime/index.ts";
import {
  ParameterPlan,
  readMoments,
  readTensors,
  RunControl,
  storeMoments,
  storeTensors,
  TrainingRun,
  type RunPlan,
  type RunSignal,
} from "../../src/training/index.ts";

export interface Reached {
  /** As read back from a checkpoint's own form, as a reload does. */
  weights: Arrays;
  moments: Moments;
  /** Of the save: where an update is in flight, one more than when the stop was asked for. */
  step: number;
  signals: RunSignal[];
}
export interface From {
  weights: Arrays;
  /** The weights that the run once began with, where it pulls to them. */
  start?: Arrays;
  moments?: Moments;
  step: number;
  bestLoss?: number;
  sinceBest?: number;
}

export type Learnt = Pick<RunPlan, "config" | "recipe" | "objective">;

/** @param stopAfter the update after which somebody presses Stop */
export async function shortRun(device: Device, plan: Learnt, from: From, stopAfter: number): Promise<Reached> {
  const { recipe } = plan;
  const run = await TrainingRun.open({
    device,
    ...plan,
    weights: from.weights,
    ...(from.moments ? { moments: from.moments } : {}),
    ...(from.start ? { start: from.start } : {}),
    startStep: from.step,
    totalSteps: recipe.maxSteps,
    bestLoss: from.bestLoss ?? Infinity,
    sinceBest: from.sinceBest ?? 0,
  });
  const control = new RunControl();
  const signals: RunSignal[] = [];
  let saved: Omit<Reached, "signals"> | undefined;
  for await (const signal of run.signals(control)) {
    signals.push(signal);
    if (signal.type === "step" && signal.step === stopAfter) control.stop();
    if (signal.type === "save" && signal.kind === "last") saved = await kept(plan, signal);
  }
  await run.dispose();
  return { ...saved!, signals };
}

async function kept(
  { recipe, config, objective }: Learnt,
  { read, step }: Extract<RunSignal, { type: "save" }>,
): Promise<Omit<Reached, "signals">> {
  const { parameters, weights, moments } = await read();
  const stored = { weights: storeTensors(parameters, weights), ...storeMoments(parameters, moments) };
  const copies = structuredClone(stored);
  const learnt = new ParameterPlan(recipe, config, objective.head).trained(step);
  return {
    weights: readTensors(parameters, copies.weights, "weights"),
    moments: readMoments(learnt, copies.first, copies.second),
    step,
  };
}

export const lossesOf = (signals: readonly RunSignal[]): number[] =>
  signals.flatMap((s) => (s.type === "step" ? [s.loss] : []));
