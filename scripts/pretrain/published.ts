/** A model folder of ours, read back as the page loads it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelConfig } from "../../src/contract/index.ts";
import { fromTensors, parametersOf, readConfig, readSafetensors, toFloat32 } from "../../src/models/index.ts";
import type { Arrays } from "../../src/runtime/index.ts";

export function readPublished(folder: string): { config: ModelConfig; weights: Arrays } {
  const config = readConfig(readFileSync(join(folder, "config.json"), "utf8"));
  const { tensors } = readSafetensors(new Uint8Array(readFileSync(join(folder, "model.safetensors"))));
  const values = new Map([...tensors].map(([name, tensor]) => [name, toFloat32(tensor)]));
  return { config, weights: fromTensors(parametersOf(config, "mlm"), values).weights };
}
