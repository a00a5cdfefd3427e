/** Heads that several families share, as graphs: each differs by names and activation only. */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import { UnmaskError } from "../../base/index.ts";
import { activation, layerNorm, linear, projection, type Activation } from "./blocks.ts";
import type { Frame, Rows, TokenInputs } from "./frame.ts";

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

/** Dense and activation, then the classifier: (B, H) -> (B, C). */
export function denseHead(frame: Frame, x: Value, dense: string, act: Activation, output: string): Value {
  return linear(frame, activation(frame, linear(frame, x, dense), act), output);
}

/** Each block's first token: (B*T, n) -> (B, n). */
export function firstTokens({ b, shape: { B, T } }: Frame): Rows {
  return (x) => {
    const n = x.shape[1]!;
    return s.slice(b, s.reshape(b, x, [B, T * n]), [0], [n], [1]);
  };
}

/** Each block's mean over its tokens, padding left out: (B*T, H) -> (B, H). */
export function meanOfTokens(frame: Frame, hidden: Value, tokens: TokenInputs): Value {
  const { b, config, shape } = frame;
  const [B, T, H] = [shape.B, shape.T, config.hidden_size];
  const mask = realTokens(frame, tokens);
  if (mask === undefined) return s.reduceMean(b, s.reshape(b, hidden, [B, T, H]), [1]);
  return picked(frame, hidden, s.div(b, mask, s.reduceSum(b, mask, [1], true)));
}

/** Each block's last token before its padding: (B*T, H) -> (B, H). */
export function lastTokens(frame: Frame, hidden: Value, tokens: TokenInputs): Value {
  const { b, config, shape } = frame;
  const [B, T, H] = [shape.B, shape.T, config.hidden_size];
  const mask = realTokens(frame, tokens);
  if (mask === undefined) return s.slice(b, s.reshape(b, hidden, [B, T * H]), [(T - 1) * H], [T * H], [1]);
  const next = s.pad(b, s.slice(b, mask, [1], [T], [1]), [0, 0], [0, 1]); // the mask one place on
  return picked(frame, hidden, s.sub(b, mask, next));
}

/** (B, T), 1 for a token; undefined where there is no padding. */
function realTokens({ shape: { B, T } }: Frame, { attentionMask }: TokenInputs): Value | undefined {
  if (attentionMask === undefined || attentionMask.shape.length === 2) return attentionMask;
  throw new UnmaskError(
    "models/internal",
    `A head for whole blocks needs a mask of (${B}, ${T}): it does not know where documents end inside of one.`,
  );
}

/** Sums of each block's tokens by weights (B, T): (B*T, H) -> (B, H). */
function picked({ b, config, shape: { B, T } }: Frame, hidden: Value, weights: Value): Value {
  const H = config.hidden_size;
  const sum = s.matmul(b, s.reshape(b, weights, [B, 1, T]), s.reshape(b, hidden, [B, T, H]));
  return s.reshape(b, sum, [B, H]);
}
