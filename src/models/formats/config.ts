/**
 * Hugging Face config.json, read and written. What our graphs cannot compute is refused here, before
 * any weight is downloaded. Knows no graph.
 * Source: transformers' BertConfig, RobertaConfig, XLMRobertaConfig and CamembertConfig (4.x and 5.x):
 * their defaults stand in for absent fields. The last two are RoBERTa under another name: same modules,
 * same parameter names.
 */
import { UnmaskError } from "../../base/index.ts";
import type { Family, ModelConfig, SpecialTokens } from "../../contract/index.ts";
import { isObject, parseObject, quoted, type JsonObject } from "./json.ts";

const base = {
  hidden_size: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  intermediate_size: 3072,
  max_position_embeddings: 512,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  initializer_range: 0.02,
};
const architectures: Record<string, { family: Family; vocabulary: number; pad: number }> = {
  bert: { family: "bert", vocabulary: 30522, pad: 0 },
  roberta: { family: "roberta", vocabulary: 50265, pad: 1 },
  "xlm-roberta": { family: "roberta", vocabulary: 30522, pad: 1 },
  camembert: { family: "roberta", vocabulary: 30522, pad: 1 },
};
/** `model_type` values that this page can load. */
export const supportedArchitectures: readonly string[] = Object.keys(architectures);
const supportedText = "bert, roberta (distilroberta is one), xlm-roberta, camembert";

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
};
const maxParameters = 2 ** 30;

function bad(field: string, expectation: string, found: unknown): UnmaskError {
  return new UnmaskError(
    "models/bad-config",
    `config.json, ${field}: must be ${expectation}; found ${quoted(found)}.`,
    "Take config.json from the model again, together with its weights.",
    { field },
  );
}

function unsupported(field: string, expectation: string, found: unknown): UnmaskError {
  return new UnmaskError(
    "models/unsupported-config",
    `config.json, ${field}: this page computes models with ${expectation}; found ${quoted(found)}.`,
    `Choose a plain encoder: ${supportedText}.`,
    { field },
  );
}

function integer(json: JsonObject, field: keyof typeof limits, fallback: number): number {
  const value = json[field] ?? fallback;
  if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > limits[field])
    throw bad(field, `a whole number between 1 and ${limits[field]}`, value);
  return value as number;
}

function positive(json: JsonObject, field: string, fallback: number): number {
  const value = json[field] ?? fallback;
  if (typeof value !== "number" || !(value > 0) || value > 1) throw bad(field, "a number above 0, at most 1", value);
  return value;
}

/** Old configurations lack model_type; the class name says it. */
function modelType(json: JsonObject): unknown {
  if (json["model_type"] !== undefined) return json["model_type"];
  const name: unknown = Array.isArray(json["architectures"]) ? json["architectures"][0] : undefined;
  if (typeof name !== "string") return undefined;
  return /^Bert(For|Model)/.test(name) ? "bert" : /^Roberta(For|Model)/.test(name) ? "roberta" : name;
}

/** Features that change the network in ways that our graphs do not follow. */
function refuseFeatures(json: JsonObject): void {
  for (const field of ["is_decoder", "add_cross_attention"])
    if (json[field] === true) throw unsupported(field, "an encoder only", true);
  const position = json["position_embedding_type"] ?? "absolute";
  if (position !== "absolute") throw unsupported("position_embedding_type", "absolute positions", position);
  if (json["tie_word_embeddings"] === false)
    throw unsupported("tie_word_embeddings", "the word embeddings as output layer", false);
  const pruned = json["pruned_heads"];
  if (isObject(pruned) && Object.keys(pruned).length > 0) throw unsupported("pruned_heads", "all heads", pruned);
  if (isObject(json["quantization_config"])) throw unsupported("quantization_config", "16- or 32-bit weights", "one");
}

/** Weights of the encoder with its MLM head: the number that decides whether a page can hold it. */
function parameterEstimate(c: ModelConfig): number {
  const H = c.hidden_size;
  const layer = 4 * H * H + 2 * H * c.intermediate_size + 9 * H + c.intermediate_size;
  const tables = c.vocab_size + c.max_position_embeddings + c.type_vocab_size;
  return tables * H + c.num_hidden_layers * layer + H * H + 5 * H + c.vocab_size;
}

/**
 * The part of config.json that shapes the graph, absent fields filled as transformers does.
 * @throws models/unsupported-architecture listing those supported; models/unsupported-config for a feature
 * that the graphs lack; models/bad-config for values that no model can have.
 */
export function readConfig(text: string): ModelConfig {
  const json = parseObject(text, "config.json", "models/bad-config");
  const type = modelType(json);
  const known = typeof type === "string" && Object.hasOwn(architectures, type) ? architectures[type] : undefined;
  if (known === undefined)
    throw new UnmaskError(
      "models/unsupported-architecture",
      `config.json, model_type: must be one of ${supportedArchitectures.join(", ")}; found ${quoted(type)}.`,
      `Choose a model of a supported architecture: ${supportedText}.`,
      { supported: supportedArchitectures.join(", ") },
    );
  refuseFeatures(json);
  const activation = json["hidden_act"] ?? "gelu";
  if (typeof activation !== "string" || !Object.hasOwn(activations, activation))
    throw unsupported("hidden_act", Object.keys(activations).join(", "), activation);
  const config: ModelConfig = {
    model_type: known.family,
    vocab_size: integer(json, "vocab_size", known.vocabulary),
    hidden_size: integer(json, "hidden_size", base.hidden_size),
    num_hidden_layers: integer(json, "num_hidden_layers", base.num_hidden_layers),
    num_attention_heads: integer(json, "num_attention_heads", base.num_attention_heads),
    intermediate_size: integer(json, "intermediate_size", base.intermediate_size),
    max_position_embeddings: integer(json, "max_position_embeddings", base.max_position_embeddings),
    type_vocab_size: integer(json, "type_vocab_size", base.type_vocab_size),
    layer_norm_eps: positive(json, "layer_norm_eps", base.layer_norm_eps),
    pad_token_id: (json["pad_token_id"] ?? known.pad) as number,
    hidden_act: activations[activation]!,
    initializer_range: positive(json, "initializer_range", base.initializer_range),
  };
  const { pad_token_id: pad, vocab_size: vocabulary, hidden_size: hidden, num_attention_heads: heads } = config;
  if (!Number.isSafeInteger(pad) || pad < 0 || pad >= vocabulary)
    throw bad("pad_token_id", `a token id below ${vocabulary}`, pad);
  if (hidden % heads !== 0) throw bad("hidden_size", `a multiple of num_attention_heads (${heads})`, hidden);
  const places = config.max_position_embeddings - (config.model_type === "roberta" ? pad + 1 : 0);
  if (places < 2) throw bad("max_position_embeddings", "room for two tokens", config.max_position_embeddings);
  const parameters = parameterEstimate(config);
  if (parameters > maxParameters)
    throw bad("sizes", `a model of at most ${maxParameters} parameters`, Math.round(parameters));
  return config;
}

export type ConfigKind = "masked-lm" | "encoder";

/** config.json that transformers loads: the inverse of `readConfig`. */
export function writeConfig(config: ModelConfig, kind: ConfigKind, special?: SpecialTokens): string {
  const name = config.model_type === "bert" ? "Bert" : "Roberta";
  const json = {
    architectures: [`${name}${kind === "masked-lm" ? "ForMaskedLM" : "Model"}`],
    ...config,
    ...(special && config.model_type === "roberta" ? { bos_token_id: special.start, eos_token_id: special.end } : {}),
    hidden_dropout_prob: 0.1,
    attention_probs_dropout_prob: 0.1,
    tie_word_embeddings: true,
    torch_dtype: "float32",
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
