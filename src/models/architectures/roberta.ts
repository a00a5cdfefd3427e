/**
 * RoBERTa (Liu et al. 2019): BERT's network, places counted after padding_idx, a head of its own with GELU whatever
 * the encoder's activation. XLM-RoBERTa and CamemBERT are RoBERTa under another name: same modules, same parameters.
 * Source of names and defaults: transformers' modeling_roberta.py and the three configurations, 4.x and 5.x.
 */
import { mlmHead } from "../graphs/heads.ts";
import { transformer } from "../graphs/transformer.ts";
import { bertNames, weightName } from "./names.ts";
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

const names = bertNames("roberta");
const words = weightName(names.embeddings.words);
const head = { dense: "lm_head.dense", norm: "lm_head.layer_norm", bias: "lm_head.bias", decoder: words };

export const roberta: Architecture = {
  family: "roberta",
  types: ["roberta", "xlm-roberta", "camembert"],
  classes: "Roberta",
  prefix: "roberta",
  tokenizer: bytePairs,
  readConfig: (fields) => bertFields(fields, { vocabulary: fields.type === "roberta" ? 50265 : 30522, pad: 1 }),
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
