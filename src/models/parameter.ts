/**
 * What a parameter is, and the lists that layers of a network are made of: linear layers, LayerNorms, tables.
 * Names and layouts are Hugging Face's, except that tensors the graph reads as one (query, key and value) are one
 * parameter made of parts, one after another along the rows. Knows no architecture, no graph and no file format.
 */
import { UnmaskError } from "../base/index.ts";
import type { TaskHead } from "../contract/index.ts";

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
  /** "uniform" is within one over the root of the inputs: torch.nn.Linear's, and that of PEFT's lora_A. */
  init: "normal" | "uniform" | "zeros" | "ones";
  /** Two-dimensional, but looked up in the graph as a whole: LoRA has nothing to stand beside. */
  linear?: false;
  /** The loss of this head does not depend on it: it has no gradient (None in PyTorch) and stays as it is. */
  still?: boolean;
}
export type { TaskHead };
/** "kept-mlm": the MLM head is there but does not learn. "mlm+pairs": MLM and, on the pooled first token, whether two segments belong together; "pairs": that alone. */
export type Head = "none" | "mlm" | "kept-mlm" | "mlm+pairs" | "pairs" | TaskHead;

export function parameter(
  name: string,
  shape: number[],
  init: Parameter["init"],
  rest: Partial<Parameter> = {},
): Parameter {
  const parts = [{ name, shape }];
  return { name, shape, parts, decay: init === "normal", rows: false, init, ...rest };
}

/** A table that is looked up: (rows, width). */
export const table = (name: string, rows: number, width: number): Parameter =>
  parameter(name, [rows, width], "normal", { rows: true });

/** A linear layer in PyTorch's layout: weight (out, in), bias (out). */
export function linear(name: string, inputs: number, outputs: number, bias = true): Parameter[] {
  return [
    parameter(`${name}.weight`, [outputs, inputs], "normal"),
    ...(bias ? [parameter(`${name}.bias`, [outputs], "zeros")] : []), // no decay
  ];
}

export function layerNorm(name: string, width: number, bias = true): Parameter[] {
  return [parameter(`${name}.weight`, [width], "ones"), ...(bias ? [parameter(`${name}.bias`, [width], "zeros")] : [])];
}

/** Several linear layers that read the same, as one of their widths' sum: query, key and value. */
export function packedLinear(name: string, parts: readonly string[], inputs: number, outputs: number): Parameter[] {
  const leaf = (kind: string, shape: number[]): Part[] =>
    parts.map((part) => ({ name: `${part}.${kind}`, shape: [...shape] }));
  const width = parts.length * outputs;
  return [
    parameter(`${name}.weight`, [width, inputs], "normal", { parts: leaf("weight", [outputs, inputs]) }),
    parameter(`${name}.bias`, [width], "zeros", { parts: leaf("bias", [outputs]) }),
  ];
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

export function parameterCount(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, p) => sum + sizeOf(p.shape), 0);
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
