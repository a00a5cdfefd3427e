/** Each architecture's record: configurations, names, groups. Their numbers are in tests/golden and tests/gradient. */
import { expect, test } from "vitest";
import { GraphBuilder } from "../../../src/autodiff/index.ts";
import { interpret } from "../../../src/autodiff/testing/index.ts";
import { families, familiesText, familyFacts, longestBlock, type Family } from "../../../src/contract/index.ts";
import { architectures } from "../../../src/models/architectures/index.ts";
import { distanceBucket, relativeBias } from "../../../src/models/graphs/relative-bias.ts";
import {
  fromTensors,
  initialize,
  layerGroup,
  parameterCount,
  parametersOf,
  readConfig,
  supportedArchitectures,
  toTensors,
  writeConfig,
} from "../../../src/models/index.ts";
import { goldenBuckets } from "../../support/golden-models.ts";

const names = Object.keys(families) as Family[];
const read = (fields: object) => readConfig(JSON.stringify(fields));
/** Each size under every name that a family has for it. */
const sizes = {
  ...{ vocab_size: 30, max_position_embeddings: 20, embedding_size: 6 },
  ...{ hidden_size: 8, num_hidden_layers: 3, num_attention_heads: 2, intermediate_size: 12 },
  ...{ dim: 8, n_layers: 3, n_heads: 2, hidden_dim: 12 },
  ...{ d_model: 8, n_layer: 3, n_head: 2, d_inner: 12 },
};
const tiny = (family: Family) =>
  read({
    model_type: architectures[family].types[0],
    ...sizes,
    ...(family === "modernbert" ? { pad_token_id: 0 } : {}),
  });

test("every family has its record and its line for people", () => {
  expect(Object.keys(architectures)).toEqual(names);
  for (const family of names) {
    expect(architectures[family].family).toBe(family);
    expect(familiesText).toContain(families[family].label);
    expect(supportedArchitectures).toContain(architectures[family].types[0]);
  }
});

/** Parameters of each family's usual size with its MLM head: transformers' `num_parameters()` of the default configuration. */
test.each([
  ["distilbert", 66_985_530],
  ["electra", 13_546_682],
  ["mpnet", 109_516_991],
  ["roberta-prelayernorm", 124_698_201],
  ["modernbert", 149_655_232],
  ["xlnet", 360_300_800],
] as const)("%s: the default configuration has transformers' number of parameters", (family, count) => {
  expect(parameterCount(parametersOf(read({ model_type: family }), "mlm"))).toBe(count);
});

test.each(names)("%s: its configuration reads back, with transformers' own field names", (family) => {
  const config = tiny(family);
  expect(config.num_hidden_layers).toBe(3);
  const special = { pad: 1, unknown: 3, start: 0, end: 2, mask: 4 };
  const text = writeConfig(config, "masked-lm", special);
  expect(readConfig(text)).toEqual(config);
  const json = JSON.parse(text) as Record<string, unknown>;
  const { classes, languageModel = `${classes}ForMaskedLM` } = architectures[family];
  expect(json["architectures"]).toEqual([languageModel]);
  // XLNet's configuration does not say how many types there are.
  const unsaid = config.type_vocab_size === 0 || family === "xlnet";
  expect(json["type_vocab_size"]).toBe(unsaid ? undefined : config.type_vocab_size);
  // Without model_type, as old files are: the class says it.
  expect(readConfig(JSON.stringify({ ...json, model_type: undefined })).model_type).toBe(family);
});

test("what a family's configuration can ask for and its graph has not is refused", () => {
  const code = (fields: object): string => {
    try {
      read(fields);
      return "read";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect(code({ model_type: "distilbert", sinusoidal_pos_embds: true })).toBe("models/unsupported-config");
  expect(code({ model_type: "mpnet", relative_attention_num_buckets: 16 })).toBe("models/unsupported-config");
  expect(code({ model_type: "mpnet", pad_token_id: 0 })).toBe("models/unsupported-config");
  expect(code({ model_type: "electra", embedding_size: 0 })).toBe("models/bad-config");
  expect(code({ model_type: "distilbert", dim: 10, n_heads: 4 })).toBe("models/bad-config");
  expect(code({ model_type: "modernbert", hidden_size: 15, num_attention_heads: 5 })).toBe("models/bad-config");
  expect(code({ model_type: "modernbert", layer_types: ["full_attention"] })).toBe("models/bad-config");
  expect(code({ model_type: "modernbert", classifier_pooling: "max" })).toBe("models/bad-config");
  const scaled = { full_attention: { rope_type: "yarn", rope_theta: 10 } };
  expect(code({ model_type: "modernbert", rope_parameters: scaled })).toBe("models/bad-config");
  for (const field of [{ attn_type: "uni" }, { bi_data: true }, { clamp_len: 8 }, { summary_type: "first" }])
    expect(code({ model_type: "xlnet", ...field })).toBe("models/unsupported-config");
});

test.each(names)("%s: encoder weights without the family's prefix, and tied tensors stored twice, fit", (family) => {
  const config = tiny(family);
  const parameters = parametersOf(config, "mlm");
  const weights = initialize(parameters, config, 3);
  const { prefix, tied } = architectures[family];
  const tensors = new Map(toTensors(parameters, weights).map(({ name, data }) => [name, data]));
  for (const [second, first] of Object.entries(tied)) tensors.set(second, tensors.get(first)!);
  expect(fromTensors(parameters, tensors)).toEqual({ weights, missing: [], unused: [] });
  const body = parametersOf(config, "none");
  const bare = new Map(
    toTensors(body, weights).map(({ name, data }) => [name.slice(prefix.length + 1), data] as const),
  );
  bare.set("pooler.dense.weight", new Float32Array(64)).set("embeddings.position_ids", new Float32Array(20));
  const found = fromTensors(body, bare);
  expect([found.missing, found.unused]).toEqual([[], ["pooler.dense.weight"]]);
  expect([...found.weights.keys()]).toEqual(body.map(({ name }) => name));
});

test.each(names)("%s: every parameter is in its layer's group", (family) => {
  const config = tiny(family);
  const groups = new Map(parametersOf(config, "mlm").map(({ name }) => [name, layerGroup(name, config)]));
  const count = (group: number): number => [...groups.values()].filter((g) => g === group).length;
  for (const [name, group] of groups) if (name.includes("embeddings")) expect([name, group]).toEqual([name, 0]);
  const usual = { layers: [12, 12, 12], head: 5 };
  const own: Partial<Record<Family, typeof usual>> = {
    "roberta-prelayernorm": { ...usual, head: 7 },
    modernbert: { layers: [5, 6, 6], head: 4 },
    xlnet: { layers: [17, 17, 17], head: 1 },
  };
  const { layers, head } = own[family] ?? usual;
  expect([count(1), count(2), count(3)]).toEqual(layers);
  expect(count(4)).toBe(head);
  expect(count(0) + layers.reduce((a, b) => a + b) + head).toBe(groups.size);
});

test("places: the longest block leaves out the rows that are no places", () => {
  const longest = Object.fromEntries(names.map((family) => [family, longestBlock(tiny(family))]));
  for (const family of names)
    expect(longest[family]).toBe(
      family === "xlnet" ? 4096 : familyFacts({ model_type: family }).places === "after-padding" ? 18 : 20,
    );
});

test("MPNet's buckets of distances are transformers', to the last rounding", () => {
  expect(Array.from({ length: 401 }, (_, i) => distanceBucket(i - 200, 32))).toEqual(goldenBuckets);
});

test("the relative bias of places i and j is the table's row of their distance's bucket", () => {
  const [T, A, buckets] = [150, 2, 32]; // beyond the last bucket's border
  const config = { ...tiny("mpnet"), num_attention_heads: A };
  const b = new GraphBuilder("bias");
  const name = "mpnet.encoder.relative_attention_bias.weight";
  const frame = {
    b,
    config,
    shape: { B: 1, T },
    weights: new Map([[name, b.input(name, "float32", [buckets, A])]]),
    inputs: [],
  };
  b.output(relativeBias(frame, name), "bias");
  const data = Float32Array.from({ length: buckets * A }, (_, i) => i);
  const bias = interpret(b.build(), new Map([[name, { type: "float32", shape: [buckets, A], data }]])).get("bias")!;
  expect(bias.shape).toEqual([1, A, T, T]);
  const wrong: number[][] = [];
  for (let a = 0; a < A; a++)
    for (let i = 0; i < T; i++)
      for (let j = 0; j < T; j++)
        if (bias.data[(a * T + i) * T + j] !== A * distanceBucket(j - i, buckets) + a) wrong.push([a, i, j]);
  expect(wrong).toEqual([]);
});
