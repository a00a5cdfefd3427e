import { describe, expect, it } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import {
  configOf,
  defaultDesign,
  designProblem,
  sizeOfModel,
  type Family,
  type ModelConfig,
} from "../../../src/contract/index.ts";
import { growModel, initialize, parameterCount, parametersOf, extendRows } from "../../../src/models/index.ts";
import { designedModel, extendedModel, grown, tiny } from "../../methods/scratch.rows.ts";
import { designConfigs, designs } from "../../support/designs.ts";
import { relativeError } from "../../support/golden-models.ts";
import { logitsOf, scratch, scratchDesigns, scratchTensor } from "../../support/golden-scratch.ts";
import { openNative } from "../../support/native.ts";

const device = openNative();
/** Float32 through up to five layers. */
const rounding = 1e-5;

describe("growing", () => {
  const names = Object.keys(designs);
  it.each(names)("by identity changes no logit of the design “%s”", async (name) => {
    const model = designedModel(name);
    const before = await logitsOf(device, model);
    const after = await logitsOf(device, growModel(model.config, model.weights, { how: "identity", layers: 5 }));
    expect(relativeError(after, before)).toBeLessThan(rounding);
  });

  it("spreads copies evenly, and leaves the model it was given alone", () => {
    const { config, weights } = tiny("bert");
    const copy = new Map([...weights].map(([name, data]) => [name, data.slice()]));
    const four = growModel(config, weights, { how: "identity", layers: 4 });
    expect(weights).toEqual(copy);
    const zero = [0, 1, 2, 3].map((i) =>
      four.weights.get(`bert.encoder.layer.${i}.output.dense.weight`)!.every((x) => x === 0),
    );
    expect(zero).toEqual([false, true, false, true]);
    expect(four.config.num_hidden_layers).toBe(4);
    const inner = (i: number) => four.weights.get(`bert.encoder.layer.${i}.intermediate.dense.weight`);
    expect(inner(1)).toEqual(inner(0));
    expect(inner(3)).not.toEqual(inner(0));
  });

  it("keeps what each layer looks at, and gives copies of ModernBERT's first layer the LayerNorm that it lacks", () => {
    const { config, weights } = designedModel("rotary with a window, WordPiece");
    const stacked = growModel(config, weights, { how: "stack", layers: 5 });
    const [full, near] = ["full_attention", "sliding_attention"];
    expect(config.modernbert!.layer_types).toEqual([full, near, near]);
    expect(stacked.config.modernbert!.layer_types).toEqual([full, near, near, full, near]);
    expect(stacked.weights.get("model.layers.3.attn_norm.weight")!.every((x) => x === 1)).toBe(true);
    expect(stacked.weights.get("model.layers.4.attn_norm.weight")).toEqual(
      weights.get("model.layers.1.attn_norm.weight"),
    );
    const biased: ModelConfig = { ...config, modernbert: { ...config.modernbert!, norm_bias: true } };
    const drawn = initialize(parametersOf(biased, "mlm"), biased, 1);
    const copied = growModel(biased, drawn, { how: "stack", layers: 5 }).weights;
    expect(copied.get("model.layers.3.attn_norm.bias")!.every((x) => x === 0)).toBe(true);
  });

  it("says how many layers it needs", () => {
    let caught: unknown;
    try {
      grown("bert", "stack", 2);
    } catch (error) {
      caught = error;
    }
    expect(hasCode(caught, "models/cannot-grow")).toBe(true);
    expect(caught).toMatchObject({ details: { least: 3 } });
  });
});

describe("more pieces", () => {
  it("new rows and biases are the means to the last bit, old ones untouched", () => {
    const { config, weights } = extendedModel();
    const [old, H] = [scratch.config.vocab_size, config.hidden_size];
    expect(config.vocab_size).toBe(old + 3);
    const table = weights.get("bert.embeddings.word_embeddings.weight")!;
    expect(table.subarray(0, old * H)).toEqual(tiny("bert").weights.get("bert.embeddings.word_embeddings.weight"));
    expect(table.subarray(old * H)).toEqual(scratchTensor("extended/rows"));
    expect(weights.get("cls.predictions.bias")!.subarray(old)).toEqual(scratchTensor("extended/bias"));
  });

  it("text without new pieces has the logits it had", async () => {
    const { config: bigger } = extendedModel();
    const after = await logitsOf(device, extendedModel());
    const before = await logitsOf(device, tiny("bert"));
    const V = bigger.vocab_size;
    const kept = after.filter((_, i) => i % V < V - 3);
    expect(relativeError(kept, before)).toBeLessThan(1e-6); // the same sums over a wider product
  });

  it("uses rows that the table had to spare, and refuses pieces made of nothing", () => {
    const { config, weights } = tiny("bert");
    const spare = extendRows(config, weights, [{ piece: "x", id: 39, oldIds: [7, 9] }]);
    expect(spare.config.vocab_size).toBe(40);
    expect(() => extendRows(config, weights, [{ piece: "x", id: 40, oldIds: [41] }])).toThrow(
      /pieces that the model has/,
    );
  });
});

describe("a design", () => {
  it("is written as the config.json that transformers read", () => {
    expect(designConfigs()).toEqual(scratchDesigns);
    const kinds = Object.values(scratch.designs).map(({ kind }) => kind);
    expect(kinds).toEqual([
      "BertForMaskedLM",
      "RobertaForMaskedLM",
      "MPNetForMaskedLM",
      "RobertaPreLayerNormForMaskedLM",
      "ModernBertForMaskedLM",
      "ModernBertForMaskedLM",
      "RobertaPreLayerNormForMaskedLM",
    ]);
  });

  it.each(Object.keys(designs))(
    "“%s” has as many parameters as counted beside the form, here and in transformers",
    (name) => {
      const { config } = designedModel(name);
      const counted = sizeOfModel(config, 1024, 0.15);
      expect(counted.parameters).toBe(parameterCount(parametersOf(config, "mlm")));
      expect(counted.parameters).toBe(scratch.designs[name]!.parameters);
      expect(counted.embeddings + counted.layers + counted.head).toBe(counted.parameters);
    },
  );

  it("says which field is wrong, with the limit and a way out", () => {
    expect(designProblem({ ...defaultDesign(), width: 100, heads: 3 })).toBe(
      "Width must be a multiple of the heads: 100 is none of 3. Take 99.",
    );
    const words = { size: 100, pad: 0, wordPieces: true };
    expect(designProblem({ ...defaultDesign(), distances: "yes" }, words)).toMatch(
      /padding is token 1; this one's is token 0/,
    );
    const odd = { ...defaultDesign(), norm: "pre", rotary: "yes", width: 12 } as const;
    expect(designProblem(odd)).toBe(
      "Rotary positions turn the numbers of a head in pairs, but 12 / 4 is odd. Take a width of 16.",
    );
    expect(designProblem({ ...odd, norm: "post" })).toBeUndefined(); // the choice is not shown there, and not made
    expect(designProblem(defaultDesign(), words)).toBeUndefined();
  });

  it("takes the family that transformers has for it", () => {
    const words = { size: 100, pad: 0, wordPieces: true };
    const bytes = { size: 100, pad: 1, wordPieces: false };
    const family = (more: object, vocabulary: typeof words): Family =>
      configOf({ ...defaultDesign(), ...more }, vocabulary).model_type;
    expect([
      family({}, words),
      family({}, bytes),
      family({ norm: "pre" }, words),
      family({ norm: "pre", rotary: "yes" }, words),
      family({ rotary: "yes" }, bytes),
      family({ distances: "yes" }, bytes),
    ]).toEqual(["bert", "roberta", "roberta-prelayernorm", "modernbert", "roberta", "mpnet"]);
  });
});
