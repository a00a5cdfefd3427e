/**
 * Which parameters an architecture has, in one table: names and layouts are Hugging Face's, except
 * that tensors the graph reads as one (query, key and value) are one parameter made of parts, one
 * after another along the rows. Knows no graph and no file format.
 * Source of names and initialisation: transformers' modeling_bert.py and modeling_roberta.py, 4.x and 5.x.
 */
import { hashString, random, UnmaskError } from "../base/index.ts";
import type { Family, ModelConfig } from "../contract/index.ts";

/** A tensor as Hugging Face names it. */
export interface Part {
  name: string;
  shape: number[];
}
export interface Parameter {
  name: string;
  shape: number[];
  /** The Hugging Face tensors whose rows make up this one, in order: often just one of the same name. */
  parts: Part[];
  /** Weight decay applies: not to biases and LayerNorm. */
  decay: boolean;
  /** An embedding table: its gradient comes as rows with their indices. */
  rows: boolean;
  init: "normal" | "zeros" | "ones";
}
/** What is learned from labels: a class a token or a block, a number a block, where an answer begins and ends. */
export type TaskHead = { kind: "tokens" | "sequence"; labels: number } | { kind: "regression" } | { kind: "spans" };
export type Head = "none" | "mlm" | TaskHead;

/** The names that differ between the families; everything else is the same network. */
export interface Names {
  prefix: string;
  headDense: string;
  headNorm: string;
  headBias: string;
}
export const familyNames: Record<Family, Names> = {
  bert: {
    prefix: "bert",
    headDense: "cls.predictions.transform.dense",
    headNorm: "cls.predictions.transform.LayerNorm",
    headBias: "cls.predictions.bias",
  },
  roberta: {
    prefix: "roberta",
    headDense: "lm_head.dense",
    headNorm: "lm_head.layer_norm",
    headBias: "lm_head.bias",
  },
};

/** The word-embedding table, which the MLM head uses again as its decoder. */
export const wordEmbeddings = (family: Family): string =>
  `${familyNames[family].prefix}.embeddings.word_embeddings.weight`;

function parameter(name: string, shape: number[], init: Parameter["init"], rest: Partial<Parameter> = {}): Parameter {
  const parts = [{ name, shape }];
  return { name, shape, parts, decay: init === "normal", rows: false, init, ...rest };
}

/** A linear layer in PyTorch's layout: weight (out, in), bias (out). */
function linear(name: string, inputs: number, outputs: number): Parameter[] {
  return [
    parameter(`${name}.weight`, [outputs, inputs], "normal"),
    parameter(`${name}.bias`, [outputs], "zeros"), // no decay
  ];
}

function layerNorm(name: string, width: number): Parameter[] {
  return [parameter(`${name}.weight`, [width], "ones"), parameter(`${name}.bias`, [width], "zeros")];
}

/** Query, key and value as one linear layer of three times the width. */
function queryKeyValue(name: string, width: number): Parameter[] {
  const parts = (leaf: string, shape: number[]): Part[] =>
    ["query", "key", "value"].map((part) => ({ name: `${name}.${part}.${leaf}`, shape }));
  return [
    parameter(`${name}.qkv.weight`, [3 * width, width], "normal", { parts: parts("weight", [width, width]) }),
    parameter(`${name}.qkv.bias`, [3 * width], "zeros", { parts: parts("bias", [width]) }),
  ];
}

function encoder(config: ModelConfig, prefix: string): Parameter[] {
  const H = config.hidden_size;
  const table = (name: string, rows: number): Parameter =>
    parameter(`${prefix}.embeddings.${name}.weight`, [rows, H], "normal", { rows: true });
  const list = [
    table("word_embeddings", config.vocab_size),
    table("position_embeddings", config.max_position_embeddings),
    table("token_type_embeddings", config.type_vocab_size),
    ...layerNorm(`${prefix}.embeddings.LayerNorm`, H),
  ];
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const layer = `${prefix}.encoder.layer.${i}`;
    list.push(
      ...queryKeyValue(`${layer}.attention.self`, H),
      ...linear(`${layer}.attention.output.dense`, H, H),
      ...layerNorm(`${layer}.attention.output.LayerNorm`, H),
      ...linear(`${layer}.intermediate.dense`, H, config.intermediate_size),
      ...linear(`${layer}.output.dense`, config.intermediate_size, H),
      ...layerNorm(`${layer}.output.LayerNorm`, H),
    );
  }
  return list;
}

function head(config: ModelConfig, kind: Exclude<Head, "none">): Parameter[] {
  const H = config.hidden_size;
  const names = familyNames[config.model_type];
  if (kind === "mlm")
    return [
      parameter(names.headBias, [config.vocab_size], "zeros"),
      ...linear(names.headDense, H, H),
      ...layerNorm(names.headNorm, H),
    ];
  if (kind.kind === "spans") return linear("qa_outputs", H, 2);
  const labels = kind.kind === "regression" ? 1 : kind.labels;
  if (kind.kind === "tokens") return linear("classifier", H, labels);
  return config.model_type === "bert"
    ? [...linear("bert.pooler.dense", H, H), ...linear("classifier", H, labels)]
    : [...linear("classifier.dense", H, H), ...linear("classifier.out_proj", H, labels)];
}

/**
 * Every parameter of the network with this head, in a fixed order: encoder first.
 * The MLM decoder is the word-embedding table itself and so is not listed again.
 */
export function parametersOf(config: ModelConfig, kind: Head): Parameter[] {
  const body = encoder(config, familyNames[config.model_type].prefix);
  return kind === "none" ? body : [...body, ...head(config, kind)];
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

export function parameterCount(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, p) => sum + sizeOf(p.shape), 0);
}

/** The embedding row that stands for padding and starts at zero, as PyTorch's `padding_idx`; -1 for none. */
function paddingRow(name: string, config: ModelConfig): number {
  if (name === wordEmbeddings(config.model_type)) return config.pad_token_id;
  return name === "roberta.embeddings.position_embeddings.weight" ? config.pad_token_id : -1;
}

/**
 * Fresh weights: normal(0, initializer_range), zeros or ones. Each parameter draws from a stream of
 * its own (seed and name), so a head added to a model does not change what the encoder drew.
 */
export function initialize(
  parameters: readonly Parameter[],
  config: ModelConfig,
  seed: number,
): Map<string, Float32Array> {
  const weights = new Map<string, Float32Array>();
  for (const { name, shape, init } of parameters) {
    const data = new Float32Array(sizeOf(shape));
    if (init === "ones") data.fill(1);
    if (init === "normal") {
      const source = random(seed, hashString(name));
      for (let i = 0; i < data.length; i++) data[i] = config.initializer_range * source.normal();
      const row = paddingRow(name, config);
      const width = shape[1] ?? 1;
      if (row >= 0) data.fill(0, row * width, (row + 1) * width);
    }
    weights.set(name, data);
  }
  return weights;
}

/** @throws models/missing-weight naming the parameter: every graph needs all of its weights. */
export function weightOf(weights: ReadonlyMap<string, Float32Array>, { name, shape }: Parameter): Float32Array {
  const data = weights.get(name);
  if (data === undefined || data.length !== sizeOf(shape))
    throw new UnmaskError(
      "models/missing-weight",
      `The weights must hold "${name}" with ${sizeOf(shape)} numbers; found ${data?.length ?? "none"}.`,
      "The model and its configuration do not belong together: load both from the same folder.",
      { parameter: name, expected: sizeOf(shape), found: data?.length ?? null },
    );
  return data;
}
