import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import { readConfig, supportedArchitectures, writeConfig } from "../../../src/models/index.ts";

const fixture = (kind: string): string =>
  readFileSync(new URL(`../../fixtures/folders/${kind}/config.json`, import.meta.url), "utf8");
const read = (fields: object) => readConfig(JSON.stringify({ model_type: "bert", ...fields }));

function codeOf(fields: object): string {
  try {
    read(fields);
  } catch (error) {
    for (const code of ["models/bad-config", "models/unsupported-config", "models/unsupported-architecture"])
      if (hasCode(error, code)) {
        expect(error.hint).not.toBe("");
        return code;
      }
    throw error;
  }
  return "accepted";
}

describe("reading", () => {
  test("what transformers saved", () => {
    expect(readConfig(fixture("bert"))).toEqual({
      model_type: "bert",
      vocab_size: 39,
      hidden_size: 16,
      num_hidden_layers: 2,
      num_attention_heads: 2,
      intermediate_size: 24,
      max_position_embeddings: 24,
      type_vocab_size: 2,
      layer_norm_eps: 1e-12,
      pad_token_id: 0,
      hidden_act: "gelu",
      initializer_range: 0.02,
    });
    expect(readConfig(fixture("roberta"))).toMatchObject({ model_type: "roberta", vocab_size: 290, pad_token_id: 1 });
  });

  test("absent fields are transformers' defaults", () => {
    const base = readConfig('{"model_type":"bert"}');
    expect(base).toMatchObject({ vocab_size: 30522, hidden_size: 768, pad_token_id: 0, max_position_embeddings: 512 });
    expect(readConfig('{"model_type":"roberta"}')).toMatchObject({ vocab_size: 50265, pad_token_id: 1 });
  });

  test("a name for the same network, and a class name where the type is absent", () => {
    const xlm = readConfig('{"model_type":"xlm-roberta","vocab_size":250002,"type_vocab_size":1}');
    expect(xlm).toMatchObject({ model_type: "roberta", vocab_size: 250002, type_vocab_size: 1, pad_token_id: 1 });
    expect(readConfig('{"model_type":"camembert"}').model_type).toBe("roberta");
    expect(readConfig('{"architectures":["BertForMaskedLM"]}').model_type).toBe("bert");
    expect(readConfig('{"architectures":["RobertaForMaskedLM"]}').model_type).toBe("roberta");
  });

  test("one function under several names", () => {
    expect(read({ hidden_act: "gelu_python" }).hidden_act).toBe("gelu");
    expect(read({ hidden_act: "gelu_pytorch_tanh" }).hidden_act).toBe("gelu_new");
  });
});

test("an unsupported architecture lists those supported", () => {
  for (const text of ['{"model_type":"gpt2"}', '{"model_type":"albert"}', "{}", '{"architectures":["T5Model"]}'])
    try {
      readConfig(text);
      expect.unreachable();
    } catch (error) {
      expect(hasCode(error, "models/unsupported-architecture")).toBe(true);
      for (const name of supportedArchitectures) expect((error as Error).message).toContain(name);
    }
  expect(codeOf({ model_type: "toString" })).toBe("models/unsupported-architecture");
  expect(codeOf({ model_type: 7 })).toBe("models/unsupported-architecture");
});

test.each([
  { is_decoder: true },
  { add_cross_attention: true },
  { position_embedding_type: "relative_key" },
  { tie_word_embeddings: false },
  { hidden_act: "silu" },
  { hidden_act: "constructor" },
  { hidden_act: { a: 1 } },
  { pruned_heads: { "0": [1] } },
  { quantization_config: { bits: 4 } },
])("a network that the graphs do not follow: %o", (fields) => expect(codeOf(fields)).toBe("models/unsupported-config"));

test.each([
  { hidden_size: 100, num_attention_heads: 12 },
  { hidden_size: 0 },
  { hidden_size: -768 },
  { hidden_size: "768" },
  { hidden_size: 768.5 },
  { hidden_size: 1e9 },
  { num_hidden_layers: 100_000 },
  { vocab_size: 2 ** 53 },
  { vocab_size: 1_000_000, hidden_size: 8192, num_attention_heads: 64 },
  { pad_token_id: 30522 },
  { pad_token_id: -1 },
  { layer_norm_eps: 0 },
  { layer_norm_eps: "1e-12" },
  { initializer_range: 7 },
  { model_type: "roberta", max_position_embeddings: 3 },
])("values that no model has: %o", (fields) => expect(codeOf(fields)).toBe("models/bad-config"));

test.each(["", "[]", "null", "{", '"bert"', "<html>"])("no configuration at all: %s", (text) =>
  expect(() => readConfig(text)).toThrow(expect.objectContaining({ code: "models/bad-config" })),
);

test("written, it reads back, and names the class that transformers builds", () => {
  for (const kind of ["bert", "roberta"]) {
    const config = readConfig(fixture(kind));
    const special = { pad: 1, unknown: 3, start: 0, end: 2, mask: 4 };
    expect(readConfig(writeConfig(config, "masked-lm", special))).toEqual(config);
    const json = JSON.parse(writeConfig(config, "masked-lm", special)) as Record<string, unknown>;
    expect(json["architectures"]).toEqual([kind === "bert" ? "BertForMaskedLM" : "RobertaForMaskedLM"]);
    expect(json["eos_token_id"]).toBe(kind === "bert" ? undefined : 2);
    expect(json["torch_dtype"]).toBe("float32");
    expect(writeConfig(config, "encoder")).toContain(kind === "bert" ? '"BertModel"' : '"RobertaModel"');
  }
});
