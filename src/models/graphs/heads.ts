/** Heads that several families share, as graphs: each differs by names and activation only. */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import { activation, layerNorm, linear, projection, type Activation } from "./blocks.ts";
import type { Frame } from "./frame.ts";

export interface MlmHeadNames {
  dense: string;
  norm: string;
  /** The decoder's bias, a parameter's whole name; its weight is the word-embedding table. */
  bias: string;
  decoder: string;
}

/** Dense, activation, LayerNorm, decoder: (M, H) -> (M, V). */
export function mlmHead(frame: Frame, x: Value, names: MlmHeadNames, act: Activation): Value {
  const transformed = layerNorm(frame, activation(frame, linear(frame, x, names.dense), act), names.norm);
  return projection(frame, transformed, names.decoder, names.bias);
}

/** Dense and activation on each block's first token, then the classifier: (B*T, H) -> (B, C). */
export function firstTokenHead(frame: Frame, hidden: Value, dense: string, act: Activation, output: string): Value {
  return linear(frame, activation(frame, linear(frame, firstTokens(frame, hidden), dense), act), output);
}

/** Each block's first token: (B*T, H) -> (B, H). */
export function firstTokens({ b, config, shape }: Frame, hidden: Value): Value {
  const [B, T, H] = [shape.B, shape.T, config.hidden_size];
  return s.slice(b, s.reshape(b, hidden, [B, T * H]), [0], [H], [1]);
}
