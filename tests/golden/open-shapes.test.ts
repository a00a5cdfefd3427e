/**
 * Files that leave shapes open against the same graphs with all shapes told, in ONNX Runtime: the same numbers for every
 * family, and a smaller heap, which is what they are for. A runtime that plans otherwise one day fails the second.
 */
import { afterAll, expect, test } from "vitest";
import { decodeModel, encodeModel } from "../../src/autodiff/index.ts";
import { buildMlmTraining, initialize, recomputeLayers, type StepGraph } from "../../src/models/index.ts";
import { openDevice, type Feed } from "../../src/runtime/index.ts";
import { golden, goldenWeights, mlmFeeds, type Numbers } from "../support/golden-models.ts";
import { permuted } from "../support/golden-permuted.ts";
import { onDevice } from "../support/model-checks.ts";
import { openNative } from "../support/native.ts";
import { permutedFeeds, permutedStep } from "../support/permuted-checks.ts";
import { tinyBert } from "../support/tiny-bert.ts";

/** 87 MB against 60 alone; 1.2 is one step in which Emscripten lets a heap grow. */
const LARGER = 1.15;

const native = openNative();
afterAll(() => native.dispose());
const onNative = onDevice(() => native);

const told = (step: StepGraph): StepGraph => ({ ...step, bytes: encodeModel(step.graph, { lastFirst: true }) });
const differing = (a: Map<string, Numbers>, b: Map<string, Numbers>): string[] =>
  [...a].flatMap(([name, values]) => (values.every((x, i) => Object.is(x, b.get(name)![i])) ? [] : [name]));

test.each(Object.entries({ ...golden.runs, ...golden.acts }))(
  "%s: bit for bit",
  async (_, { config, padded, batches }) => {
    const step = recomputeLayers(buildMlmTraining(config, golden.shape, { padding: padded }), true);
    const run = onDevice(() => native);
    const [weights, feeds] = [goldenWeights(step.parameters), mlmFeeds(batches[0]!, config, padded)];
    expect(differing(await run(step, weights, feeds), await run(told(step), weights, feeds))).toEqual([]);
  },
);

test.each(Object.entries(permuted.runs))("%s: bit for bit", async (_, run) => {
  const step = recomputeLayers(permutedStep(run), true);
  const [weights, feeds] = [goldenWeights(step.parameters), permutedFeeds(run.batches[0]!)];
  expect(differing(await onNative(step, weights, feeds), await onNative(told(step), weights, feeds))).toEqual([]);
});

test("a file with open shapes is read back with the shapes it had", () => {
  const { graph, bytes } = recomputeLayers(buildMlmTraining(tinyBert(), { B: 2, T: 8, M: 4 }, { padding: true }), true);
  const read = decodeModel(bytes);
  expect(read.inputs).toEqual(graph.inputs);
  for (const node of graph.nodes)
    for (const name of node.outputs) expect(read.types.get(name)).toEqual(graph.types.get(name));
});

/** Hears of every memory that is made: the runtime's heap among them, which only grows. */
function watchHeaps(): () => number {
  const heaps: WebAssembly.Memory[] = [];
  const { Memory } = WebAssembly;
  WebAssembly.Memory = new Proxy(Memory, {
    construct: (target, [descriptor]: [WebAssembly.MemoryDescriptor]) => {
      const memory = new target(descriptor);
      heaps.push(memory);
      return memory;
    },
  });
  return () => Math.max(...heaps.map(({ buffer }) => buffer.byteLength));
}

test("a step with open shapes needs a smaller heap than one with all shapes told", async () => {
  const heapBytes = watchHeaps();
  const device = await openDevice("wasm-single");
  const config = tinyBert({
    num_hidden_layers: 4,
    hidden_size: 128,
    intermediate_size: 512,
    max_position_embeddings: 256,
  });
  const step = recomputeLayers(buildMlmTraining(config, { B: 8, T: 256, M: 16 }, { padding: false }), true);
  const zeros = ({ type, shape }: StepGraph["inputs"][number]): Feed => {
    const size = shape.reduce((a, b) => a * b, 1);
    return type === "int32"
      ? { type, shape: [...shape], data: new Int32Array(size) }
      : { type: "float32", shape: [...shape], data: new Float32Array(size) };
  };
  const feeds = new Map(step.inputs.map((input) => [input.name, zeros(input)]));
  const run = onDevice(() => device);
  const weights = initialize(step.parameters, config, 1);
  await run(step, weights, feeds);
  const open = heapBytes();
  await run(told(step), weights, feeds);
  expect(heapBytes() / open).toBeGreaterThan(LARGER);
  await device.dispose();
});
