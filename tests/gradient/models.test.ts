/**
 * The training graphs' gradients against finite differences of the forward graphs' loss, in float64, for
 * every element of every parameter of micro models. Independent of PyTorch: it also checks the row
 * gradients of the tables, which the runtime adds up outside the graph.
 */
import { expect, test } from "vitest";
import { interpret, type Feed } from "../../src/autodiff/testing/index.ts";
import { random } from "../../src/base/index.ts";
import type { ModelConfig } from "../../src/contract/index.ts";
import {
  buildMlmForward,
  buildMlmTraining,
  initialize,
  positionIds,
  type ForwardGraph,
  type StepGraph,
} from "../../src/models/index.ts";
import { tinyBert } from "../support/tiny-bert.ts";

/** Five-point differences err by about 1e-11; the graphs' float32 constants are folded in different orders: 1e-7. */
const tolerance = 1e-6;
const STEP = 1e-3;
const seed = 5;
const shape = { B: 2, T: 3, M: 4 };

const base = tinyBert({
  vocab_size: 7,
  hidden_size: 4,
  intermediate_size: 5,
  max_position_embeddings: 6,
  layer_norm_eps: 1e-5,
  initializer_range: 0.5,
});
const roberta: ModelConfig = {
  ...base,
  model_type: "roberta",
  pad_token_id: 1,
  type_vocab_size: 1,
  hidden_act: "gelu_new",
};

/** Each other family's own traits; one layer shows them. */
const others: Record<string, ModelConfig> = {
  distilbert: { ...base, model_type: "distilbert", type_vocab_size: 0 },
  electra: { ...base, model_type: "electra", embedding_size: 3 },
  mpnet: { ...base, model_type: "mpnet", pad_token_id: 1, type_vocab_size: 0, relative_attention_num_buckets: 32 },
  "roberta-prelayernorm": { ...roberta, model_type: "roberta-prelayernorm" },
};

/** Tokens with repeats, one padding place, one unused masked place that repeats a used one. */
function feedsFor(config: ModelConfig, padding: boolean): Map<string, Feed> {
  const { B, T, M } = shape;
  const ids = Int32Array.of(3, 5, 3, 2, 6, padding ? config.pad_token_id : 4);
  const types = Int32Array.from(ids, (_, i) => i % config.type_vocab_size);
  const int32 = (data: Int32Array): Feed => ({ type: "int32", shape: [data.length], data });
  const feeds = new Map<string, Feed>([
    ["input_ids", int32(ids)],
    ["position_ids", int32(positionIds(config, ids, B, T))],
    ["masked_positions", int32(Int32Array.of(1, 2, 4, 1))],
    ["labels", int32(Int32Array.of(5, 2, 6, 0))],
    ["loss_weights", { type: "float32", shape: [M], data: Float32Array.of(0.5, 0.25, 0.25, 0) }],
  ]);
  if (config.type_vocab_size > 0) feeds.set("token_type_ids", int32(types));
  if (padding) feeds.set("attention_mask", { type: "float32", shape: [B, T], data: Float32Array.of(1, 1, 1, 1, 1, 0) });
  return feeds;
}

function withWeights(
  graph: ForwardGraph,
  feeds: Map<string, Feed>,
  weights: Map<string, Float64Array>,
): Map<string, Feed> {
  const all = new Map(feeds);
  for (const { name, shape } of graph.parameters) all.set(name, { type: "float32", shape, data: weights.get(name)! });
  return all;
}

function gradientOf(step: StepGraph, name: string, results: ReturnType<typeof interpret>, feeds: Map<string, Feed>) {
  const { shape } = step.parameters.find((p) => p.name === name)!;
  const dense = step.dense.get(name);
  const sum = dense === undefined ? new Float64Array(shape[0]! * (shape[1] ?? 1)) : results.get(dense)!.data.slice();
  const lookup = step.rows.get(name);
  if (lookup === undefined) return sum;
  const [indices, rows, H] = [feeds.get(lookup.indices)!.data, results.get(lookup.rows)!.data, shape[1]!];
  for (let n = 0; n < indices.length; n++)
    for (let h = 0; h < H; h++) sum[Number(indices[n]) * H + h]! += rows[n * H + h]!;
  return sum;
}

test.each([
  ["bert", base, false],
  ["bert with padding", base, true],
  ["roberta with padding", roberta, true],
  ...Object.entries(others).map(([name, config]) => [name, config, name === "mpnet"] as const),
] as const)("%s: every element of every gradient is the loss's slope", (_name, config, padding) => {
  const step = buildMlmTraining(config, shape, { padding });
  const forward = buildMlmForward(config, shape, { padding });
  const feeds = feedsFor(config, padding);
  const weights = new Map(
    [...initialize(step.parameters, config, seed)].map(([name, data]) => {
      const jitter = random(seed, name.length); // biases and LayerNorm off their special values
      return [name, Float64Array.from(data, (x) => x + 0.2 * jitter.normal())];
    }),
  );
  const results = interpret(step.graph, withWeights(step, feeds, weights));
  const lossOf = (changed: Map<string, Float64Array>): number =>
    interpret(forward.graph, withWeights(forward, feeds, changed)).get("loss")!.data[0]!;
  expect(Math.abs(results.get("loss")!.data[0]! - lossOf(weights))).toBeLessThan(tolerance);

  const wrong: string[] = [];
  let checked = 0;
  for (const [name, data] of weights) {
    const gradient = gradientOf(step, name, results, feeds);
    data.forEach((x, i) => {
      const at = (h: number): number => {
        const moved = data.slice();
        moved[i] = x + h;
        return lossOf(new Map([...weights, [name, moved]]));
      };
      const slope = (8 * (at(STEP) - at(-STEP)) - (at(2 * STEP) - at(-2 * STEP))) / (12 * STEP);
      if (!(Math.abs(slope - gradient[i]!) <= tolerance)) wrong.push(`${name}[${i}]: ${gradient[i]!} is not ${slope}`);
      checked++;
    });
  }
  expect(wrong).toEqual([]);
  expect(checked).toBe(step.parameters.reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0));
});
