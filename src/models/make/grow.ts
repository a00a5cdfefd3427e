/**
 * A deeper model from a loaded one. "stack" repeats the layers on top of themselves (Gong et al. 2019; "G_stack" of Du
 * et al. 2024): the function changes. "identity" inserts copies whose two output projections are zero, as LLaMA Pro
 * (Wu et al. 2024) does, so that they pass their input on.
 *
 * Where LayerNorm comes before each half (pre-norm) that is exact at once: the sums add nothing. Where it comes after
 * (BERT), a copy would normalise x = n g + b again, which gives x back only for constant g and b. So the affine part
 * moves up: the layer below ends in the bare n (scale 1, shift 0), the copy normalises n twice, which changes nothing,
 * and its last LayerNorm has the scale and shift that stood below. What is left is epsilon: LN(n) = n (1 + e/2v - e/2)
 * where v was the variance before, so about 1e-12 for BERT's epsilon and up to some 1e-5 for RoBERTa's.
 */
import { UnmaskError } from "../../base/index.ts";
import type { Growth, ModelConfig } from "../../contract/index.ts";
import { architectureOf } from "../architectures/index.ts";
import type { SummedNames } from "../architectures/names.ts";
import { weightOf } from "../parameter.ts";
import { initialize, parametersOf } from "../parameters.ts";

type Weights = Map<string, Float32Array>;
export interface GrownModel {
  config: ModelConfig;
  weights: Weights;
}

/** @throws models/cannot-grow for fewer layers, or a family whose layers this does not know */
export function growModel(config: ModelConfig, weights: Weights, { how, layers }: Growth): GrownModel {
  const old = config.num_hidden_layers;
  if (layers <= old)
    throw cannotGrow(`The grown model must have more layers than the ${old} it has; asked for ${layers}.`, old + 1);
  const { names, layers: layerPattern } = architecture(config);
  const sources = how === "stack" ? stacked(old, layers) : inserted(old, layers);
  const grown: ModelConfig = { ...config, num_hidden_layers: layers, ...patternOf(config, sources) };
  const result: Weights = new Map();
  for (const parameter of parametersOf(grown, "mlm")) {
    const layer = layerPattern.exec(parameter.name)?.[1];
    if (layer === undefined) {
      result.set(parameter.name, weightOf(weights, parameter));
      continue;
    }
    const from = parameter.name.replace(layerPattern, (text) =>
      text.replace(layer, String(sources[Number(layer)]!.from)),
    );
    // ModernBERT's first layer lacks a LayerNorm that layers made of it have: it begins with scale 1 and shift 0.
    const isNew = parameter.init !== "normal" && !weights.has(from);
    const data = isNew
      ? initialize([parameter], config, 0).get(parameter.name)!
      : weightOf(weights, { ...parameter, name: from });
    result.set(parameter.name, data.slice());
  }
  if (how === "identity")
    sources.forEach(({ copy }, i) => {
      if (copy) passOn(result, names.layer(i), names.finalNorm === undefined ? names.layer(i - 1) : undefined);
    });
  return { config: grown, weights: result };
}

/** Layers in order, and which old one each is made of: 0 1 0 1 ... */
const stacked = (old: number, layers: number): Source[] =>
  Array.from({ length: layers }, (_, i) => ({ from: i % old, copy: false }));

/** Copies behind their originals, spread evenly, the last layers first served. */
function inserted(old: number, layers: number): Source[] {
  const more = layers - old;
  return Array.from({ length: old }, (_, i) => i).flatMap((from) => {
    const copies = Math.floor(((from + 1) * more) / old) - Math.floor((from * more) / old);
    return [{ from, copy: false }, ...Array.from({ length: copies }, () => ({ from, copy: true }))];
  });
}
interface Source {
  from: number;
  copy: boolean;
}

/** A layer looks at what the one that it is made of looks at. */
function patternOf({ modernbert }: ModelConfig, sources: readonly Source[]): Partial<ModelConfig> {
  if (modernbert === undefined) return {};
  const { layer_types } = modernbert;
  return { modernbert: { ...modernbert, layer_types: sources.map(({ from }) => layer_types[from]!) } };
}

/** Makes a layer the identity. `below`: the layer under it, where LayerNorm comes after the sums. */
function passOn(weights: Weights, layer: SummedNames, below: SummedNames | undefined): void {
  const get = (name: string): Float32Array => weights.get(name)!;
  for (const projection of [layer.attended, layer.outer]) {
    get(`${projection}.weight`).fill(0);
    weights.get(`${projection}.bias`)?.fill(0); // ModernBERT's have none
  }
  if (below === undefined) return;
  get(`${layer.outputNorm}.weight`).set(get(`${below.outputNorm}.weight`));
  get(`${layer.outputNorm}.bias`).set(get(`${below.outputNorm}.bias`));
  for (const norm of [below.outputNorm, layer.attentionNorm]) {
    get(`${norm}.weight`).fill(1);
    get(`${norm}.bias`).fill(0);
  }
}

function architecture(config: ModelConfig): { names: NonNullable<ReturnType<typeof namesOf>>; layers: RegExp } {
  const names = namesOf(config);
  if (names === undefined)
    throw cannotGrow(`Models of the family ${config.model_type} cannot be grown here.`, config.num_hidden_layers);
  return { names, layers: architectureOf(config).layers };
}

const namesOf = (config: ModelConfig) => architectureOf(config).encoder.names;

function cannotGrow(message: string, least: number): UnmaskError {
  return new UnmaskError("models/cannot-grow", message, `Ask for at least ${least} layers, or take another model.`, {
    least,
  });
}
