import { expect, test } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import type { ModelConfig } from "../../../src/contract/index.ts";
import { initialize, parameterCount, parametersOf, type Parameter } from "../../../src/models/index.ts";
import { weightOf } from "../../../src/models/parameter.ts";

const bertBase: ModelConfig = {
  model_type: "bert",
  vocab_size: 30522,
  hidden_size: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  intermediate_size: 3072,
  max_position_embeddings: 512,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
  hidden_act: "gelu",
  initializer_range: 0.02,
};
const robertaBase: ModelConfig = {
  ...bertBase,
  model_type: "roberta",
  vocab_size: 50265,
  max_position_embeddings: 514,
  type_vocab_size: 1,
  pad_token_id: 1,
};
const small: ModelConfig = {
  ...bertBase,
  vocab_size: 300,
  hidden_size: 32,
  num_hidden_layers: 1,
  intermediate_size: 64,
};

// Counts of transformers 5.23: sum of named_parameters() of BertForMaskedLM, RobertaForMaskedLM (6 layers: DistilRoBERTa).
test.each([
  ["bert-base", bertBase, 109_514_298],
  ["roberta-base", robertaBase, 124_697_433],
  ["distilroberta-base", { ...robertaBase, num_hidden_layers: 6 }, 82_170_201],
] as const)("%s has transformers' number of parameters", (_name, config, count) => {
  expect(parameterCount(parametersOf(config, "mlm"))).toBe(count);
});

const named = (parameters: Parameter[], name: string): Parameter => parameters.find((p) => p.name === name)!;

test("query, key and value are one parameter of three parts; biases, LayerNorm and only they have no decay", () => {
  const parameters = parametersOf(small, "mlm");
  const qkv = named(parameters, "bert.encoder.layer.0.attention.self.qkv.weight");
  expect(qkv.shape).toEqual([96, 32]);
  expect(qkv.parts).toEqual(
    ["query", "key", "value"].map((part) => ({
      name: `bert.encoder.layer.0.attention.self.${part}.weight`,
      shape: [32, 32],
    })),
  );
  for (const { name, decay } of parameters) expect([name, decay]).toEqual([name, !/bias$|LayerNorm/.test(name)]);
  expect(parameters.filter((p) => p.rows).map((p) => p.name)).toEqual([
    "bert.embeddings.word_embeddings.weight",
    "bert.embeddings.position_embeddings.weight",
    "bert.embeddings.token_type_embeddings.weight",
  ]);
});

test("classification heads have transformers' names", () => {
  const heads = (config: ModelConfig, kind: "tokens" | "sequence"): string[] => {
    const body = parametersOf(config, "none").length;
    return parametersOf(config, { kind, labels: 3 })
      .slice(body)
      .map((p) => `${p.name} ${p.shape.join("x")}`);
  };
  expect(heads(small, "tokens")).toEqual(["classifier.weight 3x32", "classifier.bias 3"]);
  expect(heads(small, "sequence")).toEqual([
    "bert.pooler.dense.weight 32x32",
    "bert.pooler.dense.bias 32",
    "classifier.weight 3x32",
    "classifier.bias 3",
  ]);
  expect(heads({ ...small, model_type: "roberta" }, "sequence")).toEqual([
    "classifier.dense.weight 32x32",
    "classifier.dense.bias 32",
    "classifier.out_proj.weight 3x32",
    "classifier.out_proj.bias 3",
  ]);
});

test("fresh weights: normal(0, range), zeros, ones, a padding row of zeros; the seed fixes them", () => {
  const parameters = parametersOf({ ...small, model_type: "roberta", pad_token_id: 1 }, "mlm");
  const config: ModelConfig = { ...small, model_type: "roberta", pad_token_id: 1 };
  const weights = initialize(parameters, config, 7);
  const words = weights.get("roberta.embeddings.word_embeddings.weight")!;
  const mean = words.reduce((a, x) => a + x, 0) / words.length;
  const deviation = Math.sqrt(words.reduce((a, x) => a + x * x, 0) / words.length);
  // 9,600 draws: the mean's error is 0.02 / sqrt(9600) = 2e-4, the deviation's 1.5e-4 (and the padding row takes 0.2 %).
  expect(Math.abs(mean)).toBeLessThan(1e-3);
  expect(Math.abs(deviation - 0.02)).toBeLessThan(1e-3);
  for (const table of ["word_embeddings", "position_embeddings"]) {
    const data = weights.get(`roberta.embeddings.${table}.weight`)!;
    expect(data.subarray(32, 64).every((x) => x === 0)).toBe(true);
    expect(data.subarray(0, 32).every((x) => x !== 0)).toBe(true);
  }
  expect(new Set(weights.get("lm_head.bias"))).toEqual(new Set([0]));
  expect(new Set(weights.get("lm_head.layer_norm.weight"))).toEqual(new Set([1]));
  expect(initialize(parameters, config, 7)).toEqual(weights);
  expect(initialize(parameters, config, 8).get("lm_head.dense.weight")).not.toEqual(
    weights.get("lm_head.dense.weight"),
  );
  // A head more does not change what the encoder draws.
  const body = initialize(parametersOf(config, "none"), config, 7);
  for (const [name, data] of body) expect(weights.get(name)).toEqual(data);
});

test("a missing or short weight is named", () => {
  const [first] = parametersOf(small, "none") as [Parameter];
  for (const given of [new Map<string, Float32Array>(), new Map([[first.name, new Float32Array(5)]])]) {
    let caught: unknown;
    try {
      weightOf(given, first);
    } catch (error) {
      caught = error;
    }
    expect(hasCode(caught, "models/missing-weight")).toBe(true);
    expect((caught as Error).message).toContain("bert.embeddings.word_embeddings.weight");
  }
});
