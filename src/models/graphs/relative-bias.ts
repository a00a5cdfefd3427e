/**
 * A bias to the attention scores by how far apart two tokens are: distances are sorted into buckets, near ones exactly,
 * far ones by their logarithm; each bucket has a number a head, shared by all layers.
 * Source: Raffel et al. 2020 (T5), section 2.1; transformers' MPNetEncoder.relative_position_bucket.
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import { weight, type Frame } from "./frame.ts";

const farthest = 128;

/** The bucket of a distance (key place - query place); half of the buckets are for keys to the right. */
export function distanceBucket(distance: number, buckets: number): number {
  const half = buckets / 2;
  const exact = half / 2;
  const [side, n] = [distance > 0 ? half : 0, Math.abs(distance)];
  if (n < exact) return side + n;
  // In float32, as PyTorch: at 16, 32, 64 the logarithm is a whole number but for its rounding.
  const f = Math.fround;
  const share = f(f(Math.log(n / exact)) / f(Math.log(farthest / exact)));
  return side + Math.min(half - 1, exact + Math.trunc(f(share * (half - exact))));
}

/**
 * Table (buckets, A) -> (1, A, T, T). There are 2T - 1 distances, not T x T: their biases are looked up once, in the
 * order 0 .. T-1, unused, -(T-1) .. -1, and repeated T times. Read in rows of 2T - 1 numbers, the distance of each
 * place moves back by one a row, which is what a row further down asks for.
 */
export function relativeBias(frame: Frame, tableName: string): Value {
  const { b, config, shape } = frame;
  const [T, A] = [shape.T, config.num_attention_heads];
  return b.scope("relative", () => {
    const table = weight(frame, tableName);
    const order = Array.from({ length: 2 * T }, (_, k) => distanceBucket(k < T ? k : k - 2 * T, table.shape[0]!));
    const biases = s.transpose(b, s.gather(b, table, b.ints(order)), [1, 0]); // (A, 2T)
    const repeated = s.expand(b, s.reshape(b, biases, [A, 1, 2 * T]), [A, T, 2 * T]);
    const cut = s.slice(b, s.reshape(b, repeated, [A, 2 * T * T]), [0], [T * (2 * T - 1)], [1]);
    const rows = s.reshape(b, cut, [A, T, 2 * T - 1]);
    return s.reshape(b, s.slice(b, rows, [0], [T], [2]), [1, A, T, T]);
  });
}
