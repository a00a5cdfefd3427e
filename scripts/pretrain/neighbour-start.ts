/**
 * Starting weights from which a very small BERT learns to use context at once. Drawn at random as usual, a
 * two-layer model of width 128 sits for millions of tokens near the unigram loss (6.5 nats), because no
 * head looks anywhere in particular. Here positions start as sines and cosines, and the first layer's two
 * heads start by looking at the word before and the word after; everything else stays random and all of it
 * is trained. Idea: mimetic initialisation (Trockman & Kolter 2023), applied to positions.
 * Measured here on the pretraining corpus, batch 8 x 128: loss 6.09 after 0.8 M tokens, against 6.49 after
 * 3.9 M tokens from the usual start.
 */
import type { ModelConfig } from "../../src/contract/index.ts";
import type { Arrays } from "../../src/runtime/index.ts";

/** Share of a word vector's length that the position takes, and how firmly the heads look at their place. */
const positionShare = 0.5;
const firmness = 1.2;

/** Changes the position table and the first layer's query and key rows in place. @returns the same arrays. */
export function startFromNeighbours(weights: Arrays, config: ModelConfig): Arrays {
  const { hidden_size: H, num_attention_heads: A, max_position_embeddings: positions, initializer_range: std } = config;
  const frequencies = Float64Array.from({ length: H / 2 }, (_, i) => {
    const jitter = ((i * 0.618034) % 1) - 0.5; // so that no two pairs beat in step
    return ((Math.PI * (i + 0.5) + jitter * Math.PI) * 2) / H;
  });
  const amplitude = std * Math.sqrt((2 * positionShare) / (1 - positionShare));
  const table = weights.get("bert.embeddings.position_embeddings.weight")!; // (positions, H)
  for (let t = 0; t < positions; t++)
    for (let i = 0; i < H / 2; i++) {
      table[t * H + 2 * i] = amplitude * Math.cos(t * frequencies[i]!);
      table[t * H + 2 * i + 1] = amplitude * Math.sin(t * frequencies[i]!);
    }
  weights.get("bert.embeddings.token_type_embeddings.weight")!.fill(0);
  const qkv = weights.get("bert.encoder.layer.0.attention.self.qkv.weight")!; // (3H, H): query rows, then key rows
  for (let i = 0; i < 2 * H * H; i++) qkv[i] = qkv[i]! * 0.5;
  const D = H / A;
  for (let head = 0; head < A; head++) {
    const distance = head % 2 === 0 ? -1 : 1;
    for (let j = 0; j < D / 2; j++) {
      const f = (A * j + head) % (H / 2); // each head reads its own frequencies
      const turn = frequencies[f]! * distance;
      const query = (head * D + 2 * j) * H + 2 * f;
      const key = H * H + query;
      // The key of place t holds its position; the query of place t holds that of t + distance, a rotation.
      qkv[key] = qkv[key]! + firmness;
      qkv[key + H + 1] = qkv[key + H + 1]! + firmness;
      qkv[query] = qkv[query]! + firmness * Math.cos(turn);
      qkv[query + 1] = qkv[query + 1]! - firmness * Math.sin(turn);
      qkv[query + H] = qkv[query + H]! + firmness * Math.sin(turn);
      qkv[query + H + 1] = qkv[query + H + 1]! + firmness * Math.cos(turn);
    }
  }
  return weights;
}
