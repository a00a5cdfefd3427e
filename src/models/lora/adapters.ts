/**
 * LoRA's adapters as parameters of a network, and their way into the weights. Names are PEFT's without its prefix:
 * `<module>.lora_A.weight` (rank, in) and `<module>.lora_B.weight` (out, rank). Knows no graph and no file format.
 */
import { UnmaskError } from "../../base/index.ts";
import { isTargeted, type LinearLayer, type LinearRole, type LoraSettings } from "../../contract/index.ts";
import type { Parameter } from "../parameter.ts";

export const loraA = (module: string): string => `${module}.lora_A.weight`;
export const loraB = (module: string): string => `${module}.lora_B.weight`;
const adapterName = /^(.*)\.lora_[AB]\.weight$/;
export const isAdapter = (name: string): boolean => adapterName.test(name);
export const adapterScale = ({ alpha, rank }: Pick<LoraSettings, "alpha" | "rank">): number => alpha / rank;

/** Last parts of module names in transformers' families, and what such a layer does. */
const roles: readonly (readonly [RegExp, LinearRole])[] = [
  [/(^|\.)(query|q_lin|q)$/, "query"],
  [/(^|\.)(key|k_lin|k)$/, "key"],
  [/(^|\.)(value|v_lin|v)$/, "value"],
  [/\.Wqkv$/, "projections"],
  [/\.(attention\.output\.dense|out_lin|attn\.o|attention\.dense|attn\.Wo)$/, "attended"],
];

function roleOf(module: string, inLayer: boolean): LinearRole {
  if (!inLayer) return "head";
  return roles.find(([pattern]) => pattern.test(module))?.[1] ?? "feed-forward";
}

/**
 * Every linear layer among the parameters, by Hugging Face's modules: query, key and value one by one.
 * @param groupOf 0 the embeddings, 1 to L the layers, L + 1 the head
 */
export function linearLayers(
  parameters: readonly Parameter[],
  layers: number,
  groupOf: (name: string) => number,
): LinearLayer[] {
  return parameters
    .filter(
      ({ name, shape, rows, init, linear }) =>
        shape.length === 2 && !rows && linear !== false && init === "normal" && name.endsWith(".weight"),
    )
    .flatMap(({ name, parts }) =>
      parts.map((part): LinearLayer => {
        const module = part.name.replace(/\.weight$/, "");
        const group = groupOf(name);
        const inLayer = group >= 1 && group <= layers;
        return { module, inputs: part.shape[1]!, outputs: part.shape[0]!, role: roleOf(module, inLayer), group };
      }),
    );
}

/** The adapters of the layers that the settings choose. @throws models/no-lora-layer when they choose none */
export function adapterParameters(layers: readonly LinearLayer[], lora: LoraSettings): Parameter[] {
  const chosen = layers.filter((layer) => isTargeted(layer, lora));
  if (chosen.length === 0)
    throw new UnmaskError(
      "models/no-lora-layer",
      "The LoRA adapters must stand beside linear layers; this model has none of the kind chosen.",
      "Choose other layers for the adapters, or train the weights themselves.",
      { targets: lora.targets },
    );
  const { rank } = lora;
  const adapter = (name: string, shape: number[], init: Parameter["init"]): Parameter => ({
    name,
    shape,
    parts: [{ name, shape }],
    decay: true,
    rows: false,
    init,
  });
  return chosen.flatMap(({ module, inputs, outputs }) => [
    adapter(loraA(module), [rank, inputs], "uniform"),
    adapter(loraB(module), [outputs, rank], "zeros"),
  ]);
}

/**
 * weight + scale B A, added up in double: the model then gives what it gave with the adapter apart.
 * Shapes: weight (out, in), a (rank, in), b (out, rank).
 */
export function mergeAdapter(
  weight: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rank: number,
  scale: number,
): Float32Array<ArrayBuffer> {
  const inputs = a.length / rank;
  const result = new Float32Array(weight.length);
  const row = new Float64Array(inputs);
  for (let out = 0; out < b.length / rank; out++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = scale * b[out * rank + r]!;
      for (let i = 0; i < inputs; i++) row[i] = row[i]! + factor * a[r * inputs + i]!;
    }
    for (let i = 0; i < inputs; i++) result[out * inputs + i] = weight[out * inputs + i]! + row[i]!;
  }
  return result;
}
