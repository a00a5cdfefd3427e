/**
 * One's own encoder: its settings, the config.json they make (always of a family that transformers loads), and what
 * such a model costs. Nothing is computed here but sizes.
 */
import { families, longestBlock, type Family } from "./families.ts";
import type { ModelConfig, ModernBertFields } from "./model.ts";
import { defaultsOf, type SettingsOf, type SettingsTable } from "./settings.ts";

const preNorm: Family = "roberta-prelayernorm";
/** MPNet's, whatever its configuration says. */
const distanceBuckets = 32;

export const designTable = {
  layers: {
    kind: "number",
    label: "Layers",
    default: 4,
    min: 1,
    max: 48,
    integer: true,
    group: "Encoder",
    basic: true,
    help: "Depth: each layer looks at all tokens once more. BERT-base has 12; time and memory grow with it.",
  },
  width: {
    kind: "number",
    label: "Width",
    default: 256,
    min: 8,
    max: 1536,
    integer: true,
    unit: "numbers",
    group: "Encoder",
    basic: true,
    help: "Numbers that stand for a token (hidden size). It must be a multiple of the heads; 64 a head is usual. Time grows with its square.",
  },
  heads: {
    kind: "number",
    label: "Heads",
    default: 4,
    min: 1,
    max: 48,
    integer: true,
    group: "Encoder",
    basic: true,
    help: "Attention looks in so many ways at once, each with its share of the width.",
  },
  feedForward: {
    kind: "number",
    label: "Feed-forward width",
    default: 1024,
    min: 8,
    max: 8192,
    integer: true,
    unit: "numbers",
    group: "Encoder",
    basic: true,
    help: "Inner width of each layer's second half; four times the width is usual.",
  },
  activation: {
    kind: "choice",
    label: "Activation",
    default: "gelu",
    group: "Encoder",
    choices: [
      { value: "gelu", label: "GELU" },
      { value: "gelu_new", label: "GELU, by tanh" },
      { value: "relu", label: "ReLU" },
    ],
    help: "The bend inside the feed-forward half. GELU learns a little better, ReLU is the fastest.",
  },
  norm: {
    kind: "choice",
    label: "LayerNorm",
    default: "post",
    group: "Encoder",
    basic: true,
    choices: [
      { value: "post", label: "after each sum (BERT, RoBERTa)" },
      { value: "pre", label: "before each half (RoBERTa-PreLayerNorm)" },
    ],
    help: "Before is steadier in deep models and bears a higher learning rate; after is what most published encoders have.",
  },
  positions: {
    kind: "number",
    label: "Longest text",
    default: 128,
    min: 16,
    max: 2048,
    integer: true,
    unit: "tokens",
    group: "Encoder",
    basic: true,
    help: "A longer text cannot be read at once. Each place up to here gets a learned vector, unless positions are rotary.",
  },
  distances: {
    kind: "choice",
    label: "Distances",
    default: "no",
    group: "Encoder",
    onlyIf: { norm: ["post"] },
    choices: [
      { value: "no", label: "only the places" },
      { value: "yes", label: "relative distances too (MPNet)" },
    ],
    help: "A learned bias for how far two tokens stand apart, shared by all layers. It needs a tokenizer whose padding is token 1 (byte-level BPE or Unigram).",
  },
  rotary: {
    kind: "choice",
    label: "Rotary positions",
    default: "no",
    group: "Encoder",
    basic: true,
    onlyIf: { norm: ["pre"] },
    choices: [
      { value: "no", label: "no: a learned vector for each place" },
      { value: "yes", label: "yes, and gated feed-forward halves (ModernBERT)" },
    ],
    help: "Queries and keys are turned by an angle that grows with the place, so attention sees distances, and no table of places is learned. The gate makes the feed-forward half half as large again; there are no biases.",
  },
  window: {
    kind: "number",
    label: "Window of attention",
    default: 0,
    min: 0,
    max: 2048,
    integer: true,
    unit: "tokens",
    group: "Encoder",
    onlyIf: { norm: ["pre"], rotary: ["yes"] },
    help: "0: every layer looks at the whole text. Otherwise only the first layer and every third after it do, and the others at so many tokens around each. ModernBERT's is 128.",
  },
  spread: {
    kind: "number",
    label: "Spread of the first weights",
    default: 0.02,
    min: 0.001,
    max: 0.2,
    group: "Encoder",
    help: "Standard deviation of the random numbers that the weights begin with. BERT's is 0.02.",
  },
  seed: {
    kind: "number",
    label: "Seed",
    default: 42,
    min: 0,
    max: 2_147_483_647,
    integer: true,
    group: "Encoder",
    help: "The same seed draws the same first weights.",
  },
} as const satisfies SettingsTable;
export type EncoderDesign = SettingsOf<typeof designTable>;
export const defaultDesign = (): EncoderDesign => defaultsOf(designTable);

/** What the tokenizer decides: its pieces, which one is padding, and whose habits the model takes (BERT or RoBERTa). */
export interface DesignVocabulary {
  size: number;
  pad: number;
  wordPieces: boolean;
}

/** What is wrong with a design, naming field and limit; undefined when it can be built. */
export function designProblem(design: EncoderDesign, vocabulary?: DesignVocabulary): string | undefined {
  const { width, heads } = design;
  if (width % heads !== 0)
    return `Width must be a multiple of the heads: ${width} is none of ${heads}. Take ${Math.max(1, Math.round(width / heads)) * heads}.`;
  if (rotary(design) && (width / heads) % 2 !== 0)
    return `Rotary positions turn the numbers of a head in pairs, but ${width} / ${heads} is odd. Take a width of ${width + heads}.`;
  if (relative(design) && vocabulary !== undefined && vocabulary.pad !== 1)
    return `Relative distances (MPNet) need a tokenizer whose padding is token 1; this one's is token ${vocabulary.pad}. Take byte-level BPE or Unigram, or “only the places”.`;
  return undefined;
}

const rotary = ({ norm, rotary }: EncoderDesign): boolean => norm === "pre" && rotary === "yes";
const relative = ({ norm, distances }: EncoderDesign): boolean => norm === "post" && distances === "yes";

function familyOf(design: EncoderDesign, { wordPieces }: DesignVocabulary): Family {
  if (rotary(design)) return "modernbert";
  if (design.norm === "pre") return preNorm;
  if (relative(design)) return "mpnet";
  return wordPieces ? "bert" : "roberta";
}

/** config.json of the design: a family that transformers loads. */
export function configOf(design: EncoderDesign, vocabulary: DesignVocabulary): ModelConfig {
  const family = familyOf(design, vocabulary);
  const { size, pad } = vocabulary;
  return {
    model_type: family,
    vocab_size: size,
    hidden_size: design.width,
    num_hidden_layers: design.layers,
    num_attention_heads: design.heads,
    intermediate_size: design.feedForward,
    max_position_embeddings: design.positions + (families[family].places === "after-padding" ? pad + 1 : 0),
    type_vocab_size: { bert: 2, mpnet: 0, modernbert: 0 }[family as string] ?? 1,
    layer_norm_eps: family === "bert" || family === "mpnet" ? 1e-12 : 1e-5,
    pad_token_id: pad,
    hidden_act: design.activation,
    initializer_range: design.spread,
    ...(family === "mpnet" ? { relative_attention_num_buckets: distanceBuckets } : {}),
    ...(family === "modernbert" ? { modernbert: modernOf(design) } : {}),
  };
}

/** As transformers' ModernBertConfig has it, but for the window. */
function modernOf({ layers, window }: EncoderDesign): ModernBertFields {
  const isNear = (layer: number): boolean => window > 0 && layer % 3 !== 0;
  return {
    layer_types: Array.from({ length: layers }, (_, i) => (isNear(i) ? "sliding_attention" : "full_attention")),
    local_attention: window > 0 ? window : 128,
    global_rope_theta: 160_000,
    local_rope_theta: 10_000,
    norm_bias: false,
    attention_bias: false,
    mlp_bias: false,
    decoder_bias: true,
    classifier_bias: false,
    classifier_activation: "gelu",
    classifier_pooling: "mean",
  };
}

export interface DesignSize {
  embeddings: number;
  layers: number;
  head: number;
  parameters: number;
  /** Weights, gradients and AdamW's two moments, four bytes each; activations come on top. */
  trainingBytes: number;
  /** Floating-point operations of one training step, forward and backward. */
  stepFlops: number;
}

/** Sizes of a model; `tokens` of a step and the masked ones among them decide its work. */
export function sizeOfModel(config: ModelConfig, tokens: number, maskRate: number): DesignSize {
  const { hidden_size: H, intermediate_size: I, num_hidden_layers: L, vocab_size: V } = config;
  const isModern = config.modernbert !== undefined; // gated, without biases and without a table of places
  const products = 4 * H * H + (isModern ? 3 : 2) * H * I;
  const final = config.model_type === preNorm ? 2 * H : 0;
  const distances = (config.relative_attention_num_buckets ?? 0) * config.num_attention_heads;
  const places = isModern ? 0 : config.max_position_embeddings;
  const embeddings = (V + places + config.type_vocab_size) * H + (isModern ? 1 : 2) * H;
  const layers = L * (products + (isModern ? 2 * H : 9 * H + I)) + final + distances;
  const head = V + H * H + (isModern ? 1 : 3) * H;
  const parameters = embeddings + layers + head;
  const work = L * (products + 2 * H * longestBlock(config)) + maskRate * (H * V + H * H);
  return { embeddings, layers, head, parameters, trainingBytes: 16 * parameters, stepFlops: 6 * tokens * work };
}
