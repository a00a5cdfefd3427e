/** Training runs of the tiny BERT of tests/oracles/methods.py, for what half precision must keep and must not touch. */
import { defaultRecipe, type LossScaleState, type Recipe, type StepEvent } from "../../src/contract/index.ts";
import { parametersOf, toTensors } from "../../src/models/index.ts";
import type { Arrays, Device, Moments } from "../../src/runtime/index.ts";
import { mlmNetwork, RunControl, TrainingRun, type Objective } from "../../src/training/index.ts";
import { methodsGolden } from "./golden-methods.ts";
import { golden, goldenWeights, mlmFeeds, relativeError } from "./golden-models.ts";

export interface HalfState {
  weights: Arrays;
  moments: Moments;
  lossScale?: LossScaleState;
}
export interface HalfRun extends HalfState {
  steps: StepEvent[];
  notices: string[];
}

const { config, batches } = methodsGolden;
const halfParameters = parametersOf(config, "mlm");
export const halfStart = (): Arrays => goldenWeights(halfParameters);

/**
 * Trains from update `from` + 1 to `to`.
 * @param to also where the run is stopped, which saves it
 */
export async function halfRun(
  device: Device,
  settings: Partial<Recipe>,
  [from, to]: readonly [from: number, to: number],
  state: Partial<HalfState> = {},
): Promise<HalfRun> {
  const plain: Partial<Recipe> = { maxSteps: 1000, schedule: "constant", warmupShare: 0, learningRate: 1e-3 };
  const recipe: Recipe = { ...defaultRecipe(), ...plain, evaluateEvery: 1000, checkpointEvery: 1000, ...settings };
  const objective: Objective = {
    ...mlmNetwork(config, recipe, golden.shape, false),
    batches: (step) => ({ feeds: [mlmFeeds(batches[step % batches.length]!, config, false)], tokens: 1, epoch: 0 }),
    openScorer: () =>
      Promise.resolve({ score: () => Promise.resolve({ loss: 1, tokens: 1 }), dispose: () => Promise.resolve() }),
  };
  const run = await TrainingRun.open({
    ...{ device, config, recipe, objective, weights: state.weights ?? halfStart() },
    ...{ startStep: from, totalSteps: recipe.maxSteps, bestLoss: Infinity },
    ...(state.moments === undefined ? {} : { moments: state.moments }),
    ...(state.lossScale === undefined ? {} : { lossScale: state.lossScale }),
  });
  const control = new RunControl();
  const steps: StepEvent[] = [];
  const notices: string[] = [];
  let saved: HalfState | undefined;
  for await (const signal of run.signals(control)) {
    if (signal.type === "notice") notices.push(signal.message);
    if (signal.type === "step") steps.push(signal);
    if (signal.type === "step" && signal.step === to) control.stop();
    if (signal.type !== "save") continue;
    const { weights, moments } = await signal.read();
    saved = { weights, moments, ...(signal.lossScale === undefined ? {} : { lossScale: signal.lossScale }) };
  }
  await run.dispose();
  return { ...saved!, steps, notices };
}

/** Largest relative deviation of a weight tensor; a key bias has no gradient but rounding, which Adam scales up. */
export function weightDeviation(found: Arrays, expected: Arrays): number {
  const others = new Map(toTensors(halfParameters, expected).map(({ name, data }) => [name, data]));
  const errors = toTensors(halfParameters, found)
    .filter(({ name }) => !name.endsWith("key.bias"))
    .map(({ name, data }) => relativeError(data, others.get(name)!));
  return Math.max(...errors);
}

/** An update at a scale that nothing survives: what it left, and whether weights and moments are what they were. */
export async function overflow(device: Device): Promise<{ isUntouched: boolean; after: HalfRun }> {
  const before = await halfRun(device, { precision: "f16" }, [0, 2]);
  const lossScale = { scale: 2 ** 100, goodSteps: 2, skipped: [] };
  const after = await halfRun(device, { precision: "f16" }, [2, 3], { ...before, lossScale });
  const sameBits = (a: Arrays, b: Arrays): boolean =>
    [...a].every(([name, values]) => Buffer.from(bytes(values)).equals(Buffer.from(bytes(b.get(name)!))));
  const isUntouched =
    sameBits(before.weights, after.weights) &&
    sameBits(before.moments.first, after.moments.first) &&
    sameBits(before.moments.second, after.moments.second);
  return { isUntouched, after };
}
const bytes = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
