/** Parts of records that several families share: parameter lists by names, and the usual answers. */
import type { ModelConfig, SpecialTokens } from "../../contract/index.ts";
import type { ConfigFields } from "../formats/config-fields.ts";
import type { JsonObject } from "../formats/json.ts";
import { linear as linearGraph, type Activation } from "../graphs/blocks.ts";
import { denseHead, firstTokens, type MlmHeadNames } from "../graphs/heads.ts";
import { layerNorm, linear, packedLinear, parameter, table, type Parameter } from "../parameter.ts";
import { weightName, type EncoderNames } from "./names.ts";
import type { LabelHead, UsualTokenizer } from "./record.ts";

/** Every parameter of the encoder that `transformer` in graphs/ builds from the same names. */
export function encoderParameters(config: ModelConfig, encoder: EncoderNames): Parameter[] {
  const { hidden_size: H, intermediate_size: I } = config;
  const E = embeddingWidth(config);
  const { words, positions, types, norm } = encoder.embeddings;
  const list = [
    table(weightName(words), config.vocab_size, E),
    table(weightName(positions), config.max_position_embeddings, E),
    ...(types === undefined ? [] : [table(weightName(types), config.type_vocab_size, E)]),
    ...layerNorm(norm, E),
    ...(encoder.projection === undefined || E === H ? [] : linear(encoder.projection, E, H)),
  ];
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const names = encoder.layer(i);
    list.push(
      ...packedLinear(names.packed, names.parts, H, H),
      ...linear(names.attended, H, H),
      ...layerNorm(names.attentionNorm, H),
      ...linear(names.inner, H, I),
      ...linear(names.outer, I, H),
      ...layerNorm(names.outputNorm, H),
    );
  }
  if (encoder.finalNorm !== undefined) list.push(...layerNorm(encoder.finalNorm, H));
  return list;
}

/** Width of the embedding tables, and so of what the MLM head's decoder reads. */
const embeddingWidth = (config: ModelConfig): number => config.embedding_size ?? config.hidden_size;

export function mlmParameters(config: ModelConfig, names: MlmHeadNames): Parameter[] {
  const [H, E] = [config.hidden_size, embeddingWidth(config)];
  return [
    parameter(names.bias, [config.vocab_size], "zeros"),
    ...linear(names.dense, H, E),
    ...layerNorm(names.norm, E),
  ];
}

/** transformers' ForTokenClassification: one linear layer. */
export const tokenHead: LabelHead = {
  parameters: ({ hidden_size: H }, labels) => linear("classifier", H, labels),
  logits: (frame, hidden) => linearGraph(frame, hidden, "classifier"),
};

/** transformers' ForQuestionAnswering: the same under another name. */
export const spanHead: LabelHead = {
  parameters: ({ hidden_size: H }, labels) => linear("qa_outputs", H, labels),
  logits: (frame, hidden) => linearGraph(frame, hidden, "qa_outputs"),
};

/** transformers' ForSequenceClassification as most families have it: dense and activation on the first token. */
export const sequenceHead = (dense: string, act: Activation, output: string): LabelHead => ({
  parameters: ({ hidden_size: H }, labels) => [...linear(dense, H, H), ...linear(output, H, labels)],
  rows: firstTokens,
  logits: (frame, first) => denseHead(frame, first, dense, act, output),
});

interface Defaults {
  vocabulary: number;
  pad: number;
}

/** The fields that BERT and its kin call by BERT's names. */
export function bertFields(
  fields: ConfigFields,
  defaults: Defaults,
  types = fields.integer("type_vocab_size", 2),
): ModelConfig {
  const vocabulary = fields.integer("vocab_size", defaults.vocabulary);
  return {
    model_type: fields.family,
    vocab_size: vocabulary,
    hidden_size: fields.integer("hidden_size", 768),
    num_hidden_layers: fields.integer("num_hidden_layers", 12),
    num_attention_heads: fields.integer("num_attention_heads", 12),
    intermediate_size: fields.integer("intermediate_size", 3072),
    max_position_embeddings: fields.integer("max_position_embeddings", 512),
    type_vocab_size: types,
    layer_norm_eps: fields.positive("layer_norm_eps", 1e-12),
    pad_token_id: fields.padding(defaults.pad, vocabulary),
    hidden_act: fields.activation("hidden_act", "gelu"),
    initializer_range: fields.positive("initializer_range", 0.02),
  };
}

const dropout = { hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.1 };

export const writeBertFields = (config: ModelConfig): JsonObject => ({ ...config, ...dropout });

/** A family without token types has no field for them. */
export function withoutTypes(config: ModelConfig): JsonObject {
  const json: JsonObject = { ...config };
  delete json["type_vocab_size"];
  return json;
}

/** With the first and last token's ids, which RoBERTa's configuration holds. */
export const writeRobertaFields = (config: ModelConfig | JsonObject, special?: SpecialTokens): JsonObject => ({
  ...config,
  ...(special ? { bos_token_id: special.start, eos_token_id: special.end } : {}),
  ...dropout,
});

export const wordPieces = (name: string): UsualTokenizer => ({
  class: name,
  kind: "word-pieces",
  tokens: { pad: "[PAD]", unknown: "[UNK]", start: "[CLS]", end: "[SEP]", mask: "[MASK]" },
});
export const bytePairs: UsualTokenizer = {
  class: "RobertaTokenizer",
  kind: "byte-pairs",
  tokens: { pad: "<pad>", unknown: "<unk>", start: "<s>", end: "</s>", mask: "<mask>" },
};

/** Layers called `layer.N`, everything called embeddings below them. */
export const usualLayers = { layers: /\.layer\.(\d+)\./, below: /(^|\.)embeddings\./ };
