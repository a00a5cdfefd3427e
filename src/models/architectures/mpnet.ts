/**
 * MPNet (Song et al. 2020): RoBERTa's network without token types, plus a bias to all scores by relative distance,
 * one table for all layers. As a masked language model; its permuted objective is not here.
 * Source of names and defaults: transformers' modeling_mpnet.py and MPNetConfig, 4.x and 5.x.
 */
import { mlmHead } from "../graphs/heads.ts";
import { relativeBias } from "../graphs/relative-bias.ts";
import { transformer } from "../graphs/transformer.ts";
import { parameter } from "../parameter.ts";
import { weightName, type EncoderNames } from "./names.ts";
import {
  bertFields,
  bytePairs,
  encoderParameters,
  mlmParameters,
  sequenceHead,
  spanHead,
  tokenHead,
  usualLayers,
  withoutTypes,
  writeRobertaFields,
} from "./parts.ts";
import type { Architecture } from "./record.ts";

/** What `compute_position_bias` uses, whatever the configuration says. */
const buckets = 32;

const names: EncoderNames = {
  embeddings: {
    words: "mpnet.embeddings.word_embeddings",
    positions: "mpnet.embeddings.position_embeddings",
    norm: "mpnet.embeddings.LayerNorm",
  },
  layer: (i) => {
    const layer = `mpnet.encoder.layer.${i}`;
    const attention = `${layer}.attention.attn`;
    return {
      packed: `${attention}.qkv`,
      parts: [`${attention}.q`, `${attention}.k`, `${attention}.v`],
      attended: `${attention}.o`,
      attentionNorm: `${layer}.attention.LayerNorm`,
      inner: `${layer}.intermediate.dense`,
      outer: `${layer}.output.dense`,
      outputNorm: `${layer}.output.LayerNorm`,
    };
  },
};
const words = weightName(names.embeddings.words);
const relative = "mpnet.encoder.relative_attention_bias.weight";
const head = { dense: "lm_head.dense", norm: "lm_head.layer_norm", bias: "lm_head.bias", decoder: words };

export const mpnet: Architecture = {
  family: "mpnet",
  types: ["mpnet"],
  classes: "MPNet",
  prefix: "mpnet",
  tokenizer: {
    class: "MPNetTokenizer",
    kind: "word-pieces",
    tokens: { ...bytePairs.tokens, unknown: "[UNK]" },
  },
  readConfig: (fields) => {
    fields.only("relative_attention_num_buckets", buckets, `${buckets} buckets of distances`);
    fields.only("pad_token_id", 1, "padding as token 1"); // written into its modules
    return {
      ...bertFields(fields, { vocabulary: 30527, pad: 1 }, 0),
      relative_attention_num_buckets: buckets,
    };
  },
  writeConfig: (config, special) => writeRobertaFields(withoutTypes(config), special),
  encoder: {
    names,
    parameters: (config) => [
      ...encoderParameters(config, names),
      parameter(relative, [buckets, config.num_attention_heads], "normal", { linear: false }),
    ],
    graph: (frame, tokens, rows) => transformer(frame, tokens, names, rows, relativeBias(frame, relative)),
  },
  heads: {
    mlm: {
      parameters: (config) => mlmParameters(config, head),
      logits: (frame, x) => mlmHead(frame, x, head, "gelu"), // whatever the encoder's
    },
    tokens: tokenHead,
    spans: spanHead,
    sequence: sequenceHead("classifier.dense", "tanh", "classifier.out_proj"),
  },
  words,
  paddedTables: [words, weightName(names.embeddings.positions)],
  tied: { "lm_head.decoder.weight": words, "lm_head.decoder.bias": head.bias },
  layers: usualLayers.layers,
  below: /^mpnet\.(embeddings|encoder\.relative_attention_bias)\./, // what all layers share learns as slowly as the lowest
};
