/** The half-precision pass: which nodes compute in float16, what stays float32, and how far gradients move. */
import { expect, test } from "vitest";
import { liveness, runtimeOrder, splitRows } from "../../../src/autodiff/index.ts";
import { defaultRecipe } from "../../../src/contract/index.ts";
import { buildMlmTraining, parametersOf, type StepGraph } from "../../../src/models/index.ts";
import { splitDevice } from "../../../src/runtime/index.ts";
import { mlmNetwork } from "../../../src/training/index.ts";
import { methodsGolden } from "../../support/golden-methods.ts";
import { golden, goldenWeights, gradientsByName, mlmFeeds, relativeError } from "../../support/golden-models.ts";
import { halfRun } from "../../support/half-run.ts";
import { native } from "../../support/native.ts";

const { config, batches } = methodsGolden;
const network = mlmNetwork(config, defaultRecipe(), golden.shape, false);
const full = network.trainingGraph(() => true);
const half = network.trainingGraph(() => true, undefined, { precision: "f16" });
const typesOf = ({ graph }: StepGraph, op: string): string[] =>
  graph.nodes.filter((node) => node.op === op).map((node) => graph.types.get(node.outputs[0]!)!.type);

test("the encoder's products are float16; LayerNorm, softmax, loss and all that goes in and out are float32", () => {
  const { graph } = half;
  const products = graph.nodes.filter(({ op }) => op === "Gemm" || op === "MatMul");
  const outputOf = ({ outputs }: (typeof products)[number]) => graph.types.get(outputs[0]!)!;
  const isHalf = (node: (typeof products)[number]): boolean => outputOf(node).type === "float16";
  // A layer's three linear maps and its queries, keys and values in one, attention's two, the head's two: each once
  // more for either factor's gradient. And what the last layer gives to the masked rows of attention and of its input.
  expect(products.filter(isHalf).length).toBe(3 * (6 * config.num_hidden_layers + 2) + 2);
  // The others are sums written as products: of a bias gradient, a LayerNorm, a loss.
  for (const node of products)
    if (!isHalf(node))
      expect(outputOf(node).shape.length === 1 || outputOf(node).shape.includes(1), node.name).toBe(true);
  const wide = [
    ...["LayerNormalization", "Softmax", "LogSoftmax", "ReduceMean", "ReduceSum", "ReduceSumSquare"],
    ...["ReduceMax", "Sqrt", "Reciprocal", "Log", "GatherElements", "Pow"],
  ];
  for (const op of wide) for (const type of typesOf(half, op)) expect(type, op).not.toBe("float16");
  expect(typesOf(half, "Softmax").length).toBeGreaterThan(0);
  for (const node of graph.nodes)
    if (node.name.startsWith("loss/"))
      for (const name of node.outputs) expect(graph.types.get(name)?.type, node.name).not.toBe("float16");
  for (const { type } of [...graph.inputs, ...graph.outputs]) expect(type).not.toBe("float16");
  expect(graph.outputs.map(({ name, shape }) => [name, shape])).toEqual(
    full.graph.outputs.map(({ name, shape }) => [name, shape]),
  );
  for (const { type } of full.graph.types.values()) expect(type).not.toBe("float16");
});

/** float16 rounds to one part in 2,048; a few products follow one another. */
const halfTolerance = 0.02;
/** Of a loss: other sums in half, over eight updates. */
const lossTolerance = 2e-3;
/** Key biases have no gradient but rounding. */
const gradientFloor = 1e-2;

test("gradients come out multiplied by the scale and within float16's error, the loss unscaled", async () => {
  const device = native();
  const feeds = mlmFeeds(batches[0]!, config, false);
  const weights = await device.upload(full.parameters, goldenWeights(parametersOf(config, "mlm")));
  const scale = 1024;
  const results = async (step: StepGraph) => {
    const program = await device.compile(step.bytes);
    const given = new Map(feeds);
    if (step.lossScale !== undefined)
      given.set(step.lossScale, { type: "float32", shape: [], data: Float32Array.of(scale) });
    const names = step.outputs.map(({ name }) => name);
    const found = await program.run(weights, given, names);
    await program.dispose();
    return { loss: found.get(step.loss)![0]!, gradients: gradientsByName(step, found, feeds) };
  };
  const [wide, narrow] = [await results(full), await results(half)];
  weights.dispose();
  expect(Math.abs(narrow.loss / wide.loss - 1)).toBeLessThan(1e-3);
  let largest = 0;
  for (const [name, gradient] of wide.gradients) {
    const unscaled = Float32Array.from(narrow.gradients.get(name)!, (x) => x / scale);
    const error = relativeError(unscaled, gradient, gradientFloor);
    expect(error, name).toBeLessThan(halfTolerance);
    largest = Math.max(largest, error);
  }
  expect(largest).toBeGreaterThan(0);
});

const deep = { ...config, num_hidden_layers: 8, max_position_embeddings: 64 };

test("less than two thirds of the activations are alive at once, in the order in which the runtime computes", () => {
  const build = (precision: "f32" | "f16"): StepGraph =>
    buildMlmTraining(deep, { B: 2, T: 64, M: 16 }, { padding: false, precision });
  const alive = ({ graph, lastFirst }: StepGraph): number => {
    const nodes = runtimeOrder(lastFirst === true ? [...graph.nodes].reverse() : graph.nodes);
    return liveness({ ...graph, nodes }, { inPlace: false }).peakBytes;
  };
  expect(alive(build("f16")) / alive(build("f32"))).toBeLessThan(2 / 3);
});

test("a table in parts is cast and multiplied in parts, with the losses of one in one piece", async () => {
  const table = "bert.embeddings.word_embeddings.weight";
  const split = splitRows(half.graph, { table, starts: [0, 24], gradient: half.dense.get(table) });
  expect(split.nodes.flatMap(({ inputs }) => inputs)).not.toContain(table);
  const [whole, parted] = [native(), splitDevice(native(), 512)].map((device) =>
    halfRun(device, { precision: "f16" }, [0, 8]),
  );
  const losses = async (run: typeof whole): Promise<number[]> => (await run!).steps.map(({ loss }) => loss);
  const expected = await losses(whole);
  (await losses(parted)).forEach((loss, i) => expect(Math.abs(loss / expected[i]! - 1)).toBeLessThan(lossTolerance));
});
