/**
 * Which parameters a model has, by its architecture's record, and fresh weights for them.
 * Knows no graph and no file format.
 */
import { hashString, random } from "../base/index.ts";
import type { LinearLayer, LoraSettings, ModelConfig, NetworkLayout } from "../contract/index.ts";
import { architectureOf, layerGroup } from "./architectures/index.ts";
import { pairHead } from "./architectures/pair-head.ts";
import { adapterParameters, linearLayers } from "./lora/adapters.ts";
import { sizeOf, type Head, type Parameter } from "./parameter.ts";

/**
 * Every parameter of the network with this head, in a fixed order: encoder first, LoRA's adapters last.
 * The MLM decoder is the word-embedding table itself and so is not listed again.
 */
export function parametersOf(config: ModelConfig, head: Head, lora?: LoraSettings): Parameter[] {
  const own = [...architectureOf(config).encoder.parameters(config, head), ...headParameters(config, head)];
  return lora === undefined ? own : [...own, ...adapterParameters(linearsOf(config, head), lora)];
}

/** Every linear layer that LoRA can stand beside, by Hugging Face's modules: the encoder's, and the MLM head's own. */
export function linearsOf(config: ModelConfig, head: Head): LinearLayer[] {
  const drawn = drawnNames(config, head);
  const brought = parametersOf(config, head === "kept-mlm" ? "none" : head).filter(({ name }) => !drawn.has(name));
  return linearLayers(brought, config.num_hidden_layers, (name) => layerGroup(name, config));
}

/** Sizes by group with the MLM head, and the linear layers: what the page works a recipe's choice of layers out on. */
export function layoutOf(config: ModelConfig): NetworkLayout {
  const groups = new Array<number>(config.num_hidden_layers + 2).fill(0);
  for (const { name, shape } of parametersOf(config, "mlm")) groups[layerGroup(name, config)]! += sizeOf(shape);
  return { groups, linears: linearsOf(config, "mlm") };
}

/** Parameters of a head that a task draws anew. They learn whole in any case: there is nothing yet to stand beside. */
export function drawnNames(config: ModelConfig, head: Head): ReadonlySet<string> {
  if (head === "none" || head === "mlm") return new Set();
  const brought = new Set(headParameters(config, "mlm").map(({ name }) => name));
  const names = headParameters(config, head).map(({ name }) => name);
  return new Set(names.filter((name) => !brought.has(name)));
}

function headParameters(config: ModelConfig, head: Head): Parameter[] {
  const architecture = architectureOf(config);
  const { heads } = architecture;
  if (head === "none") return [];
  if (head === "mlm" || head === "kept-mlm") return heads.mlm.parameters(config);
  if (head === "pairs") return pairHead(architecture).parameters(config, 2);
  if (head === "mlm+pairs") return [...headParameters(config, "mlm"), ...headParameters(config, "pairs")];
  if (head.kind === "spans") return heads.spans.parameters(config, 2);
  return head.kind === "regression"
    ? heads.sequence.parameters(config, 1)
    : heads[head.kind].parameters(config, head.labels);
}

/**
 * Fresh weights: normal(0, initializer_range), uniform, zeros or ones. Each parameter draws from a stream of
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
    if (init === "uniform") {
      const source = random(seed, hashString(name));
      const bound = 1 / Math.sqrt(shape.at(-1)!);
      for (let i = 0; i < data.length; i++) data[i] = bound * (2 * source.next() - 1);
    }
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
