/**
 * What the blocks of a graph are handed: the builder, the configuration, weights under their parameter names.
 * Hidden states stay two-dimensional (B*T, H), so that a linear layer is one Gemm. Knows no architecture.
 */
import type { GraphBuilder, Value } from "../../autodiff/index.ts";
import { UnmaskError } from "../../base/index.ts";
import type { ModelConfig } from "../../contract/index.ts";
import type { Adapters } from "./adapters.ts";
import type { DropoutRates, DropoutSite } from "./dropout.ts";

/** Blocks and tokens a block: what an encoder graph is made for. */
export interface BlockShape {
  B: number;
  T: number;
}

/** What the parts of a graph are made from; passed down, never kept. */
export interface Frame {
  b: GraphBuilder;
  config: ModelConfig;
  shape: BlockShape;
  weights: ReadonlyMap<string, Value>;
  /** Non-parameter inputs, in the order declared. */
  inputs: Value[];
  /** In graphs that train: how much is dropped, and the sites so far. */
  dropout?: { rates: DropoutRates; sites: DropoutSite[] };
  /** LoRA's, where there are some. */
  adapters?: Adapters;
  /** How the rows were picked that values are of: see `behindAttention`. */
  rows?: Rows;
}
/** The inputs of an encoder; which of the optional ones exist, its architecture and the options say. */
export interface TokenInputs {
  inputIds: Value;
  positionIds?: Value;
  tokenTypeIds?: Value;
  /** (B, T) or (B, 1, T, T) float, 1 = may be looked at; absent in graphs without padding. */
  attentionMask?: Value;
}
export interface EncoderValues {
  /** What the first layer reads (B*T, H). */
  embedded: Value;
  /** What the last layer gives (B*T, H); of the rows that were asked for only, where some were. */
  hidden: Value;
}
/**
 * The rows that are read of the last layer: (B*T, n) -> (R, n). Behind its attention a layer treats each row by itself, so
 * the last one need not compute the others.
 */
export type Rows = (x: Value) => Value;
export const allRows: Rows = (x) => x;

/** The frame of what follows once rows are picked: dropout there falls as it would on all rows. */
export const behindAttention = (frame: Frame, rows: Rows): Frame => ({ ...frame, rows });

export function declare(frame: Frame, name: string, type: "int32" | "float32", shape: readonly number[]): Value {
  const value = frame.b.input(name, type, shape);
  frame.inputs.push(value);
  return value;
}

/** The weight of a parameter of this graph; a wrong name is a fault of ours. */
export function weight(frame: Frame, name: string): Value {
  const value = frame.weights.get(name);
  if (value === undefined) throw new UnmaskError("models/internal", `The graph has no parameter "${name}".`);
  return value;
}
