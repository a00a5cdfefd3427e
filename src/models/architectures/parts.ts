/** Parts of records that several families share: parameter lists by names, and the usual answers. */
import type { ModelConfig, SpecialTokens } from "../../contract/index.ts";
import type { ConfigFields } from "../formats/config-fields.ts";
import type { JsonObject } from "../formats/json.ts";
import { linear as linearGraph, type Activation } from "../graphs/blocks.ts";
import { firstTokenHead, type MlmHeadNames } from "../graphs/heads.ts";
import { layerNorm, linear, packedLinear, parameter, table, type Parameter } from "../parameter.ts";
import { weightName, type EncoderNames } from "./names.ts";
import type { LabelHead, UsualTokenizer } from "./record.ts";

/** Every parameter of the encoder that `transformer` in graphs/ builds from the same names. */
export function encoderParameters(config: ModelConfig, { embeddings, layer }: EncoderNames): Parameter[] {
  const { hidden_size: H, intermediate_size: I } = config;
  const { types } = embeddings;
  const list = [
    table(weightName(embeddings.words), config.vocab_size, H),
    table(weightName(embeddings.positions), config.max_position_embeddings, H),
    ...(types === undefined ? [] : [table(weightName(types), config.type_vocab_size, H)]),
    ...layerNorm(embeddings.norm, H),
  ];
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const names = layer(i);
    list.push(
      ...packedLinear(names.packed, names.parts, H, H),
      ...linear(names.attended, H, H),
      ...layerNorm(names.attentionNorm, H),
      ...linear(names.inner, H, I),
      ...linear(names.outer, I, H),
      ...layerNorm(names.outputNorm, H),
    );
  }
  return list;
}

export function mlmParameters({ vocab_size: V, hidden_size: H }: ModelConfig, names: MlmHeadNames): Parameter[] {
  return [parameter(names.bias, [V], "zeros"), ...linear(names.dense, H, H), ...layerNorm(names.norm, H)];
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
  logits: (frame, hidden) => firstTokenHead(frame, hidden, dense, act, output),
});

/** The fields that BERT and its kin call by BERT's names. */
export function bertFields(fields: ConfigFields, defaults: { vocabulary: number; pad: number }): ModelConfig {
  const vocabulary = fields.integer("vocab_size", defaults.vocabulary);
  return {
    model_type: fields.family,
    vocab_size: vocabulary,
    hidden_size: fields.integer("hidden_size", 768),
    num_hidden_layers: fields.integer("num_hidden_layers", 12),
    num_attention_heads: fields.integer("num_attention_heads", 12),
    intermediate_size: fields.integer("intermediate_size", 3072),
    max_position_embeddings: fields.integer("max_position_embeddings", 512),
    type_vocab_size: fields.integer("type_vocab_size", 2),
    layer_norm_eps: fields.positive("layer_norm_eps", 1e-12),
    pad_token_id: fields.padding(defaults.pad, vocabulary),
    hidden_act: fields.activation("hidden_act", "gelu"),
    initializer_range: fields.positive("initializer_range", 0.02),
  };
}

const dropout = { hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.1 };

export const writeBertFields = (config: ModelConfig): JsonObject => ({ ...config, ...dropout });

/** With the first and last token's ids, which RoBERTa's configuration holds. */
export const writeRobertaFields = (config: ModelConfig, special?: SpecialTokens): JsonObject => ({
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
