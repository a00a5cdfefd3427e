/** BERT (Devlin et al. 2019). Source of names and defaults: transformers' modeling_bert.py and BertConfig, 4.x and 5.x. */
import { mlmHead } from "../graphs/heads.ts";
import { transformer } from "../graphs/transformer.ts";
import { bertNames, weightName } from "./names.ts";
import {
  bertFields,
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

const names = bertNames("bert");
const words = weightName(names.embeddings.words);
const head = {
  dense: "cls.predictions.transform.dense",
  norm: "cls.predictions.transform.LayerNorm",
  bias: "cls.predictions.bias",
  decoder: words,
};

export const bert: Architecture = {
  family: "bert",
  types: ["bert"],
  classes: "Bert",
  prefix: "bert",
  tokenizer: wordPieces("BertTokenizer"),
  readConfig: (fields) => bertFields(fields, { vocabulary: 30522, pad: 0 }),
  writeConfig: writeBertFields,
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
    sequence: sequenceHead("bert.pooler.dense", "tanh", "classifier"),
  },
  words,
  paddedTables: [words],
  tied: { "cls.predictions.decoder.weight": words, "cls.predictions.decoder.bias": head.bias },
  ...usualLayers,
};
