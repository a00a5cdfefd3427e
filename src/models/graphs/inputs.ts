/**
 * The inputs every graph shares: weights under their parameter names, tokens as flat int32 lists.
 * Hidden states stay two-dimensional (B*T, H), so that a linear layer is one Gemm.
 */
import type { GraphBuilder, Value } from "../../autodiff/index.ts";
import { UnmaskError } from "../../base/index.ts";
import type { ModelConfig } from "../../contract/index.ts";
import type { Parameter } from "../parameters.ts";
import { maxTokens } from "./positions.ts";

/** Blocks and tokens a block: what an encoder graph is made for. */
export interface BlockShape {
  B: number;
  T: number;
}
export interface PaddingOption {
  /**
   * Blocks may hold padding: adds the `attention_mask` input (B, T), 1 = real. "documents": the mask says who looks at
   * whom, (B, 1, T, T). Without it no mask node exists.
   */
  padding: boolean | "documents";
}

/** What the parts of a graph are made from; passed down, never kept. */
export interface Frame {
  b: GraphBuilder;
  config: ModelConfig;
  shape: BlockShape;
  weights: ReadonlyMap<string, Value>;
  /** Non-parameter inputs, in the order declared. */
  inputs: Value[];
}
export interface TokenInputs {
  inputIds: Value;
  positionIds: Value;
  tokenTypeIds: Value;
  /** (B, T) or (B, 1, T, T) float, 1 = may be looked at; absent in graphs without padding. */
  attentionMask?: Value;
}

/** Declares the parameters as inputs, so that the runtime can bind the buffers it updates. */
export function openFrame(
  b: GraphBuilder,
  config: ModelConfig,
  shape: BlockShape,
  parameters: readonly Parameter[],
): Frame {
  checkShape(config, shape);
  const weights = new Map(parameters.map(({ name, shape }) => [name, b.input(name, "float32", shape)]));
  return { b, config, shape, weights, inputs: [] };
}

export function declare(frame: Frame, name: string, type: "int32" | "float32", shape: readonly number[]): Value {
  const value = frame.b.input(name, type, shape);
  frame.inputs.push(value);
  return value;
}

export function tokenInputs(frame: Frame, { padding }: PaddingOption): TokenInputs {
  const { B, T } = frame.shape;
  const flat = (name: string): Value => declare(frame, name, "int32", [B * T]);
  const inputs = {
    inputIds: flat("input_ids"),
    positionIds: flat("position_ids"),
    tokenTypeIds: flat("token_type_ids"),
  };
  if (padding === false) return inputs;
  return {
    ...inputs,
    attentionMask: declare(frame, "attention_mask", "float32", padding === true ? [B, T] : [B, 1, T, T]),
  };
}

/** The weight of a parameter of this graph; a wrong name is a fault of ours. */
export function weight(frame: Frame, name: string): Value {
  const value = frame.weights.get(name);
  if (value === undefined) throw new UnmaskError("models/internal", `The graph has no parameter "${name}".`);
  return value;
}

function checkShape(config: ModelConfig, { B, T }: BlockShape): void {
  const longest = maxTokens(config);
  if (!Number.isInteger(B) || !Number.isInteger(T) || B < 1 || T < 1 || T > longest)
    throw new UnmaskError(
      "models/bad-shape",
      `This model takes at least one block of 1 to ${longest} tokens; asked for ${B} blocks of ${T}.`,
      `Choose a block length of at most ${longest} tokens.`,
      { blocks: B, tokens: T, longest },
    );
  if (config.hidden_size % config.num_attention_heads !== 0)
    throw new UnmaskError(
      "models/bad-config",
      `hidden_size must be a multiple of num_attention_heads; found ${config.hidden_size} and ${config.num_attention_heads}.`,
      "The config.json of this model is damaged or was edited.",
    );
}
