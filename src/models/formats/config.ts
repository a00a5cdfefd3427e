/**
 * Hugging Face config.json, read and written. What our graphs cannot compute is refused here, before
 * any weight is downloaded. Which fields a family has and what stands in for absent ones is in its record
 * (../architectures). Knows no graph.
 */
import { UnmaskError } from "../../base/index.ts";
import {
  familiesText,
  longestBlock,
  type ModelConfig,
  type SpecialTokens,
  type TaskHead,
  type TaskInfo,
} from "../../contract/index.ts";
import { architectureOf, architectureOfType, architectures, supportedArchitectures } from "../architectures/index.ts";
import { parameterCount } from "../parameter.ts";
import { parametersOf } from "../parameters.ts";
import { badConfig, configFields } from "./config-fields.ts";
import { isObject, parseObject, quoted, type JsonObject } from "./json.ts";

const maxParameters = 2 ** 30;

function unsupported(field: string, expectation: string, found: unknown): UnmaskError {
  return new UnmaskError(
    "models/unsupported-config",
    `config.json, ${field}: this page computes models with ${expectation}; found ${quoted(found)}.`,
    `Choose a plain encoder: ${familiesText}.`,
    { field },
  );
}

/** Old configurations lack model_type; the class name says it. */
function modelType(json: JsonObject): unknown {
  if (json["model_type"] !== undefined) return json["model_type"];
  const name: unknown = Array.isArray(json["architectures"]) ? json["architectures"][0] : undefined;
  if (typeof name !== "string") return undefined;
  const stem = /^(.+?)(?:For[A-Z]|Model$)/.exec(name)?.[1];
  return (
    Object.values(architectures).find(({ classes, languageModel }) => classes === stem || languageModel === name)
      ?.types[0] ?? name
  );
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

/**
 * The part of config.json that shapes the graph, absent fields filled as transformers does.
 * @throws models/unsupported-architecture listing those supported; models/unsupported-config for a feature
 * that the graphs lack; models/bad-config for values that no model can have.
 */
export function readConfig(text: string): ModelConfig {
  const json = parseObject(text, "config.json", "models/bad-config");
  const type = modelType(json);
  const architecture = architectureOfType(type);
  if (architecture === undefined)
    throw new UnmaskError(
      "models/unsupported-architecture",
      `config.json, model_type: must be one of ${supportedArchitectures.join(", ")}; found ${quoted(type)}.`,
      `Choose a model of a supported architecture: ${familiesText}.`,
      { supported: supportedArchitectures.join(", ") },
    );
  refuseFeatures(json);
  const config = architecture.readConfig(configFields(json, architecture.family, type as string, unsupported));
  const { hidden_size: hidden, num_attention_heads: heads } = config;
  if (hidden % heads !== 0) throw badConfig("hidden_size", `a multiple of num_attention_heads (${heads})`, hidden);
  if (longestBlock(config) < 2)
    throw badConfig("max_position_embeddings", "room for two tokens", config.max_position_embeddings);
  // The encoder with its MLM head: the number that decides whether a page can hold it.
  const parameters = parameterCount(parametersOf(config, "mlm"));
  if (parameters > maxParameters)
    throw badConfig("sizes", `a model of at most ${maxParameters} parameters`, Math.round(parameters));
  return config;
}

/** "pretraining": MLM and the sentence head, which only BERT has a class for. */
type PlainKind = "masked-lm" | "pretraining" | "encoder";
const classOf: Record<PlainKind, string> = {
  "masked-lm": "ForMaskedLM",
  pretraining: "ForPreTraining",
  encoder: "Model",
};
/** A fine-tuned model is told by what its head answers. */
export type ConfigKind = PlainKind | TaskInfo;

/** transformers' class of a head, without the family's name. */
export const taskClass: Record<TaskHead["kind"], string> = {
  tokens: "ForTokenClassification",
  sequence: "ForSequenceClassification",
  regression: "ForSequenceClassification",
  spans: "ForQuestionAnswering",
};

/** The fields by which transformers knows a head's classes. */
function headFields(kind: ConfigKind): object {
  if (typeof kind === "string" || kind.labels.length === 0) return {};
  const problem = { regression: "regression", sequence: "single_label_classification", tokens: "", spans: "" };
  return {
    id2label: Object.fromEntries(kind.labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(kind.labels.map((label, id) => [label, id])),
    ...(problem[kind.head.kind] === "" ? {} : { problem_type: problem[kind.head.kind] }),
  };
}

/** config.json that transformers loads: the inverse of `readConfig`. */
export function writeConfig(config: ModelConfig, kind: ConfigKind, special?: SpecialTokens): string {
  const { classes, languageModel = `${classes}ForMaskedLM`, writeConfig: fields } = architectureOf(config);
  const json = {
    architectures: [
      kind === "masked-lm"
        ? languageModel
        : `${classes}${typeof kind === "string" ? classOf[kind] : taskClass[kind.head.kind]}`,
    ],
    ...fields(config, special),
    ...headFields(kind),
    tie_word_embeddings: true,
    torch_dtype: "float32",
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
