/**
 * ModernBERT (Warner et al. 2024). One head's dense layer and norm serve masked words and labels alike.
 * Source of names and defaults: transformers' modeling_modernbert.py and ModernBertConfig, 4.48 and 5.x.
 */
import type { Value } from "../../autodiff/index.ts";
import type { ModelConfig, SpecialTokens } from "../../contract/index.ts";
import { badConfig, type ConfigFields } from "../formats/config-fields.ts";
import type { JsonObject } from "../formats/json.ts";
import { activation, layerNorm as norm, linear as dense } from "../graphs/blocks.ts";
import type { Frame } from "../graphs/frame.ts";
import { firstTokens, meanOfTokens, mlmHead } from "../graphs/heads.ts";
import { modernBert } from "../graphs/modernbert.ts";
import { layerNorm, linear, parameter, table, type Parameter } from "../parameter.ts";
import { modernFields, readModernFields, writeModernFields } from "./modernbert-config.ts";
import type { SummedNames } from "./names.ts";
import type { Architecture } from "./record.ts";

const words = "model.embeddings.tok_embeddings.weight";
const finalNorm = "model.final_norm";
const summed = (i: number): SummedNames => {
  const layer = `model.layers.${i}`;
  return {
    attended: `${layer}.attn.Wo`,
    attentionNorm: `${layer}.attn_norm`,
    outer: `${layer}.mlp.Wo`,
    outputNorm: `${layer}.mlp_norm`,
  };
};
const head = { dense: "head.dense", norm: "head.norm", bias: "decoder.bias", decoder: words };

function encoderParameters(config: ModelConfig): Parameter[] {
  const { hidden_size: H, intermediate_size: I, num_hidden_layers: L } = config;
  const { norm_bias, attention_bias, mlp_bias } = modernFields(config);
  const list = [table(words, config.vocab_size, H), ...layerNorm("model.embeddings.norm", H, norm_bias)];
  for (let i = 0; i < L; i++) {
    const layer = `model.layers.${i}`;
    list.push(
      ...(i === 0 ? [] : layerNorm(`${layer}.attn_norm`, H, norm_bias)),
      ...linear(`${layer}.attn.Wqkv`, H, 3 * H, attention_bias),
      ...linear(`${layer}.attn.Wo`, H, H, attention_bias),
      ...layerNorm(`${layer}.mlp_norm`, H, norm_bias),
      ...linear(`${layer}.mlp.Wi`, H, 2 * I, mlp_bias),
      ...linear(`${layer}.mlp.Wo`, I, H, mlp_bias),
    );
  }
  return [...list, ...layerNorm(finalNorm, H, norm_bias)];
}

function headParameters(config: ModelConfig): Parameter[] {
  const { classifier_bias, norm_bias } = modernFields(config);
  const H = config.hidden_size;
  return [...linear(head.dense, H, H, classifier_bias), ...layerNorm(head.norm, H, norm_bias)];
}

const labelParameters = (config: ModelConfig, labels: number): Parameter[] => [
  ...headParameters(config),
  ...linear("classifier", config.hidden_size, labels),
];

/** Dense, activation, norm, classifier: (N, H) -> (N, C). */
function classify(frame: Frame, x: Value): Value {
  const act = modernFields(frame.config).classifier_activation;
  return dense(frame, norm(frame, activation(frame, dense(frame, x, head.dense), act), head.norm), "classifier");
}

/** Whether its first token stands for the whole block, or the mean of all. */
const isByFirst = ({ config }: Frame): boolean => modernFields(config).classifier_pooling === "cls";

function readConfig(fields: ConfigFields): ModelConfig {
  const vocabulary = fields.integer("vocab_size", 50_368);
  const layers = fields.integer("num_hidden_layers", 22);
  const hidden = fields.integer("hidden_size", 768);
  const heads = fields.integer("num_attention_heads", 12);
  if ((hidden / heads) % 2 !== 0)
    throw badConfig("hidden_size", "heads of an even width: they are turned in pairs", hidden);
  return {
    model_type: fields.family,
    vocab_size: vocabulary,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: fields.integer("intermediate_size", 1152),
    max_position_embeddings: fields.integer("max_position_embeddings", 8192),
    type_vocab_size: 0,
    layer_norm_eps: fields.positive("norm_eps", 1e-5),
    pad_token_id: fields.padding(50_283, vocabulary),
    hidden_act: fields.activation("hidden_activation", "gelu"),
    initializer_range: fields.positive("initializer_range", 0.02),
    modernbert: readModernFields(fields, layers),
  };
}

function writeConfig(config: ModelConfig, special?: SpecialTokens): JsonObject {
  return {
    model_type: config.model_type,
    vocab_size: config.vocab_size,
    hidden_size: config.hidden_size,
    num_hidden_layers: config.num_hidden_layers,
    num_attention_heads: config.num_attention_heads,
    intermediate_size: config.intermediate_size,
    max_position_embeddings: config.max_position_embeddings,
    pad_token_id: config.pad_token_id,
    initializer_range: config.initializer_range,
    norm_eps: config.layer_norm_eps,
    hidden_activation: config.hidden_act,
    ...writeModernFields(modernFields(config)),
    ...(special
      ? {
          cls_token_id: special.start,
          bos_token_id: special.start,
          sep_token_id: special.end,
          eos_token_id: special.end,
        }
      : {}),
  };
}

export const modernbert: Architecture = {
  family: "modernbert",
  types: ["modernbert"],
  classes: "ModernBert",
  prefix: "model",
  tokenizer: {
    class: "PreTrainedTokenizerFast",
    kind: "byte-pairs",
    tokens: { pad: "[PAD]", unknown: "[UNK]", start: "[CLS]", end: "[SEP]", mask: "[MASK]" },
  },
  readConfig,
  writeConfig,
  encoder: { names: { layer: summed, finalNorm }, parameters: encoderParameters, graph: modernBert },
  heads: {
    mlm: {
      parameters: (config) => [
        ...headParameters(config),
        ...(modernFields(config).decoder_bias ? [parameter(head.bias, [config.vocab_size], "zeros")] : []),
      ],
      logits: (frame, x) => mlmHead(frame, x, head, modernFields(frame.config).classifier_activation),
    },
    tokens: { parameters: labelParameters, logits: classify },
    sequence: {
      parameters: labelParameters,
      rows: (frame) => (isByFirst(frame) ? firstTokens(frame) : undefined),
      logits: (frame, x, tokens) => classify(frame, isByFirst(frame) ? x : meanOfTokens(frame, x, tokens)),
    },
    spans: { parameters: labelParameters, logits: classify },
  },
  words,
  paddedTables: [words],
  tied: { "decoder.weight": words },
  layers: /\.layers\.(\d+)\./,
  below: /^model\.embeddings\./,
};
