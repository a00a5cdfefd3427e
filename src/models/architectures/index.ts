/** The table of architectures. A new one is a file beside this one and a line here. */
import type { Family, ModelConfig } from "../../contract/index.ts";
import { bert } from "./bert.ts";
import { distilbert } from "./distilbert.ts";
import { electra } from "./electra.ts";
import { modernbert } from "./modernbert.ts";
import { mpnet } from "./mpnet.ts";
import type { Architecture } from "./record.ts";
import { robertaPreLayerNorm } from "./roberta-prelayernorm.ts";
import { roberta } from "./roberta.ts";
import { xlnet } from "./xlnet.ts";

export type { Architecture, UsualTokenizer } from "./record.ts";

export const architectures: Readonly<Record<Family, Architecture>> = {
  bert,
  roberta,
  distilbert,
  electra,
  mpnet,
  "roberta-prelayernorm": robertaPreLayerNorm,
  modernbert,
  xlnet,
};

export const architectureOf = ({ model_type }: Pick<ModelConfig, "model_type">): Architecture =>
  architectures[model_type];

/** By config.json's `model_type`. */
export const architectureOfType = (type: unknown): Architecture | undefined =>
  Object.values(architectures).find(({ types }) => (types as readonly unknown[]).includes(type));

/** `model_type` values that this page can load. */
export const supportedArchitectures: readonly string[] = Object.values(architectures).flatMap(({ types }) => types);
/**
 * The layer that a parameter belongs to, counted from below: 0 the embeddings, 1 to L the layers, L + 1 the head. The
 * MLM decoder is the word-embedding table itself and so belongs to group 0.
 */
export function layerGroup(name: string, config: Pick<ModelConfig, "model_type" | "num_hidden_layers">): number {
  const { layers, below } = architectureOf(config);
  const layer = layers.exec(name)?.[1];
  if (layer !== undefined) return 1 + Number(layer);
  return below.test(name) ? 0 : config.num_hidden_layers + 1;
}
