/**
 * What the page must know of an architecture: one record, in one file, for each. Everything else (graphs, loading,
 * export, layer-wise rates, messages) asks the record. How to add one: ../README.md.
 */
import type { Value } from "../../autodiff/index.ts";
import type { Family, ModelConfig, SpecialTokens } from "../../contract/index.ts";
import type { ConfigFields } from "../formats/config-fields.ts";
import type { JsonObject } from "../formats/json.ts";
import type { EncoderValues, Frame, Rows, TokenInputs } from "../graphs/frame.ts";
import type { Head, Parameter } from "../parameter.ts";
import type { EncoderNames, SummedNames } from "./names.ts";

/** A head for labelled text; `logits` reads the last hidden states (B*T, H), or those of `rows` (R, H). */
export interface LabelHead {
  parameters(config: ModelConfig, labels: number): Parameter[];
  /** The rows that `logits` reads, where that is not all of them: nothing else of the last layer is computed. */
  rows?(frame: Frame): Rows | undefined;
  logits(frame: Frame, hidden: Value, tokens: TokenInputs): Value;
}
/** The tokenizer that models of the family usually have: what older vocabulary files are turned into. */
export interface UsualTokenizer {
  /** transformers' class. */
  class: string;
  /** Word pieces of vocab.txt; byte-level pairs of vocab.json and merges.txt; Unigram, in tokenizer.json only. */
  kind: "word-pieces" | "byte-pairs" | "unigram";
  tokens: { pad: string; unknown: string; start: string; end: string; mask: string };
  /** End and start token both stand behind the text. */
  behind?: true;
}

export interface Architecture {
  family: Family;
  /** config.json's `model_type` values that are read as this family: the first is the one written. */
  types: readonly [string, ...string[]];
  /** transformers' classes are this and "Model", "ForMaskedLM" and so on. */
  classes: string;
  /** The class of the language model where that is not "ForMaskedLM". */
  languageModel?: string;
  /** First part of the encoder's parameter names. */
  prefix: string;
  tokenizer: UsualTokenizer;
  /** `fields` reads config.json; the names that BERT does not have are the record's own business. */
  readConfig(fields: ConfigFields): ModelConfig;
  /** config.json as transformers reads it, without `architectures`. */
  writeConfig(config: ModelConfig, special?: SpecialTokens): JsonObject;
  encoder: {
    /** Where its layers have the usual parts: what a layer can be grown by. */
    names?: Pick<EncoderNames, "finalNorm"> & { layer(i: number): SummedNames };
    parameters(config: ModelConfig, head: Head): Parameter[];
    /** @param rows those of the last layer that are read, where not all are */
    graph(frame: Frame, tokens: TokenInputs, rows?: Rows): EncoderValues;
    /**
     * What the mlm head reads at the places to be guessed (M, H), where that is not `graph` at mask tokens:
     * tokens.attentionMask is then (B, 1, T, T), who sees whom, and unused places are -1.
     */
    guess?(frame: Frame, tokens: TokenInputs, positions: Value): Value;
  };
  heads: {
    /** `logits` reads the masked places' hidden states (M, H) and gives (M, V); its decoder is the word table. */
    mlm: { parameters(config: ModelConfig): Parameter[]; logits(frame: Frame, x: Value): Value };
    /** A class for every token. */
    tokens: LabelHead;
    /** A class for the whole block; of one label: a number. */
    sequence: LabelHead;
    /** Two labels a token: whether an answer begins and ends there. */
    spans: LabelHead;
  };
  /** Why models of this family may well have no MLM head, where that is usual. */
  encoderOnly?: string;
  /** The word-embedding table. */
  words: string;
  /** Tables whose row of the padding token starts at zero: PyTorch's `padding_idx`. */
  paddedTables: readonly string[];
  /** Second names of tied tensors, and the name that counts. */
  tied: Readonly<Record<string, string>>;
  /** Which parameters belong to a layer (its number captured), and which lie below the layers; the rest is head. */
  layers: RegExp;
  below: RegExp;
}
