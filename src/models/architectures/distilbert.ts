/**
 * DistilBERT (Sanh et al. 2019): BERT's layers under other names, no token types, a sequence head of its own. Its
 * config.json has names of its own too, which become BERT's here.
 * Source of names and defaults: transformers' modeling_distilbert.py and DistilBertConfig, 4.x and 5.x.
 */
import { mlmHead } from "../graphs/heads.ts";
import { transformer } from "../graphs/transformer.ts";
import { weightName, type EncoderNames } from "./names.ts";
import {
  encoderParameters,
  mlmParameters,
  sequenceHead,
  spanHead,
  tokenHead,
  usualLayers,
  wordPieces,
} from "./parts.ts";
import type { Architecture } from "./record.ts";

const names: EncoderNames = {
  embeddings: {
    words: "distilbert.embeddings.word_embeddings",
    positions: "distilbert.embeddings.position_embeddings",
    norm: "distilbert.embeddings.LayerNorm",
  },
  layer: (i) => {
    const layer = `distilbert.transformer.layer.${i}`;
    const attention = `${layer}.attention`;
    return {
      packed: `${attention}.qkv`,
      parts: [`${attention}.q_lin`, `${attention}.k_lin`, `${attention}.v_lin`],
      attended: `${attention}.out_lin`,
      attendedDropout: false,
      attentionNorm: `${layer}.sa_layer_norm`,
      inner: `${layer}.ffn.lin1`,
      outer: `${layer}.ffn.lin2`,
      outputNorm: `${layer}.output_layer_norm`,
    };
  },
};
const words = weightName(names.embeddings.words);
const head = { dense: "vocab_transform", norm: "vocab_layer_norm", bias: "vocab_projector.bias", decoder: words };

export const distilbert: Architecture = {
  family: "distilbert",
  types: ["distilbert"],
  classes: "DistilBert",
  prefix: "distilbert",
  tokenizer: wordPieces("DistilBertTokenizer"),
  readConfig: (fields) => {
    fields.only("sinusoidal_pos_embds", false, "learned positions");
    const vocabulary = fields.integer("vocab_size", 30522);
    return {
      model_type: "distilbert",
      vocab_size: vocabulary,
      hidden_size: fields.integer("hidden_size", 768, "dim"),
      num_hidden_layers: fields.integer("num_hidden_layers", 6, "n_layers"),
      num_attention_heads: fields.integer("num_attention_heads", 12, "n_heads"),
      intermediate_size: fields.integer("intermediate_size", 3072, "hidden_dim"),
      max_position_embeddings: fields.integer("max_position_embeddings", 512),
      type_vocab_size: 0,
      layer_norm_eps: 1e-12, // written into its modules, not into its configuration
      pad_token_id: fields.padding(0, vocabulary),
      hidden_act: fields.activation("activation", "gelu"),
      initializer_range: fields.positive("initializer_range", 0.02),
    };
  },
  writeConfig: (config) => ({
    model_type: "distilbert",
    vocab_size: config.vocab_size,
    dim: config.hidden_size,
    n_layers: config.num_hidden_layers,
    n_heads: config.num_attention_heads,
    hidden_dim: config.intermediate_size,
    max_position_embeddings: config.max_position_embeddings,
    pad_token_id: config.pad_token_id,
    activation: config.hidden_act,
    initializer_range: config.initializer_range,
    sinusoidal_pos_embds: false,
    dropout: 0.1,
    attention_dropout: 0.1,
  }),
  encoder: {
    names,
    parameters: (config) => encoderParameters(config, names),
    graph: (frame, tokens, rows) => transformer(frame, tokens, names, rows),
  },
  heads: {
    mlm: {
      parameters: (config) => mlmParameters(config, head),
      logits: (frame, x) => mlmHead(frame, x, head, frame.config.hidden_act),
    },
    tokens: tokenHead,
    spans: spanHead,
    sequence: sequenceHead("pre_classifier", "relu", "classifier"),
  },
  words,
  paddedTables: [words],
  tied: { "vocab_projector.weight": words },
  ...usualLayers,
};
