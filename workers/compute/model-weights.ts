/** A loaded model's tensors as the graph's parameters; what a checkpoint lacks is drawn from the seed. */
import { UnmaskError } from "../../src/base/index.ts";
import type { LoraSettings } from "../../src/contract/index.ts";
import {
  fromTensors,
  initialize,
  parametersOf,
  toFloat32,
  type Head,
  type LoadedModel,
} from "../../src/models/index.ts";

/**
 * @param lora adapters to be drawn beside the weights
 * @throws models/no-encoder when the encoder itself is missing: only a head may be drawn anew
 */
export function modelWeights(
  model: LoadedModel,
  seed: number,
  head: Head = "mlm",
  lora?: LoraSettings,
): Map<string, Float32Array> {
  const parameters = parametersOf(model.config, head, lora);
  const tensors = new Map([...model.tensors].map(([name, tensor]) => [name, toFloat32(tensor)]));
  const { weights, missing } = fromTensors(parameters, tensors);
  const encoder = new Set(parametersOf(model.config, "none").flatMap(({ parts }) => parts.map(({ name }) => name)));
  const lost = missing.filter((name) => encoder.has(name));
  if (lost.length > 0)
    throw new UnmaskError(
      "models/no-encoder",
      `The model's weights lack ${lost.length} tensors of the encoder, the first is ${lost[0]!}.`,
      "Choose a checkpoint whose config.json fits its weights.",
      { missing: lost.length },
    );
  if (missing.length > 0) {
    const drawn = initialize(parameters, model.config, seed);
    for (const { name } of parameters) if (!weights.has(name)) weights.set(name, drawn.get(name)!);
  }
  return weights;
}
