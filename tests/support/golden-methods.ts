/** Ten steps of a training method on the tiny BERT of tests/oracles/methods.py, and how far they are from PyTorch's. */
import { readRecipe, type LossScaleState, type ModelConfig, type Recipe } from "../../src/contract/index.ts";
import { parametersOf, readSafetensors, toFloat32, toTensors } from "../../src/models/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import { mlmNetwork, RecipeTrainer } from "../../src/training/index.ts";
import { readFixture } from "./fixture.ts";
import { golden, goldenWeights, mlmFeeds, relativeError, type GoldenBatch } from "./golden-models.ts";

interface Golden {
  versions: { torch: string; transformers: string };
  config: ModelConfig;
  learningRate: number;
  weightDecay: number;
  batches: GoldenBatch[];
  methods: Record<string, { settings: Partial<Recipe>; losses: number[] }>;
}
const fixture = (name: string): Uint8Array => readFixture(`fixtures/models/${name}`);
export const methodsGolden = JSON.parse(new TextDecoder().decode(fixture("methods.json"))) as Golden;
const { tensors } = readSafetensors(fixture("methods.safetensors"));
export const methods = Object.keys(methodsGolden.methods);
export const methodsOracle = `PyTorch ${methodsGolden.versions.torch}, transformers ${methodsGolden.versions.transformers}: ten AdamW steps`;

/**
 * @param settings the method's own, unless a test wants to see it switched off
 * @param lossScale what a run in half precision begins with
 */
export async function methodErrors(
  device: Device,
  name: string,
  settings: Partial<Recipe> = methodsGolden.methods[name]!.settings,
  lossScale?: LossScaleState,
): Promise<Record<string, number>> {
  const { config, learningRate, weightDecay, batches } = methodsGolden;
  const recipe = readRecipe({ ...settings, learningRate, weightDecay, clipNorm: 0 });
  const parameters = parametersOf(config, "mlm");
  const weights = goldenWeights(parameters);
  const trainer = await RecipeTrainer.open({
    device,
    config,
    objective: mlmNetwork(config, recipe, golden.shape, false),
    recipe,
    weights,
    startStep: 0,
    ...(lossScale === undefined ? {} : { lossScale }),
  });
  const errors: Record<string, number> = {};
  for (const [s, batch] of batches.entries()) {
    const { loss } = await trainer.step(s + 1, [mlmFeeds(batch, config, false)], learningRate);
    errors[`loss ${s}`] = Math.abs(loss / methodsGolden.methods[name]!.losses[s]! - 1);
  }
  for (const { name: tensor, data } of toTensors(parameters, await trainer.weights.read())) {
    // Softmax ignores a shift of its scores: a key bias has no gradient but rounding, which Adam scales up.
    if (tensor.endsWith("key.bias")) continue;
    errors[tensor] = relativeError(data, toFloat32(tensors.get(`${name}/final/${tensor}`)!));
  }
  await trainer.dispose();
  return errors;
}
