/**
 * A run on graphs that were compiled before it was asked for is the run that it would have been: every signal, weight
 * and moment to the last bit. And what lies ready is taken by that run only.
 */
import { afterAll, expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import { defaultRecipe, type ModelConfig, type Recipe } from "../../../src/contract/index.ts";
import { packBlocks } from "../../../src/data/index.ts";
import { initialize, parametersOf } from "../../../src/models/index.ts";
import { splitDevice, type Device } from "../../../src/runtime/index.ts";
import { aheadPieces, openObjective, RunControl, TrainingRun, type RunSignal } from "../../../src/training/index.ts";
import { openNative } from "../../support/native.ts";

const config: ModelConfig = {
  model_type: "bert",
  vocab_size: 60,
  hidden_size: 16,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 32,
  max_position_embeddings: 32,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
  hidden_act: "gelu",
  initializer_range: 0.02,
};
const special = { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 };
const small: Partial<Recipe> = { batchSize: 4, blockLength: 32, maxSteps: 3, evaluateEvery: 2, maskRate: 0.3 };

const device = openNative();
afterAll(() => device.dispose());

function text(seed: number): { tokens: Int32Array; documents: Uint32Array } {
  const source = random(seed);
  const tokens: number[] = [];
  const documents = [0];
  for (let d = 0; d < 60; d++) {
    tokens.push(2, ...Array.from({ length: 2 + source.below(27) }, () => 5 + source.below(55)), 3);
    documents.push(tokens.length);
  }
  return { tokens: Int32Array.from(tokens), documents: Uint32Array.from(documents) };
}

async function prepare(on: Device, recipe: Recipe, warmUp = false): Promise<number> {
  for (const piece of aheadPieces({ device: on, config, recipe, warmUp })) await piece();
  return on.prepared.count;
}

async function train(on: Device, recipe: Recipe): Promise<unknown[]> {
  const objective = openObjective({
    ...{ config, special, recipe },
    train: packBlocks(text(5), recipe, special),
    heldOut: packBlocks(text(6), recipe, special),
  });
  const weights = initialize(parametersOf(config, "mlm"), config, recipe.seed);
  const ran = { device: on, config, recipe, objective, weights };
  const run = await TrainingRun.open({ ...ran, startStep: 0, totalSteps: recipe.maxSteps, bestLoss: Infinity });
  const said: unknown[] = [];
  for await (const signal of run.signals(new RunControl())) said.push(await toCompare(signal));
  await run.dispose();
  return said;
}

async function toCompare(signal: RunSignal): Promise<unknown> {
  if (signal.type === "save") return signal.read();
  if (signal.type === "notice") return signal.code; // it tells how long a graph took
  return { ...signal, durationMs: 0 };
}

test.each<[string, Partial<Recipe>, number]>([
  ["joined blocks", {}, 2],
  ["a line a block, batches cut to four lengths", { packing: "lines", lengthBuckets: "cut" }, 5],
  ["dropout, two batches an update, layer by layer", { dropout: 0.1, accumulation: 2, unfreezeEvery: 2 }, 2],
])("%s: the same run to the last bit, on the graphs that lay ready", async (_, settings, graphs) => {
  const recipe = { ...defaultRecipe(), ...small, ...settings };
  const cold = await train(device, recipe);
  expect(await prepare(device, recipe)).toBe(graphs);
  const warm = await train(device, recipe);
  expect(warm).toEqual(cold);
  // The run's own and the held-out one are gone at least; a length that no batch had is left.
  expect(device.prepared.count).toBeLessThanOrEqual(graphs - 2);
  await device.prepared.release();
  expect(device.prepared.count).toBe(0);
});

test("running the graphs once on zeros leaves no trace in the run after it", async () => {
  const recipe = { ...defaultRecipe(), ...small, accumulation: 2, dropout: 0.1 };
  const cold = await train(device, recipe);
  await prepare(device, recipe, true);
  expect(await train(device, recipe)).toEqual(cold);
  expect(device.prepared.count).toBe(0);
});

test("on a device that splits tables the parts are prepared as the run asks for them", async () => {
  const split = splitDevice(device, 1024);
  const recipe = { ...defaultRecipe(), ...small };
  const cold = await train(split, recipe);
  expect(await prepare(split, recipe)).toBe(2);
  expect(await train(split, recipe)).toEqual(cold);
  expect(split.prepared.count).toBe(0);
});

test("another recipe takes nothing that was made for this one", async () => {
  const recipe = { ...defaultRecipe(), ...small };
  await prepare(device, recipe);
  await train(device, { ...recipe, batchSize: 2 });
  expect(device.prepared.count).toBe(2);
  await prepare(device, recipe);
  expect(device.prepared.count).toBe(2);
  await device.prepared.release();
});

test("nothing is prepared where the graphs depend on the data, or could not be made", () => {
  const of = (settings: Partial<Recipe>): number =>
    aheadPieces({ device, config, recipe: { ...defaultRecipe(), ...small, ...settings }, warmUp: true }).length;
  expect(of({})).toBe(4);
  expect(of({ objective: "sop" })).toBe(0);
  expect(of({ objective: "permutation" })).toBe(0);
  expect(of({ blockLength: 64 })).toBe(0);
});

test("what cannot be opened leaves nothing on the device", async () => {
  const recipe = { ...defaultRecipe(), ...small };
  for (const broken of ["train", "compile"] as const) {
    let held = 0;
    const upload: Device["upload"] = async (...given) => {
      const weights = await device.upload(...given);
      held++;
      return { read: (names) => weights.read(names), dispose: () => void held-- };
    };
    const fail = (): Promise<never> => Promise.reject(new Error("no memory"));
    const failing: Device = {
      report: device.report,
      prepared: device.prepared,
      keptBytes: 0,
      lose: () => device.lose(),
      dispose: () => device.dispose(),
      compile: (bytes) => device.compile(bytes),
      train: (parameters, _, program, moments, start) =>
        device
          .upload(parameters, initialize(parametersOf(config, "mlm"), config, 1))
          .then((weights) => device.train(parameters, weights, program, moments, start)),
      upload,
      [broken]: fail,
    };
    await expect(train(failing, recipe)).rejects.toThrow("no memory");
    expect(held).toBe(0);
    const scoring = aheadPieces({ device: failing, config, recipe, warmUp: true })[1]!;
    if (broken === "compile") await expect(scoring()).rejects.toThrow("no memory");
    expect(held).toBe(0);
  }
});
