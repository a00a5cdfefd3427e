/**
 * Scaled dot-product attention over all heads, the one that every family uses. What differs is given: an additive
 * bias to the scores (padding mask, relative positions), or a change to query and key (rotary positions).
 * Source: Vaswani et al. 2017; transformers' eager attention.
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import { projection } from "./blocks.ts";
import { dropout } from "./dropout.ts";
import { allRows, type Frame, type Rows, type TokenInputs } from "./frame.ts";

/** Added to the score of a padding place: its softmax weight is 0 in float32, and no score overflows. */
export const MASKED_SCORE = -1e9;

/** (mask - 1) * 1e9 as (B, 1, 1, T) or (B, 1, T, T): 0 where attention may go. */
export function maskBias(frame: Frame, { attentionMask: mask }: TokenInputs): Value | undefined {
  if (mask === undefined) return undefined;
  const { b } = frame;
  const { B, T } = frame.shape;
  return b.scope("mask", () => {
    const bias = s.mul(b, s.sub(b, mask, 1), -MASKED_SCORE);
    return mask.shape.length === 4 ? bias : s.reshape(b, bias, [B, 1, 1, T]);
  });
}

export interface AttentionOptions {
  /** Added to the scores; any shape that broadcasts to (B, A, T, T). */
  bias?: Value | undefined;
  /** A change to query and key before their product, to both at once as (B, 2A, T, D): rotary positions. */
  queryKey?: (x: Value) => Value;
  /** Which rows of the layer's output are read; every row is looked at all the same. */
  rows?: Rows | undefined;
}

/**
 * softmax(q k' / sqrt(D) + bias) v for every head at once: (B*T, H) -> (R, H). `name` is the packed linear layer.
 * One product makes q, k and v; treated as 3A heads they share one transpose, and the split after it
 * cuts whole heads, so forward and backward move each number once. The root of 1 / sqrt(D) goes to q and to k, so to
 * all three, and is taken back from the context: both factors vanish into the products before and after.
 */
export function attention(frame: Frame, x: Value, name: string, options: AttentionOptions = {}): Value {
  const { b, config } = frame;
  const { B, T } = frame.shape;
  const [H, A] = [config.hidden_size, config.num_attention_heads];
  const D = H / A;
  const factor = Math.pow(D, -1 / 4);
  const packed = s.mul(b, projection(frame, x, `${name}.weight`, `${name}.bias`), factor); // (B*T, 3H)
  const heads = s.transpose(b, s.reshape(b, packed, [B, T, 3 * A, D]), [0, 2, 1, 3]); // (B, 3A, T, D)
  const [q, k, v] =
    options.queryKey === undefined ? s.split(b, heads, [A, A, A], 1) : changed(frame, heads, options.queryKey);
  const kT = s.transpose(b, k!, [0, 1, 3, 2]); // (B, A, D, T)
  const scores = s.matmul(b, q!, kT, "scores"); // (B, A, T, T)
  const biased = options.bias === undefined ? scores : s.add(b, scores, options.bias);
  const context = s.matmul(b, dropout(frame, s.softmax(b, biased), "attention"), v!, "context"); // (B, A, T, D)
  const together = s.reshape(b, s.transpose(b, context, [0, 2, 1, 3]), [B * T, H]);
  return s.mul(b, (options.rows ?? allRows)(together), 1 / factor);
}

/** Query and key changed together, in half the kernels of two changes; the value as it is. */
function changed({ b, config }: Frame, heads: Value, change: (x: Value) => Value): Value[] {
  const A = config.num_attention_heads;
  const [queryKey, value] = s.split(b, heads, [2 * A, A], 1) as [Value, Value];
  return [...s.split(b, change(queryKey), [A, A], 1), value];
}
