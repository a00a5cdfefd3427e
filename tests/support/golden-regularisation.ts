/** Ten steps of a regularisation method on the tiny BERT of tests/oracles/regularisation.py, and how far from PyTorch's. */
import { readRecipe, type LoraSettings, loraOf, type ModelConfig, type Recipe } from "../../src/contract/index.ts";
import { parametersOf, readSafetensors, toFloat32, toTensors, type Parameter } from "../../src/models/index.ts";
import type { Device, Feeds } from "../../src/runtime/index.ts";
import { mlmNetwork, RecipeTrainer, type Network } from "../../src/training/index.ts";
import { readFixture } from "./fixture.ts";
import { golden, goldenWeights, mlmFeeds, relativeError, type GoldenBatch } from "./golden-models.ts";

export interface GoldenSweep {
  start: number;
  end: number;
  updates: number;
  losses: number[];
  smoothed: number[];
  suggestion: number;
}
interface Golden {
  versions: { torch: string; transformers: string; peft: string };
  config: ModelConfig;
  learningRate: number;
  weightDecay: number;
  batches: GoldenBatch[];
  methods: Record<string, { settings: Partial<Recipe>; parts: number; losses: number[] }>;
  sweep: GoldenSweep;
  early: { patience: number; losses: number[]; stopStep: number; bestStep: number }[];
}
const fixture = (name: string): Uint8Array => readFixture(`fixtures/models/${name}`);
export const regularisation = JSON.parse(new TextDecoder().decode(fixture("regularisation.json"))) as Golden;
const { tensors } = readSafetensors(fixture("regularisation.safetensors"));
export const regularisationTensor = (name: string): Float32Array => toFloat32(tensors.get(name)!);
export const regularisationMethods = Object.keys(regularisation.methods);

/** The oracle's weights; adapters by the same formula as every other weight. */
export const startWeights = (lora?: LoraSettings): Map<string, Float32Array> =>
  goldenWeights(parametersOf(regularisation.config, "mlm", lora));

/** The batches of update `step`, counted from 1: `parts` of them, their losses divided by all their masked tokens. */
export function stepFeeds(step: number, parts: number): Feeds[] {
  const { batches, config } = regularisation;
  const chosen = Array.from({ length: parts }, (_, part) => batches[(step - 1 + 3 * part) % batches.length]!);
  const all = chosen.reduce((sum, { labels }) => sum + labels.length, 0);
  return chosen.map((batch) => {
    const feeds = new Map(mlmFeeds(batch, config, false));
    const weights = feeds.get("loss_weights")!;
    const data = Float32Array.from(weights.data, (w) => (w === 0 ? 0 : 1 / all));
    return feeds.set("loss_weights", { type: "float32", shape: weights.shape, data });
  });
}

export interface Changed {
  /** Instead of the method's own. */
  settings?: Partial<Recipe>;
  parts?: number;
  /** Another network, or other parameters. */
  network?: (network: Network) => Network;
}

/** Largest relative deviation of each loss and each trained tensor. */
export async function regularisationErrors(
  device: Device,
  name: string,
  changed: Changed = {},
): Promise<Record<string, number>> {
  const { config, learningRate, weightDecay, methods } = regularisation;
  const method = methods[name]!;
  const recipe = readRecipe({ weightDecay, clipNorm: 0, ...(changed.settings ?? method.settings), learningRate });
  const network = mlmNetwork(config, recipe, golden.shape, false);
  const trainer = await RecipeTrainer.open({
    device,
    config,
    objective: changed.network?.(network) ?? network,
    recipe,
    weights: startWeights(loraOf(recipe)),
    startStep: 0,
  });
  const errors: Record<string, number> = {};
  for (const [s, expected] of method.losses.entries()) {
    const { loss } = await trainer.step(s + 1, stepFeeds(s + 1, changed.parts ?? method.parts), learningRate);
    errors[`loss ${s}`] = Math.abs(loss / expected - 1);
  }
  const weights = await trainer.weights.read();
  for (const { name: tensor, data } of toTensors(trainer.parameters as Parameter[], weights)) {
    const expected = tensors.get(`${name}/final/${tensor}`);
    // Softmax ignores a shift of its scores: a key bias has no gradient but rounding, which Adam scales up.
    if (expected === undefined || tensor.endsWith("key.bias")) continue;
    errors[tensor] = relativeError(data, toFloat32(expected));
  }
  await trainer.dispose();
  return errors;
}
