/**
 * ELECTRA (Clark et al. 2020): BERT's layers over narrower embeddings and a projection. A generator comes with its MLM
 * head; a discriminator is the same encoder without one, so an MLM head must be drawn for it.
 * Source of names and defaults: transformers' modeling_electra.py and ElectraConfig, 4.x and 5.x.
 */
import { mlmHead } from "../graphs/heads.ts";
import { transformer } from "../graphs/transformer.ts";
import { bertNames, weightName } from "./names.ts";
import {
  encoderParameters,
  mlmParameters,
  sequenceHead,
  spanHead,
  tokenHead,
  usualLayers,
  wordPieces,
  writeBertFields,
} from "./parts.ts";
import type { Architecture } from "./record.ts";

const names = { ...bertNames("electra"), projection: "electra.embeddings_project" };
const words = weightName(names.embeddings.words);
const head = {
  dense: "generator_predictions.dense",
  norm: "generator_predictions.LayerNorm",
  bias: "generator_lm_head.bias",
  decoder: words,
};

export const electra: Architecture = {
  family: "electra",
  types: ["electra"],
  classes: "Electra",
  prefix: "electra",
  tokenizer: wordPieces("ElectraTokenizer"),
  readConfig: (fields) => {
    const vocabulary = fields.integer("vocab_size", 30522);
    return {
      model_type: "electra",
      vocab_size: vocabulary,
      embedding_size: fields.integer("embedding_size", 128),
      hidden_size: fields.integer("hidden_size", 256),
      num_hidden_layers: fields.integer("num_hidden_layers", 12),
      num_attention_heads: fields.integer("num_attention_heads", 4),
      intermediate_size: fields.integer("intermediate_size", 1024),
      max_position_embeddings: fields.integer("max_position_embeddings", 512),
      type_vocab_size: fields.integer("type_vocab_size", 2),
      layer_norm_eps: fields.positive("layer_norm_eps", 1e-12),
      pad_token_id: fields.padding(0, vocabulary),
      hidden_act: fields.activation("hidden_act", "gelu"),
      initializer_range: fields.positive("initializer_range", 0.02),
    };
  },
  writeConfig: writeBertFields,
  encoder: {
    names,
    parameters: (config) => encoderParameters(config, names),
    graph: (frame, tokens, rows) => transformer(frame, tokens, names, rows),
  },
  heads: {
    mlm: {
      parameters: (config) => mlmParameters(config, head),
      logits: (frame, x) => mlmHead(frame, x, head, "gelu"), // whatever the encoder's
    },
    tokens: tokenHead,
    spans: spanHead,
    sequence: sequenceHead("classifier.dense", "gelu", "classifier.out_proj"),
  },
  encoderOnly: "an ELECTRA discriminator learnt to tell replaced words from original ones, not to fill masks",
  words,
  paddedTables: [words],
  tied: { "generator_lm_head.weight": words },
  layers: usualLayers.layers,
  below: /^electra\.embeddings/, // the projection too
};
