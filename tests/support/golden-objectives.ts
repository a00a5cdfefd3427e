/** Ten steps of a training objective on the tiny models of tests/oracles/objectives.py, and how far from PyTorch's. */
import { readRecipe, type ModelConfig } from "../../src/contract/index.ts";
import { parametersOf, readSafetensors, toFloat32, toTensors } from "../../src/models/index.ts";
import type { Device, Feeds } from "../../src/runtime/index.ts";
import { RecipeTrainer, type Network } from "../../src/training/index.ts";
import { readFixture, readGolden } from "./fixture.ts";
import { goldenWeights, gradientsByName, relativeError, type GoldenBatch } from "./golden-models.ts";

export interface GoldenStep {
  batch: GoldenBatch;
  /** The other half of a contrastive batch. */
  second: GoldenBatch;
  pairLabels: number[];
}
interface Golden {
  versions: { torch: string; transformers: string };
  learningRate: number;
  weightDecay: number;
  temperature: number;
  dropout: number;
  runs: Record<string, { config: ModelConfig; batches: GoldenStep[]; losses: number[] }>;
}
export const goldenObjectives = readGolden("fixtures/models/objectives.json") as Golden;
const { tensors } = readSafetensors(readFixture("fixtures/models/objectives.safetensors"));
const { torch, transformers } = goldenObjectives.versions;
export const objectivesOracle = `PyTorch ${torch}, transformers ${transformers}: loss, gradients, ten AdamW steps`;

/** Below this a gradient is rounding: softmax ignores a shift of its scores, so key biases have none. */
const gradientFloor = 1e-3;

/** Losses, the first step's gradients and the weights after ten steps: relative deviations by name. */
export async function objectiveErrors(
  device: Device,
  key: string,
  network: Network,
  feedsOf: (step: GoldenStep, config: ModelConfig) => Feeds,
): Promise<Record<string, number>> {
  const { learningRate, weightDecay, runs } = goldenObjectives;
  const { config, batches, losses } = runs[key]!;
  const recipe = readRecipe({ learningRate, weightDecay, clipNorm: 0 });
  const parameters = parametersOf(config, network.head);
  const weights = goldenWeights(parameters);
  const expected = (part: string, name: string): Float32Array => toFloat32(tensors.get(`${key}/${part}/${name}`)!);
  const errors: Record<string, number> = {};

  const encoder = new Set(parametersOf(config, "none").map(({ name }) => name));
  const graph = network.trainingGraph((name) => network.head !== "kept-mlm" || encoder.has(name));
  // With dropout the runtime's trainer alone fills the masks: losses and weights tell of the gradients.
  if (graph.dropout.length === 0) Object.assign(errors, await gradientErrors());
  async function gradientErrors(): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    const program = await device.compile(graph.bytes);
    const uploaded = await device.upload(parameters, weights);
    const feeds = feedsOf(batches[0]!, config);
    const results = await program.run(
      uploaded,
      feeds,
      graph.outputs.map(({ name }) => name),
    );
    for (const [name, gradient] of gradientsByName(graph, results, feeds))
      if (tensors.has(`${key}/gradient/${name}`))
        found[`gradient of ${name}`] = relativeError(gradient, expected("gradient", name), gradientFloor);
    uploaded.dispose();
    await program.dispose();
    return found;
  }

  const trainer = await RecipeTrainer.open({ device, config, objective: network, recipe, weights, startStep: 0 });
  for (const [s, step] of batches.entries()) {
    const { loss } = await trainer.step(s + 1, [feedsOf(step, config)], learningRate);
    errors[`loss ${s}`] = Math.abs(loss / losses[s]! - 1);
  }
  for (const { name, data } of toTensors(parameters, await trainer.weights.read())) {
    if (name.endsWith("key.bias") || !tensors.has(`${key}/final/${name}`)) continue; // no gradient, or none but rounding
    errors[name] = relativeError(data, expected("final", name));
  }
  await trainer.dispose();
  return errors;
}
