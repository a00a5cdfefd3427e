/**
 * A loaded model's tensors as the graph's parameters, each read where the model lies when it is asked for; what a
 * checkpoint lacks is drawn from the seed.
 */
import { UnmaskError } from "../../src/base/index.ts";
import type { LoraSettings } from "../../src/contract/index.ts";
import { initialize, parametersOf, weightReader, type Head, type LoadedModel } from "../../src/models/index.ts";
import type { WeightSource } from "../../src/runtime/index.ts";

/**
 * @param lora adapters to be drawn beside the weights
 * @throws models/no-encoder when the encoder itself is missing: only a head may be drawn anew
 */
export function modelWeights(model: LoadedModel, seed: number, head: Head = "mlm", lora?: LoraSettings): WeightSource {
  const parameters = parametersOf(model.config, head, lora);
  const { weights, missing } = weightReader(parameters, model.tensors);
  const encoder = new Set(parametersOf(model.config, "none").flatMap(({ parts }) => parts.map(({ name }) => name)));
  const lost = missing.filter((name) => encoder.has(name));
  if (lost.length > 0)
    throw new UnmaskError(
      "models/no-encoder",
      `The model's weights lack ${lost.length} tensors of the encoder, the first is ${lost[0]!}.`,
      "Choose a checkpoint whose config.json fits its weights.",
      { missing: lost.length },
    );
  const drawn = new Map(parameters.filter(({ name }) => !weights.has(name)).map((one) => [one.name, one]));
  return {
    has: (name) => weights.has(name) || drawn.has(name),
    get: (name) => {
      const parameter = drawn.get(name);
      return parameter === undefined ? weights.get(name) : initialize([parameter], model.config, seed).get(name);
    },
  };
}

/** All at once in memory: for who makes another model of them. */
export async function allWeights(model: LoadedModel, seed: number): Promise<Map<string, Float32Array>> {
  const source = modelWeights(model, seed);
  const all = new Map<string, Float32Array>();
  for (const { name } of parametersOf(model.config, "mlm")) all.set(name, (await source.get(name))!);
  return all;
}
