import { describe, expect, it } from "vitest";
import { startFromNeighbours } from "../../../scripts/pretrain/neighbour-start.ts";
import { initialize, parametersOf } from "../../../src/models/index.ts";
import { tinyBert } from "../../support/tiny-bert.ts";

const config = tinyBert({
  vocab_size: 600,
  hidden_size: 128,
  num_hidden_layers: 2,
  intermediate_size: 64,
  max_position_embeddings: 128,
  initializer_range: 0.08,
});

/** Attention of the first layer over 128 tokens drawn at random, by head: mean weight at each offset. */
function attentionAt(weights: Map<string, Float32Array>, head: number, offset: number): number {
  const [H, D, T] = [128, 64, 128];
  const words = weights.get("bert.embeddings.word_embeddings.weight")!;
  const positions = weights.get("bert.embeddings.position_embeddings.weight")!;
  const qkv = weights.get("bert.encoder.layer.0.attention.self.qkv.weight")!;
  const input = Array.from({ length: T }, (_, t) => {
    const word = 5 + ((t * 211) % 595);
    const row = Array.from({ length: H }, (_, h) => words[word * H + h]! + positions[t * H + h]!);
    const mean = row.reduce((a, b) => a + b, 0) / H;
    const deviation = Math.sqrt(row.reduce((a, b) => a + (b - mean) ** 2, 0) / H);
    return row.map((x) => (x - mean) / deviation);
  });
  const project = (x: number[], first: number): number[] =>
    Array.from({ length: D }, (_, d) => x.reduce((sum, value, h) => sum + value * qkv[(first + d) * H + h]!, 0));
  const keys = input.map((x) => project(x, H + head * D));
  let total = 0;
  for (let t = 2; t < T - 2; t++) {
    const query = project(input[t]!, head * D);
    const scores = keys.map((key) =>
      Math.exp(key.reduce((sum, value, d) => sum + value * query[d]!, 0) / Math.sqrt(D)),
    );
    total += scores[t + offset]! / scores.reduce((a, b) => a + b, 0);
  }
  return total / (T - 4);
}

describe("startFromNeighbours", () => {
  const fresh = (seed: number) => startFromNeighbours(initialize(parametersOf(config, "mlm"), config, seed), config);
  const weights = fresh(3);

  it("has one head that looks at the token before and one that looks at the token after", () => {
    expect(attentionAt(weights, 0, -1)).toBeGreaterThan(0.4);
    expect(attentionAt(weights, 1, 1)).toBeGreaterThan(0.4);
    expect(attentionAt(weights, 0, 1)).toBeLessThan(0.05);
    expect(attentionAt(weights, 1, -1)).toBeLessThan(0.05);
  });

  it("is the same for the same seed and leaves biases at zero", () => {
    const again = fresh(3);
    for (const [name, data] of weights) {
      expect(Buffer.from(again.get(name)!.buffer).equals(Buffer.from(data.buffer)), name).toBe(true);
      if (name.endsWith(".bias")) expect(data.every((x) => x === 0)).toBe(true);
    }
    const other = fresh(4);
    const name = "bert.embeddings.word_embeddings.weight";
    expect(other.get(name)![1000]).not.toBe(weights.get(name)![1000]);
  });
});
