/**
 * What every contestant computes: one masked-language-model step (forward, backward, AdamW) of a BERT of a given
 * shape, from the same weights on the same batch, float32, no dropout. Made from seeds, so each process can
 * make it for itself. Knows no contestant.
 */
import { permutation, random } from "../../src/base/index.ts";
import type { ModelConfig, StepShape } from "../../src/contract/index.ts";
import { initialize, parametersOf, type Parameter } from "../../src/models/index.ts";

/** The shapes of the benchmark, smallest first; letters as in src/contract/shapes.ts. */
const shapes = {
  nano: { L: 2, H: 64, A: 2, I: 256, V: 512, B: 4, T: 32, M: 20 },
  tiny: { L: 2, H: 128, A: 2, I: 512, V: 8192, B: 8, T: 128, M: 160 },
  mini: { L: 4, H: 256, A: 4, I: 1024, V: 8192, B: 8, T: 128, M: 160 },
} as const;
export type ShapeName = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as ShapeName[];
export const describeShape = (name: ShapeName): string =>
  Object.entries(shapes[name])
    .map(([letter, n]) => `${letter}${n}`)
    .join(" ");

/** Decay 0 and no clipping: TensorFlow.js has only Adam, and no global norm. */
export const optimiser = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: 0 };

export interface Problem {
  config: ModelConfig;
  shape: StepShape;
  parameters: Parameter[];
  weights: Map<string, Float32Array>;
  /** (B*T), masked places already hold the mask token. */
  ids: Int32Array;
  /** (M) places into B*T, ascending, and the tokens that stood there. */
  masked: Int32Array;
  labels: Int32Array;
}

const seed = 7;
const maskToken = 4;
const specialTokens = 5;

export function makeProblem(name: ShapeName): Problem {
  const { L, H, A, I, V, B, T, M } = shapes[name];
  const config: ModelConfig = {
    model_type: "bert",
    vocab_size: V,
    hidden_size: H,
    num_hidden_layers: L,
    num_attention_heads: A,
    intermediate_size: I,
    max_position_embeddings: T,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    pad_token_id: 0,
    hidden_act: "gelu",
    initializer_range: 0.02,
  };
  const parameters = parametersOf(config, "mlm");
  const source = random(seed, V, B * T);
  // Squared: frequent tokens come often, as in text, so that the batch repeats rows of the table.
  const draw = (): number => specialTokens + Math.floor((V - specialTokens) * source.next() ** 2);
  const ids = Int32Array.from({ length: B * T }, draw);
  const masked = Int32Array.from(permutation(B * T, source).subarray(0, M)).sort();
  const labels = masked.map((place) => ids[place]!);
  for (const place of masked) ids[place] = maskToken;
  return { config, shape: { B, T, M }, parameters, weights: initialize(parameters, config, seed), ids, masked, labels };
}

/** Names of the parameters as the peers' code reads them: without the model's prefixes. */
export interface LayerNames {
  qkv: string;
  attentionOut: string;
  attentionNorm: string;
  intermediate: string;
  output: string;
  outputNorm: string;
}
export const names = {
  words: "bert.embeddings.word_embeddings.weight",
  positions: "bert.embeddings.position_embeddings.weight",
  types: "bert.embeddings.token_type_embeddings.weight",
  embeddingNorm: "bert.embeddings.LayerNorm",
  headBias: "cls.predictions.bias",
  headDense: "cls.predictions.transform.dense",
  headNorm: "cls.predictions.transform.LayerNorm",
  layer: (i: number): LayerNames => {
    const layer = `bert.encoder.layer.${i}`;
    return {
      qkv: `${layer}.attention.self.qkv`,
      attentionOut: `${layer}.attention.output.dense`,
      attentionNorm: `${layer}.attention.output.LayerNorm`,
      intermediate: `${layer}.intermediate.dense`,
      output: `${layer}.output.dense`,
      outputNorm: `${layer}.output.LayerNorm`,
    };
  },
};
