/**
 * A vocabulary that 4 does not divide, padded on the GPU: the run that it would have been without, to rounding, and
 * nobody sees the further rows. The graph is held against the unpadded one, a run on WebGPU against the CPU's.
 */
import { expect, test } from "vitest";
import { readRecipe, type Recipe } from "../../../src/contract/index.ts";
import {
  buildMlmTraining,
  buildPairTraining,
  initialize,
  parametersOf,
  type StepGraph,
} from "../../../src/models/index.ts";
import { splitDevice, type Arrays, type Device, type Feeds, type Moments } from "../../../src/runtime/index.ts";
import { mlmNetwork, RecipeTrainer } from "../../../src/training/index.ts";
import { golden, relativeError } from "../../support/golden-models.ts";
import { native } from "../../support/native.ts";
import { paddedBatches, paddedConfig, paddedError, paddedShape } from "../../support/padded-vocabulary.ts";
import { webgpuDevice } from "../../support/webgpu-device.ts";

const config = paddedConfig;
const V = config.vocab_size;
const shape = paddedShape;
const batches = paddedBatches;
const [words, bias] = ["bert.embeddings.word_embeddings.weight", "cls.predictions.bias"];
const deviceFor = webgpuDevice();

/** float32 on one device: two more columns make the sums' order another one. */
const sameDevice = 2e-5;
/** As models-webgpu.test.ts: the standard lets exp and tanh be a few units off. */
const twoDevices = 1e-3;
/** Products in half precision: half-webgpu.test.ts. */
const halfTolerance = 1e-2;

const pairFeeds: Feeds = new Map([
  ...batches[0]!,
  ["pair_labels", { type: "int32", shape: [shape.B], data: new Int32Array(shape.B).fill(1) }],
  ["pair_weights", { type: "float32", shape: [shape.B], data: new Float32Array(shape.B).fill(1 / shape.B) }],
]);
type Build = (padVocabulary: boolean) => StepGraph;
test.each<[string, Build, Feeds]>([
  ["masked words", (pad) => buildMlmTraining(config, shape, { padding: false, padVocabulary: pad }), batches[0]!],
  [
    "label smoothing",
    (pad) => buildMlmTraining(config, shape, { padding: false, padVocabulary: pad, labelSmoothing: 0.2 }),
    batches[0]!,
  ],
  ["beside pairs", (pad) => buildPairTraining(config, shape, { padding: false, padVocabulary: pad }), pairFeeds],
])("%s: the same loss and gradients, and none for the further rows", async (_, build, feeds) => {
  const padded = build(true);
  expect([...padded.padded.keys()].sort()).toEqual([words, bias].sort());
  expect(padded.padded.get(words)!.shape).toEqual([60, config.hidden_size]);
  const { error, rest } = await paddedError(build, feeds);
  expect(rest).toBe(0);
  expect(error).toBeLessThan(sameDevice);
});

test("nothing changes where 4 divides the vocabulary, or no bias can keep the further rows out", () => {
  const modern = golden.runs["modernbert-biased"]!.config;
  const unbiased = { ...modern, vocab_size: V, modernbert: { ...modern.modernbert!, decoder_bias: false } };
  for (const same of [{ ...config, vocab_size: 60 }, unbiased]) {
    const [padded, plain] = [true, false].map((padVocabulary) =>
      buildMlmTraining(same, shape, { padding: false, padVocabulary }),
    );
    expect(padded!.padded.size).toBe(0);
    expect(padded!.bytes).toEqual(plain!.bytes);
  }
});

interface Trained {
  losses: number[];
  weights: Arrays;
  moments: Moments;
}
async function train(device: Device, settings: Partial<Recipe>, stopAfter = 0): Promise<Trained> {
  const recipe = readRecipe({ learningRate: 1e-2, weightDecay: 0.1, clipNorm: 1, ...settings });
  const parameters = parametersOf(config, "mlm");
  const initial = initialize(parameters, config, 3);
  const plan = { device, config, recipe, objective: mlmNetwork(config, recipe, shape, false), start: initial };
  let trainer = await RecipeTrainer.open({ ...plan, weights: initial, startStep: 0 });
  const losses: number[] = [];
  for (let step = 1; step <= 10; step++) {
    const feeds = [batches[step % batches.length]!, batches[(step + 1) % batches.length]!];
    losses.push((await trainer.step(step, feeds, recipe.learningRate)).loss);
    if (step !== stopAfter) continue;
    const [weights, moments] = [await trainer.weights.read(), await trainer.readMoments()];
    await trainer.dispose();
    trainer = await RecipeTrainer.open({ ...plan, weights, moments, startStep: step });
  }
  const [weights, moments] = [await trainer.weights.read(), await trainer.readMoments()];
  await trainer.dispose();
  return { losses, weights, moments };
}
const everything: Partial<Recipe> = { labelSmoothing: 0.1, pullToStart: 0.01 };

function expectAlike(found: Trained, expected: Trained, tolerance: number): void {
  found.losses.forEach((loss, i) => expect(Math.abs(loss / expected.losses[i]! - 1)).toBeLessThan(tolerance));
  for (const name of [words, bias])
    expect(relativeError(found.weights.get(name)!, expected.weights.get(name)!), name).toBeLessThan(tolerance);
}

test("ten updates on WebGPU are the CPU's; a resumed run has the same bits; in parts, and in half precision", async (context) => {
  const device = deviceFor(context);
  // Halves of 58 rows and of 60 end at different ones: parts go by fours.
  const inTwo = 32 * 4 * config.hidden_size;
  const whole = await train(device, everything);
  expectAlike(whole, await train(native(), everything), twoDevices);
  for (const values of [whole.weights, whole.moments.first, whole.moments.second]) {
    expect(values.get(words)!.length).toBe(V * config.hidden_size);
    expect(values.get(bias)!.length).toBe(V);
  }
  expect(await train(device, everything, 5)).toEqual(whole);
  expectAlike(await train(splitDevice(device, inTwo), everything), whole, twoDevices);
  if (device.report.float16 !== true) return console.log("absent: device: no shader-f16");
  const half = await train(device, { ...everything, precision: "f16" });
  half.losses.forEach((loss, i) => expect(Math.abs(loss / whole.losses[i]! - 1)).toBeLessThan(halfTolerance));
});
