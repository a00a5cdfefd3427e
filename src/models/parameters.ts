/**
 * Which parameters a model has, by its architecture's record, and fresh weights for them.
 * Knows no graph and no file format.
 */
import { hashString, random } from "../base/index.ts";
import type { ModelConfig } from "../contract/index.ts";
import { architectureOf } from "./architectures/index.ts";
import { pairHead } from "./architectures/pair-head.ts";
import { sizeOf, type Head, type Parameter } from "./parameter.ts";

/**
 * Every parameter of the network with this head, in a fixed order: encoder first.
 * The MLM decoder is the word-embedding table itself and so is not listed again.
 */
export function parametersOf(config: ModelConfig, head: Head): Parameter[] {
  return [...architectureOf(config).encoder.parameters(config), ...headParameters(config, head)];
}

function headParameters(config: ModelConfig, head: Head): Parameter[] {
  const architecture = architectureOf(config);
  const { heads } = architecture;
  if (head === "none") return [];
  if (head === "mlm") return heads.mlm.parameters(config);
  if (head === "pairs") return pairHead(architecture).parameters(config, 2);
  if (head === "mlm+pairs") return [...headParameters(config, "mlm"), ...headParameters(config, "pairs")];
  if (head.kind === "spans") return heads.spans.parameters(config, 2);
  return head.kind === "regression"
    ? heads.sequence.parameters(config, 1)
    : heads[head.kind].parameters(config, head.labels);
}

/**
 * Fresh weights: normal(0, initializer_range), zeros or ones. Each parameter draws from a stream of
 * its own (seed and name), so a head added to a model does not change what the encoder drew.
 * The row of a table that stands for padding starts at zero, as PyTorch's `padding_idx`.
 */
export function initialize(
  parameters: readonly Parameter[],
  config: ModelConfig,
  seed: number,
): Map<string, Float32Array> {
  const { paddedTables } = architectureOf(config);
  const weights = new Map<string, Float32Array>();
  for (const { name, shape, init } of parameters) {
    const data = new Float32Array(sizeOf(shape));
    if (init === "ones") data.fill(1);
    if (init === "normal") {
      const source = random(seed, hashString(name));
      for (let i = 0; i < data.length; i++) data[i] = config.initializer_range * source.normal();
      const [row, width] = [config.pad_token_id, shape[1] ?? 1];
      if (paddedTables.includes(name)) data.fill(0, row * width, (row + 1) * width);
    }
    weights.set(name, data);
  }
  return weights;
}
