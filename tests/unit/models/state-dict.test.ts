import { describe, expect, test } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import type { ModelConfig } from "../../../src/contract/index.ts";
import { fromTensors, initialize, parametersOf, toTensors } from "../../../src/models/index.ts";
import { tinyBert } from "../../support/tiny-bert.ts";

const config = tinyBert({
  vocab_size: 11,
  hidden_size: 4,
  intermediate_size: 6,
  max_position_embeddings: 5,
  initializer_range: 0.5,
});
const parameters = parametersOf(config, "mlm");
const weights = initialize(parameters, config, 3);
const state = (): Map<string, Float32Array> => new Map(toTensors(parameters, weights).map((t) => [t.name, t.data]));

test("there and back: what save_pretrained writes, each tensor once, as views", () => {
  const tensors = toTensors(parameters, weights);
  const names = tensors.map((t) => t.name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toHaveLength(26); // transformers 5.23 writes 26 tensors for BertForMaskedLM with one layer
  expect(names).not.toContain("cls.predictions.decoder.weight");
  const key = tensors.find((t) => t.name.endsWith("self.key.weight"))!;
  const qkv = weights.get("bert.encoder.layer.0.attention.self.qkv.weight")!;
  expect(key.shape).toEqual([4, 4]);
  expect(key.data.buffer).toBe(qkv.buffer);
  expect(key.data).toEqual(qkv.subarray(16, 32));
  const back = fromTensors(parameters, new Map(tensors.map((t) => [t.name, t.data])));
  expect(back).toEqual({ weights, missing: [], unused: [] });
});

describe("variants in the wild give the same weights", () => {
  const renamed = (rename: (name: string) => string): Map<string, Float32Array> =>
    new Map([...state()].map(([name, data]) => [rename(name), data]));
  test("without the family's prefix", () => {
    expect(
      fromTensors(
        parameters,
        renamed((name) => name.replace(/^bert\./, "")),
      ),
    ).toEqual({
      weights,
      missing: [],
      unused: [],
    });
  });
  test("with gamma and beta", () => {
    const old = (name: string): string =>
      name.replace(/(LayerNorm)\.weight$/, "$1.gamma").replace(/(LayerNorm)\.bias$/, "$1.beta");
    expect(fromTensors(parameters, renamed(old))).toEqual({ weights, missing: [], unused: [] });
  });
  test("with tied duplicates and buffers", () => {
    const tensors = state();
    tensors.set("cls.predictions.decoder.weight", tensors.get("bert.embeddings.word_embeddings.weight")!.slice());
    tensors.set("cls.predictions.decoder.bias", tensors.get("cls.predictions.bias")!.slice());
    tensors.set("bert.embeddings.position_ids", Float32Array.of(0, 1, 2, 3, 4));
    expect(fromTensors(parameters, tensors)).toEqual({ weights, missing: [], unused: [] });
  });
  test("with the decoder's names only", () => {
    const tensors = state();
    tensors.set("cls.predictions.decoder.bias", tensors.get("cls.predictions.bias")!);
    tensors.delete("cls.predictions.bias");
    expect(fromTensors(parameters, tensors)).toEqual({ weights, missing: [], unused: [] });
  });
});

test("an untied decoder, a pooler and another head are reported as unused, by the file's names", () => {
  const tensors = state();
  const untied = tensors.get("bert.embeddings.word_embeddings.weight")!.map((x) => x + 1);
  tensors.set("cls.predictions.decoder.weight", untied);
  tensors.set("pooler.dense.weight", new Float32Array(16));
  tensors.set("cls.seq_relationship.bias", new Float32Array(2));
  expect(new Set(fromTensors(parameters, tensors).unused)).toEqual(
    new Set(["cls.predictions.decoder.weight", "pooler.dense.weight", "cls.seq_relationship.bias"]),
  );
});

test("a parameter with a missing part is left out and the part is named", () => {
  const tensors = state();
  tensors.delete("bert.encoder.layer.0.attention.self.value.bias");
  tensors.delete("cls.predictions.bias");
  const found = fromTensors(parameters, tensors);
  expect(found.missing).toEqual(["bert.encoder.layer.0.attention.self.value.bias", "cls.predictions.bias"]);
  expect(found.weights.has("bert.encoder.layer.0.attention.self.qkv.bias")).toBe(false);
  expect(found.weights.size).toBe(parameters.length - 2);
  expect(found.unused).toEqual([]);
});

test("a tensor of another size is an error that names it", () => {
  const tensors = state();
  tensors.set("bert.encoder.layer.0.output.dense.weight", new Float32Array(20));
  let caught: unknown;
  try {
    fromTensors(parameters, tensors);
  } catch (error) {
    caught = error;
  }
  expect(hasCode(caught, "models/wrong-shape")).toBe(true);
  expect((caught as Error).message).toContain('"bert.encoder.layer.0.output.dense.weight" must have shape (4, 6)');
});

test("roberta: its own head and duplicates", () => {
  const roberta: ModelConfig = { ...config, model_type: "roberta", pad_token_id: 1 };
  const mlm = parametersOf(roberta, "mlm");
  const values = initialize(mlm, roberta, 4);
  const tensors = new Map(toTensors(mlm, values).map((t) => [t.name, t.data]));
  tensors.set("lm_head.decoder.weight", tensors.get("roberta.embeddings.word_embeddings.weight")!);
  tensors.set("lm_head.decoder.bias", tensors.get("lm_head.bias")!);
  expect(fromTensors(mlm, tensors)).toEqual({ weights: values, missing: [], unused: [] });
});
