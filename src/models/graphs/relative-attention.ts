/**
 * XLNet's attention: a place is compared with another's content and with its distance, each with a bias of its own
 * instead of a position added to the words (Dai et al. 2019, Transformer-XL, section 3.3), and with whether both are
 * of one segment. Knows no streams and no layers' order.
 * Source: transformers' XLNetRelativeAttention.
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import { dropout } from "./dropout.ts";
import { weight, type Frame } from "./frame.ts";

/** What the queries may see. */
export interface Sight {
  /** Added to the scores: (B or 1, 1, T or 1, T). */
  bias?: Value | undefined;
  /** 1 where two places are of different segments (B, 1, T, T); absent where the text has none. */
  differ?: Value | undefined;
}
/** queries (N, H), their sight, and how query heads come to stand at their places: (N, H) -> (B*T, H). Gives (B*T, H). */
type Attend = (queries: Value, sight: Sight, spread?: (heads: Value) => Value) => Value;

/** Sine and cosine of the distances T, T - 1, ..., 1 - T: (2T, H). */
export function relativeTable({ b, config, shape: { T } }: Frame): Value {
  const H = config.hidden_size;
  const half = H / 2;
  const data = Float32Array.from({ length: 2 * T * H }, (_, i) => {
    const d = i % H;
    const angle = (T - Math.floor(i / H)) / Math.pow(10_000, (2 * (d % half)) / H);
    return d < half ? Math.sin(angle) : Math.cos(angle);
  });
  return b.constant(data, "float32", [2 * T, H], "distances");
}

/** Keys and values of layer i from the content stream (B*T, H), read by any number of queries. */
export function relativeAttention(frame: Frame, content: Value, table: Value, i: number): Attend {
  const { b, config } = frame;
  const { B, T } = frame.shape;
  const [H, A] = [config.hidden_size, config.num_attention_heads];
  const D = H / A;
  const name = `transformer.layer.${i}.rel_attn`;
  const alpha = 1 / Math.sqrt(D); // in the keys: one factor for both products
  const matrix = (leaf: string): Value => s.reshape(b, weight(frame, `${name}.${leaf}`), [H, H]);
  const row = (leaf: string): Value => s.reshape(b, weight(frame, `${name}.${leaf}`), [H]);
  const heads = (x: Value, perm: number[]): Value => s.transpose(b, s.reshape(b, x, [B, T, A, D]), perm);
  const toHeads = [0, 2, 1, 3];

  const { keys, values, distances } = b.scope("keys", () => ({
    keys: heads(s.gemm(b, content, matrix("k"), null, { alpha }), [0, 2, 3, 1]), // (B, A, D, T)
    values: heads(s.gemm(b, content, matrix("v")), toHeads), // (B, A, T, D)
    distances: s.transpose(b, s.reshape(b, s.gemm(b, table, matrix("r"), null, { alpha }), [2 * T, A, D]), [1, 2, 0]),
  }));

  return (queries, { bias, differ }, spread = (x) => x) =>
    b.scope("attention", () => {
      const q = spread(s.gemm(b, queries, matrix("q"))); // (B*T, H)
      const against = (leaf: string): Value => heads(s.add(b, q, row(leaf)), toHeads); // (B, A, T, D)
      const byContent = s.matmul(b, against("r_w_bias"), keys, "content");
      const byDistance = relativeShift(frame, s.matmul(b, against("r_r_bias"), distances, "distance"));
      let scores = s.add(b, byContent, byDistance); // (B, A, T, T)
      if (differ !== undefined)
        scores = s.add(
          b,
          scores,
          bySegment(frame, against("r_s_bias"), weight(frame, `${name}.seg_embed`), alpha, differ),
        );
      if (bias !== undefined) scores = s.add(b, scores, bias);
      const context = s.matmul(b, dropout(frame, s.softmax(b, scores), "attention"), values, "context");
      return s.reshape(b, s.transpose(b, context, toHeads), [B * T, H]);
    });
}

/** Row i of (B, A, T, 2T) begins with distance T; moved on by T - i, column j holds distance i - j: (B, A, T, T). */
function relativeShift({ b, config, shape: { B, T } }: Frame, x: Value): Value {
  const A = config.num_attention_heads;
  const tall = s.slice(b, s.reshape(b, x, [B, A, 2 * T, T]), [1], [2 * T], [2]);
  return s.slice(b, s.reshape(b, tall, [B, A, T, 2 * T - 1]), [0], [T], [3]);
}

/** Softmax does not see what a whole row has in common, so only the two segment vectors' difference counts. */
function bySegment({ b, config }: Frame, q: Value, embed: Value, alpha: number, differ: Value): Value {
  const A = config.num_attention_heads;
  const D = config.hidden_size / A;
  const one = (i: number): Value => s.slice(b, embed, [i], [i + 1], [0]);
  const difference = s.reshape(b, s.sub(b, one(1), one(0)), [A, D, 1]);
  return s.mul(b, s.mul(b, s.matmul(b, q, difference, "segment"), alpha), differ); // (B, A, T, 1) times (B, 1, T, T)
}
