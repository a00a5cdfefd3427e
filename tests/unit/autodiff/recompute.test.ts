/** Recompute: less alive at once, the same nodes on the same inputs, an order that the runtime keeps. */
import { expect, test } from "vitest";
import { decodeModel, encodeModel, liveness, printGraph, runtimeOrder } from "../../../src/autodiff/index.ts";
import { buildMlmTraining, recomputeLayers } from "../../../src/models/index.ts";
import { tinyBert } from "../../support/tiny-bert.ts";

const config = tinyBert({ vocab_size: 40, num_hidden_layers: 4, intermediate_size: 64, max_position_embeddings: 32 });
const plain = buildMlmTraining(config, { B: 2, T: 32, M: 48 }, { padding: false });
const again = recomputeLayers(plain, false);
const inPlace = true;

test("less than half is alive at once, and the runtime's order of the file is the graph's", () => {
  const kept = liveness({ ...plain.graph, nodes: runtimeOrder(plain.graph.nodes) }, { inPlace }).peakBytes;
  const order = runtimeOrder([...again.graph.nodes].reverse());
  const remade = liveness({ ...again.graph, nodes: order }, { inPlace }).peakBytes;
  expect(remade / kept).toBeLessThan(0.5);
  // Written first first, all weight gradients would come last, and what they read would live until then.
  const first = liveness({ ...again.graph, nodes: runtimeOrder(again.graph.nodes) }, { inPlace }).peakBytes;
  expect(first / remade).toBeGreaterThan(1.5);
});

test("copies are the originals under another name; nothing else changed", () => {
  const plainName = (name: string): string => name.replaceAll(/\/again(_\d+)?/g, "");
  const line = (node: (typeof plain.graph.nodes)[number]): string =>
    plainName(`${node.op} ${node.name}(${node.inputs.join()}) -> ${node.outputs.join()}`);
  const lines = new Set(again.graph.nodes.map(line));
  expect([...lines].sort()).toEqual(plain.graph.nodes.map(line).sort());
  expect(again.graph.nodes.length).toBeGreaterThan(lines.size);
  expect(again.graph.outputs).toEqual(plain.graph.outputs);
});

test("a file written last first is read back as the graph it was", () => {
  const [backwards, forwards] = [encodeModel(again.graph, { lastFirst: true }), encodeModel(again.graph)];
  expect(backwards).not.toEqual(forwards);
  expect(printGraph(decodeModel(backwards))).toBe(printGraph(decodeModel(forwards)));
});

test("liveness: a reshape costs nothing, an element-wise node on the CPU writes over its dead input", () => {
  const peak = (inPlace: boolean): number => liveness(plain.graph, { inPlace }).peakBytes;
  expect(peak(false)).toBeGreaterThan(peak(true));
  const withOutputs = liveness(plain.graph, { inPlace }).peakBytes;
  const outputs = new Set(plain.graph.outputs.map(({ name }) => name));
  expect(liveness(plain.graph, { inPlace, preallocated: outputs }).peakBytes).toBeLessThanOrEqual(withOutputs);
});
