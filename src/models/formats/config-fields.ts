/**
 * Fields of a config.json that we did not write: each read with its default and checked against what a model can
 * have. Which fields a family has, its record says (../architectures).
 */
import { UnmaskError } from "../../base/index.ts";
import type { Family, ModelConfig } from "../../contract/index.ts";
import { quoted, type JsonObject } from "./json.ts";

/** Their names for the same three functions. */
const activations: Record<string, ModelConfig["hidden_act"]> = {
  gelu: "gelu",
  gelu_python: "gelu",
  relu: "relu",
  gelu_new: "gelu_new",
  gelu_fast: "gelu_new",
  gelu_pytorch_tanh: "gelu_new",
};

/** Larger is a mistake or a hostile file, or would not fit into a page by far. */
const limits = {
  vocab_size: 1_000_000,
  hidden_size: 8192,
  num_hidden_layers: 96,
  num_attention_heads: 256,
  intermediate_size: 65_536,
  max_position_embeddings: 65_536,
  type_vocab_size: 64,
  embedding_size: 8192,
};

export function badConfig(field: string, expectation: string, found: unknown): UnmaskError {
  return new UnmaskError(
    "models/bad-config",
    `config.json, ${field}: must be ${expectation}; found ${quoted(found)}.`,
    "Take config.json from the model again, together with its weights.",
    { field },
  );
}

/** `written` is the name in this family's files, where it is not BERT's. */
export interface ConfigFields {
  family: Family;
  /** The file itself, for what one family alone has. */
  json: JsonObject;
  /** `model_type` as it stands in the file: families have several. */
  type: string;
  /** A whole number from 1 to the field's limit. */
  integer(field: keyof typeof limits, fallback: number, written?: string): number;
  /** A number above 0, at most 1. */
  positive(field: string, fallback: number): number;
  activation(field: string, fallback: string): ModelConfig["hidden_act"];
  /** The padding token's id. */
  padding(fallback: number, vocabulary: number): number;
  /** Refuses every value of a field but one, which is also the default; `expectation` is what the graphs compute. */
  only(field: string, value: string | number | boolean, expectation: string): void;
}

/** @param unsupported makes the error for what the graphs do not compute */
export function configFields(
  json: JsonObject,
  family: Family,
  type: string,
  unsupported: (field: string, expectation: string, found: unknown) => UnmaskError,
): ConfigFields {
  return {
    family,
    json,
    type,
    integer: (field, fallback, written = field) => {
      const value = json[written] ?? fallback;
      if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > limits[field])
        throw badConfig(written, `a whole number between 1 and ${limits[field]}`, value);
      return value as number;
    },
    positive: (field, fallback) => {
      const value = json[field] ?? fallback;
      if (typeof value !== "number" || !(value > 0) || value > 1)
        throw badConfig(field, "a number above 0, at most 1", value);
      return value;
    },
    activation: (field, fallback) => {
      const value = json[field] ?? fallback;
      if (typeof value !== "string" || !Object.hasOwn(activations, value))
        throw unsupported(field, Object.keys(activations).join(", "), value);
      return activations[value]!;
    },
    padding: (fallback, vocabulary) => {
      const value = json["pad_token_id"] ?? fallback;
      if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) >= vocabulary)
        throw badConfig("pad_token_id", `a token id below ${vocabulary}`, value);
      return value as number;
    },
    only: (field, value, expectation) => {
      const found = json[field] ?? value;
      if (found !== value) throw unsupported(field, expectation, found);
    },
  };
}
