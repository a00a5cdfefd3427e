/**
 * Rotary positions (Su et al. 2021): each pair of a head's numbers is turned by an angle that grows with the place,
 * so that a product of query and key depends on their distance alone. Tables are constants of the graph.
 * Source: transformers' `rotate_half` and `apply_rotary_pos_emb`: number d is paired with d + D/2.
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import type { Frame } from "./frame.ts";

/** Turns x (B, heads, T, D); `theta` is the base of the angles. */
export function rotary({ b, config, shape }: Frame, theta: number): (x: Value) => Value {
  const { T } = shape;
  const D = config.hidden_size / config.num_attention_heads;
  const half = D / 2;
  const angle = (t: number, d: number): number => t / Math.pow(theta, (2 * (d % half)) / D);
  const table = (of: (angle: number) => number): Value => {
    const data = Float32Array.from({ length: T * D }, (_, i) => of(angle(Math.floor(i / D), i % D)));
    return b.constant(data, "float32", [T, D], "rotary");
  };
  const [cos, sin] = [table(Math.cos), table(Math.sin)];
  // x times this is (-x2, x1): one small exact product instead of two cuts, a sign and a join.
  const turn = new Float32Array(D * D);
  for (let d = 0; d < half; d++) {
    turn[(d + half) * D + d] = -1;
    turn[d * D + d + half] = 1;
  }
  const quarter = b.constant(turn, "float32", [D, D], "quarter-turn");
  return (x) => s.add(b, s.mul(b, x, cos), s.mul(b, s.matmul(b, x, quarter), sin));
}
