/** A model folder of ours, read back as the page loads it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UnmaskError } from "../../src/base/index.ts";
import type { ModelConfig } from "../../src/contract/index.ts";
import { fromTensors, parametersOf, readConfig, readSafetensors, toFloat32 } from "../../src/models/index.ts";
import type { Arrays } from "../../src/runtime/index.ts";

/** Tokens that a model of ours had read, from its card. @throws pretrain/no-card */
export function tokensRead(folder: string): number {
  const seen = /^\| Tokens seen \| ([\d,]+) in/m.exec(readFileSync(join(folder, "README.md"), "utf8"))?.[1];
  if (seen === undefined)
    throw new UnmaskError(
      "pretrain/no-card",
      `${folder}/README.md does not say how many tokens the model has read.`,
      "Publish that model first: npm run pretrain.",
    );
  return Number(seen.replaceAll(",", ""));
}

export function readPublished(folder: string): { config: ModelConfig; weights: Arrays } {
  const config = readConfig(readFileSync(join(folder, "config.json"), "utf8"));
  const { tensors } = readSafetensors(new Uint8Array(readFileSync(join(folder, "model.safetensors"))));
  const values = new Map([...tensors].map(([name, tensor]) => [name, toFloat32(tensor)]));
  return { config, weights: fromTensors(parametersOf(config, "mlm"), values).weights };
}
