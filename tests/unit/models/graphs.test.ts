/** Shapes, names and size of the graphs; their numbers are in tests/golden and tests/gradient. */
import { describe, expect, test } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import { longestBlock, type ModelConfig } from "../../../src/contract/index.ts";
import {
  buildEncoder,
  buildMlmForward,
  buildMlmTraining,
  buildHeadTraining,
  buildPairTraining,
  parametersOf,
  positionIds,
  type ForwardGraph,
} from "../../../src/models/index.ts";

const tiny: ModelConfig = {
  model_type: "bert",
  vocab_size: 8192,
  hidden_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 512,
  max_position_embeddings: 128,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
  hidden_act: "gelu",
  initializer_range: 0.02,
};
const roberta: ModelConfig = {
  ...tiny,
  model_type: "roberta",
  pad_token_id: 1,
  max_position_embeddings: 130,
  type_vocab_size: 1,
};
const shape = { B: 8, T: 128, M: 160 };

const ops = (graph: ForwardGraph): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { op } of graph.graph.nodes) counts.set(op, (counts.get(op) ?? 0) + 1);
  return counts;
};
/** A reshape is a new view of the same memory: no dispatch on WebGPU, no pass on WASM. */
const dispatches = (graph: ForwardGraph): number => graph.graph.nodes.length - (ops(graph).get("Reshape") ?? 0);

describe("cost of a training step", () => {
  /** Each node is a dispatch on WebGPU; with one AdamW dispatch a parameter an L2 step must stay below 330. */
  const nodeBudget = 250;
  test("two layers stay within the node budget", () => {
    const step = buildMlmTraining(tiny, shape, { padding: false });
    const counts = [...ops(step)].sort((a, b) => b[1] - a[1]).map(([op, n]) => `${op} ${n}`);
    console.log(
      `L2 training graph: ${step.graph.nodes.length} nodes, ${dispatches(step)} dispatches: ${counts.join(", ")}`,
    );
    expect(step.graph.nodes.length).toBeLessThanOrEqual(nodeBudget);
    expect(dispatches(step) + step.parameters.length).toBeLessThanOrEqual(330);
  });
  test("one product with the vocabulary forward, two backward; no (tokens, vocabulary) value", () => {
    const { graph } = buildMlmTraining(tiny, shape, { padding: false });
    const wide = [...graph.types.values()].filter((t) => t.shape.includes(tiny.vocab_size));
    for (const { shape: s } of wide) expect([shape.M, tiny.hidden_size, tiny.vocab_size]).toContain(s[0]);
    const products = graph.nodes.filter(
      (n) => n.op === "Gemm" && [...n.inputs, ...n.outputs].some((v) => graph.types.get(v)?.shape.includes(8192)),
    );
    expect(products).toHaveLength(3);
  });
  test("behind its attention the last layer computes the masked rows only, and the first ones for a head that reads them", () => {
    const inner = ({ graph }: ForwardGraph): number[] =>
      graph.nodes
        .filter(({ op, inputs }) => op === "Gemm" && inputs[1]?.endsWith("intermediate.dense.weight") === true)
        .filter(({ attributes }) => attributes["transB"] === 1)
        .map(({ outputs }) => graph.types.get(outputs[0]!)!.shape[0]!);
    const all = shape.B * shape.T;
    expect(inner(buildMlmTraining(tiny, shape, { padding: false }))).toEqual([all, shape.M]);
    expect(inner(buildMlmForward(tiny, shape, { padding: true }))).toEqual([all, shape.M]);
    expect(inner(buildPairTraining(tiny, shape, { padding: false }))).toEqual([all, shape.M + shape.B]);
    const sorts = { kind: "sequence", labels: 3 } as const;
    expect(inner(buildHeadTraining(tiny, shape, sorts, { padding: true }))).toEqual([all, shape.B]);
  });
  test("padding costs one addition a layer and the mask", () => {
    const plain = buildMlmForward(tiny, shape, { padding: false });
    const padded = buildMlmForward(tiny, shape, { padding: true });
    expect(padded.graph.nodes.length - plain.graph.nodes.length).toBe(tiny.num_hidden_layers + 3);
    expect(plain.inputs.map((i) => i.name)).not.toContain("attention_mask");
    expect(padded.inputs.find((i) => i.name === "attention_mask")?.shape).toEqual([8, 128]);
  });
});

test("a step graph names its inputs, gradients and rows; the tables share one rows output", () => {
  const step = buildMlmTraining(roberta, shape, { padding: true });
  expect(step.inputs.map((i) => `${i.name} ${i.type} ${i.shape.join("x")}`)).toEqual([
    "input_ids int32 1024",
    "position_ids int32 1024",
    "token_type_ids int32 1024",
    "attention_mask float32 8x128",
    "masked_positions int32 160",
    "labels int32 160",
    "loss_weights float32 160",
  ]);
  const tables = step.parameters.filter((p) => p.rows).map((p) => p.name);
  expect([...step.rows.keys()].sort()).toEqual([...tables].sort());
  expect([...step.rows.values()].map((r) => r.indices).sort()).toEqual(["input_ids", "position_ids", "token_type_ids"]);
  expect(new Set([...step.rows.values()].map((r) => r.rows)).size).toBe(1);
  // The word table is also the decoder: it alone has both kinds of gradient.
  const both = tables.filter((name) => step.dense.has(name));
  expect(both).toEqual(["roberta.embeddings.word_embeddings.weight"]);
  const outputs = new Set(step.outputs.map((o) => o.name));
  for (const name of [step.loss, ...step.dense.values()]) expect(outputs).toContain(name);
  expect(step.parameters).toEqual(parametersOf(roberta, "mlm"));
});

test("the same model gives the same bytes", () => {
  const bytes = buildMlmTraining(tiny, shape, { padding: true }).bytes;
  expect(buildMlmTraining(tiny, shape, { padding: true }).bytes).toEqual(bytes);
});

describe("trainable", () => {
  test("a frozen encoder has no gradients and costs no backward", () => {
    const head = buildHeadTraining(
      tiny,
      { B: 4, T: 32 },
      { kind: "sequence", labels: 5 },
      {
        padding: true,
        trainable: (name) => name.startsWith("classifier"),
      },
    );
    expect([...head.dense.keys()]).toEqual(["classifier.weight", "classifier.bias"]);
    expect(head.rows.size).toBe(0);
    const all = buildHeadTraining(tiny, { B: 4, T: 32 }, { kind: "sequence", labels: 5 }, { padding: true });
    expect(head.graph.nodes.length).toBeLessThan(0.5 * all.graph.nodes.length);
  });
  test("nothing trainable is an error", () => {
    let caught: unknown;
    try {
      buildMlmTraining(tiny, shape, { padding: false, trainable: () => false });
    } catch (error) {
      caught = error;
    }
    expect(hasCode(caught, "models/nothing-trainable")).toBe(true);
  });
});

test.each([
  ["too long a block", tiny, { B: 1, T: 129 }, "models/bad-shape"],
  ["too long for RoBERTa's table", roberta, { B: 1, T: 129 }, "models/bad-shape"],
  ["no blocks", tiny, { B: 0, T: 8 }, "models/bad-shape"],
  ["heads that do not divide the width", { ...tiny, num_attention_heads: 3 }, { B: 1, T: 8 }, "models/bad-config"],
] as const)("%s is an error", (_name, config, blocks, code) => {
  let caught: unknown;
  try {
    buildEncoder(config, blocks, { padding: false });
  } catch (error) {
    caught = error;
  }
  expect(hasCode(caught, code)).toBe(true);
});

test("position ids: BERT counts places, RoBERTa real tokens from padding_idx + 1", () => {
  const ids = [5, 6, 1, 1, 7, 8, 9, 1];
  expect([...positionIds(tiny, ids, 2, 4)]).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  expect([...positionIds(roberta, ids, 2, 4)]).toEqual([2, 3, 1, 1, 2, 3, 4, 1]);
  expect(longestBlock(tiny)).toBe(128);
  expect(longestBlock(roberta)).toBe(128);
});
