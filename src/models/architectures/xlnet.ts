/**
 * XLNet (Yang et al. 2019): relative attention, and two streams for permutation language modelling. Its text ends with
 * `<sep> <cls>`, and what stands for the whole block is the last token.
 * Source of names and defaults: transformers' modeling_xlnet.py and XLNetConfig, 4.x and 5.x.
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import type { ModelConfig } from "../../contract/index.ts";
import { badConfig, type ConfigFields } from "../formats/config-fields.ts";
import type { JsonObject } from "../formats/json.ts";
import { linear as dense, projection } from "../graphs/blocks.ts";
import type { Frame, TokenInputs } from "../graphs/frame.ts";
import { lastTokens } from "../graphs/heads.ts";
import { twoStreams, xlnet as contentStream } from "../graphs/xlnet.ts";
import { layerNorm, linear, parameter, table, type Head, type Parameter } from "../parameter.ts";
import type { Architecture, LabelHead } from "./record.ts";

const words = "transformer.word_embedding.weight";
const decoderBias = "lm_loss.bias";
/** No table of positions sets a limit; this one keeps a hostile file from asking for more than a page can hold. */
const mostTokens = 4096;
/** Which token types its tokenizer gives: text (two segments), `<cls>`, padding. */
const tokenTypes = 4;

function encoderParameters(config: ModelConfig, head: Head): Parameter[] {
  const { hidden_size: H, intermediate_size: I, num_attention_heads: A } = config;
  const heads = (name: string, rest: Partial<Parameter> = {}): Parameter =>
    parameter(name, [A, H / A], "normal", { decay: false, ...rest });
  // Permutation batches have no segments, and labelled texts nothing to guess: transformers gives these no gradient.
  const segments = { still: head === "mlm" };
  const list = [
    table(words, config.vocab_size, H),
    parameter("transformer.mask_emb", [1, 1, H], "normal", { still: head !== "mlm" }),
  ];
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const attention = `transformer.layer.${i}.rel_attn`;
    list.push(
      ...["q", "k", "v", "o", "r"].map((leaf) => parameter(`${attention}.${leaf}`, [H, A, H / A], "normal")),
      heads(`${attention}.r_r_bias`),
      heads(`${attention}.r_s_bias`, segments),
      heads(`${attention}.r_w_bias`),
      parameter(`${attention}.seg_embed`, [2, A, H / A], "normal", segments),
      ...layerNorm(`${attention}.layer_norm`, H),
      ...layerNorm(`transformer.layer.${i}.ff.layer_norm`, H),
      ...linear(`transformer.layer.${i}.ff.layer_1`, H, I),
      ...linear(`transformer.layer.${i}.ff.layer_2`, I, H),
    );
  }
  return list;
}

function readConfig(fields: ConfigFields): ModelConfig {
  fields.only("attn_type", "bi", "attention in both directions");
  fields.only("bi_data", false, "every block read in one direction");
  fields.only("clamp_len", -1, "distances that are not clamped");
  fields.only("summary_type", "last", "the last token as summary");
  fields.only("summary_use_proj", true, "a dense layer on the summary");
  fields.only("summary_activation", "tanh", "tanh on the summary");
  const vocabulary = fields.integer("vocab_size", 32_000);
  const hidden = fields.integer("hidden_size", 1024, "d_model");
  const heads = fields.integer("num_attention_heads", 16, "n_head");
  if (hidden % 2 !== 0) throw badConfig("d_model", "an even number: half sines, half cosines", hidden);
  fields.only("d_head", hidden / heads, "heads that share the width evenly");
  return {
    model_type: fields.family,
    vocab_size: vocabulary,
    hidden_size: hidden,
    num_hidden_layers: fields.integer("num_hidden_layers", 24, "n_layer"),
    num_attention_heads: heads,
    intermediate_size: fields.integer("intermediate_size", 4096, "d_inner"),
    max_position_embeddings: mostTokens,
    type_vocab_size: tokenTypes,
    layer_norm_eps: fields.positive("layer_norm_eps", 1e-12),
    pad_token_id: fields.padding(5, vocabulary),
    hidden_act: fields.activation("ff_activation", "gelu"),
    initializer_range: fields.positive("initializer_range", 0.02),
  };
}

function writeConfig(config: ModelConfig): JsonObject {
  return {
    model_type: config.model_type,
    vocab_size: config.vocab_size,
    d_model: config.hidden_size,
    n_layer: config.num_hidden_layers,
    n_head: config.num_attention_heads,
    d_inner: config.intermediate_size,
    d_head: config.hidden_size / config.num_attention_heads,
    ff_activation: config.hidden_act,
    layer_norm_eps: config.layer_norm_eps,
    initializer_range: config.initializer_range,
    pad_token_id: config.pad_token_id,
    attn_type: "bi",
    bi_data: false,
    clamp_len: -1,
    same_length: false,
    mem_len: null,
    reuse_len: null,
    untie_r: true,
    summary_type: "last",
    summary_use_proj: true,
    summary_activation: "tanh",
    summary_last_dropout: 0.1,
    dropout: 0.1,
  };
}

const tokenHead = (name: string): LabelHead => ({
  parameters: ({ hidden_size: H }, labels) => linear(name, H, labels),
  logits: (frame, hidden) => dense(frame, hidden, name),
});

/** Dense and tanh on each block's last token, then the classifier. */
function summaryLogits(frame: Frame, hidden: Value, tokens: TokenInputs): Value {
  const summary = dense(frame, lastTokens(frame, hidden, tokens), "sequence_summary.summary");
  return dense(frame, s.tanh(frame.b, summary), "logits_proj");
}

export const xlnet: Architecture = {
  family: "xlnet",
  types: ["xlnet"],
  classes: "XLNet",
  languageModel: "XLNetLMHeadModel",
  prefix: "transformer",
  tokenizer: {
    class: "XLNetTokenizer",
    kind: "unigram",
    tokens: { pad: "<pad>", unknown: "<unk>", start: "<cls>", end: "<sep>", mask: "<mask>" },
    behind: true,
  },
  readConfig,
  writeConfig,
  encoder: {
    parameters: encoderParameters,
    graph: contentStream,
    guess: twoStreams,
  },
  heads: {
    mlm: {
      parameters: ({ vocab_size: V }) => [parameter(decoderBias, [V], "zeros")],
      logits: (frame, x) => projection(frame, x, words, decoderBias),
    },
    tokens: tokenHead("classifier"),
    sequence: {
      parameters: ({ hidden_size: H }, labels) => [
        ...linear("sequence_summary.summary", H, H),
        ...linear("logits_proj", H, labels),
      ],
      logits: summaryLogits,
    },
    spans: tokenHead("qa_outputs"),
  },
  words,
  paddedTables: [],
  tied: { "lm_loss.weight": words },
  layers: /\.layer\.(\d+)\./,
  below: /^transformer\.(word_embedding|mask_emb)/,
};
