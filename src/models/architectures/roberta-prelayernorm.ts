/**
 * RoBERTa with LayerNorm before each part of a layer and once at the end (fairseq's `encoder_normalize_before`): what
 * deep encoders need to train from scratch, and so the base of custom pre-norm models.
 * Source of names and defaults: transformers' modeling_roberta_prelayernorm.py and its configuration, 4.x and 5.x.
 */
import { mlmHead } from "../graphs/heads.ts";
import { transformer } from "../graphs/transformer.ts";
import { bertNames, weightName, type EncoderNames } from "./names.ts";
import {
  bertFields,
  bytePairs,
  encoderParameters,
  mlmParameters,
  sequenceHead,
  spanHead,
  tokenHead,
  usualLayers,
  writeRobertaFields,
} from "./parts.ts";
import type { Architecture } from "./record.ts";

const usual = bertNames("roberta_prelayernorm");
const names: EncoderNames = {
  ...usual,
  layer: (i) => {
    const layer = `roberta_prelayernorm.encoder.layer.${i}`;
    return {
      ...usual.layer(i),
      attentionNorm: `${layer}.attention.LayerNorm`,
      outputNorm: `${layer}.intermediate.LayerNorm`,
    };
  },
  finalNorm: "roberta_prelayernorm.LayerNorm",
};
const words = weightName(names.embeddings.words);
const head = { dense: "lm_head.dense", norm: "lm_head.layer_norm", bias: "lm_head.bias", decoder: words };

export const robertaPreLayerNorm: Architecture = {
  family: "roberta-prelayernorm",
  types: ["roberta-prelayernorm"],
  classes: "RobertaPreLayerNorm",
  prefix: "roberta_prelayernorm",
  tokenizer: bytePairs,
  readConfig: (fields) => bertFields(fields, { vocabulary: 50265, pad: 1 }),
  writeConfig: writeRobertaFields,
  encoder: {
    names,
    parameters: (config) => encoderParameters(config, names),
    graph: (frame, tokens, rows) => transformer(frame, tokens, names, rows),
  },
  heads: {
    mlm: {
      parameters: (config) => mlmParameters(config, head),
      logits: (frame, x) => mlmHead(frame, x, head, "gelu"),
    },
    tokens: tokenHead,
    spans: spanHead,
    sequence: sequenceHead("classifier.dense", "tanh", "classifier.out_proj"),
  },
  words,
  paddedTables: [words, weightName(names.embeddings.positions)],
  tied: { "lm_head.decoder.weight": words, "lm_head.decoder.bias": head.bias },
  ...usualLayers,
};
