/**
 * The checks of one way to run graphs (interpreter, native, WASM, WebGPU) against the golden numbers:
 * each returns what differs by more than the tolerance, so that a failure names tensors and errors.
 */
import {
  buildEncoder,
  buildHeadTraining,
  buildMlmForward,
  buildMlmLogits,
  buildMlmTraining,
  toTensors,
  type ForwardGraph,
  type StepGraph,
} from "../../src/models/index.ts";
import type { Arrays, Device, Feeds } from "../../src/runtime/index.ts";
import {
  encoderFeeds,
  golden,
  goldenTensor,
  goldenWeights,
  gradientsByName,
  labelFeeds,
  mlmFeeds,
  relativeError,
  type GoldenHead,
  type GoldenRun,
  type Numbers,
} from "./golden-models.ts";

/** Runs a graph: weights and feeds in, every output out. */
export type Run = (graph: ForwardGraph, weights: Arrays, feeds: Feeds) => Promise<Map<string, Numbers>>;
export type Errors = Record<string, number>;

/** Below this a gradient is rounding: key biases have none at all, because softmax ignores a shift of its scores. */
const gradientFloor = 1e-3;

/** Keeps what is larger than the tolerance, or not a number at all. */
export const above = (errors: Errors, tolerance: number): Errors =>
  Object.fromEntries(Object.entries(errors).filter(([, error]) => !(error <= tolerance)));

export const scalarError = (found: number, expected: number): number => Math.abs(found / expected - 1);

export function gradientErrors(key: string, step: StepGraph, results: Map<string, Numbers>, feeds: Feeds): Errors {
  const gradients = gradientsByName(step, results, feeds);
  // What the loss does not depend on has no gradient there: it must have none here.
  const still = new Set(step.parameters.filter((parameter) => parameter.still === true).map(({ name }) => name));
  return Object.fromEntries(
    [...gradients]
      .filter(([name]) => !still.has(name) || step.dense.has(name))
      .map(([name, found]) => [name, relativeError(found, goldenTensor(`${key}/gradient/${name}`), gradientFloor)]),
  );
}

/** Building takes longer than running: each graph is built once for all the ways to run it. */
const steps = new Map<string, StepGraph>();
function stepGraph(key: string, build: () => StepGraph): StepGraph {
  const known = steps.get(key) ?? build();
  steps.set(key, known);
  return known;
}
const mlmStep = (key: string, { config, padded }: GoldenRun): StepGraph =>
  stepGraph(key, () => buildMlmTraining(config, golden.shape, { padding: padded }));

export async function stepErrors(run: Run, key: string, expected: GoldenRun): Promise<Errors> {
  const step = mlmStep(key, expected);
  const feeds = mlmFeeds(expected.batches[0]!, expected.config, expected.padded);
  const results = await run(step, goldenWeights(step.parameters), feeds);
  const loss = scalarError(results.get(step.loss)![0]!, expected.losses[0]!);
  return { loss, ...gradientErrors(key, step, results, feeds) };
}

export async function headErrors(run: Run, key: string, head: GoldenHead): Promise<Errors> {
  const kind = { kind: head.head, labels: golden.classes };
  const step = stepGraph(key, () => buildHeadTraining(head.config, golden.shape, kind, { padding: head.padded }));
  const feeds = labelFeeds(head);
  const results = await run(step, goldenWeights(step.parameters), feeds);
  // What stands at padding places is never read: a place outside every window sees nothing at all.
  const real = (x: Numbers): Numbers =>
    head.head === "tokens" ? x.filter((_, i) => head.batch.attention_mask[Math.floor(i / golden.classes)] === 1) : x;
  return {
    loss: scalarError(results.get(step.loss)![0]!, head.loss),
    logits: relativeError(real(results.get("logits")!), real(goldenTensor(`${key}/logits`))),
    ...gradientErrors(key, step, results, feeds),
  };
}

/** The forward graphs: fill-mask logits, hidden states, held-out losses. */
export async function forwardErrors(run: Run, key: string, { config, padded, ...rest }: GoldenRun): Promise<Errors> {
  const { shape } = golden;
  const batch = rest.batches[0]!;
  const count = batch.masked_positions.length;
  const feeds = mlmFeeds(batch, config, padded);
  const logitsGraph = buildMlmLogits(config, shape, { padding: padded });
  const weights = goldenWeights(logitsGraph.parameters);
  const logits = (await run(logitsGraph, weights, feeds)).get("logits")!;
  const encoded = await run(
    buildEncoder(config, shape, { padding: padded }),
    weights,
    encoderFeeds(batch, config, padded),
  );
  const nll = (await run(buildMlmForward(config, shape, { padding: padded }), weights, feeds)).get("nll")!;
  const mean = Array.from(nll.subarray(0, count)).reduce((sum, x) => sum + x, 0) / count;
  // What stands at padding places is never read: only the real ones count.
  const H = config.hidden_size;
  const real = (x: Numbers): Numbers =>
    Float64Array.from(x).filter((_, i) => batch.attention_mask[Math.floor(i / H)] === 1);
  return {
    logits: relativeError(logits.subarray(0, count * config.vocab_size), goldenTensor(`${key}/logits`)),
    embeddings: relativeError(encoded.get("embeddings")!, goldenTensor(`${key}/embedded`)),
    hidden: relativeError(real(encoded.get("last_hidden_state")!), real(goldenTensor(`${key}/hidden`))),
    nll: scalarError(mean, rest.losses[0]!),
  };
}

/**
 * Ten AdamW steps by the device's own trainer: losses, gradient norms, final weights. A key bias has no
 * gradient, so Adam turns rounding noise into steps: it may drift, by at most the learning rate a step
 * (`drift` = its distance over the sum of the rates), and the model does not see it.
 */
export async function trainingErrors(
  device: Device,
  key: string,
  run: GoldenRun,
): Promise<{ errors: Errors; drift: number }> {
  const step = mlmStep(key, run);
  const weights = await device.upload(step.parameters, goldenWeights(step.parameters));
  const trainer = await device.train(step.parameters, weights, step);
  const errors: Errors = {};
  for (const [s, batch] of run.batches.entries()) {
    const settings = { ...golden.optimiser, step: s + 1, learningRate: run.learningRates[s]! };
    const result = await trainer.step([mlmFeeds(batch, run.config, run.padded)], settings);
    errors[`loss ${s}`] = scalarError(result.loss, run.losses[s]!);
    errors[`norm ${s}`] = scalarError(result.gradientNorm, run.gradientNorms[s]!);
  }
  const farthest = run.learningRates.reduce((a, b) => a + b, 0);
  let drift = 0;
  for (const { name, data } of toTensors(step.parameters, await weights.read())) {
    const expected = goldenTensor(`${key}/final/${name}`);
    if (/(\.key|\.k_lin|\.attn\.k)\.bias$/.test(name))
      drift = Math.max(drift, farthestElement(data, expected) / farthest);
    else errors[name] = relativeError(data, expected);
  }
  await trainer.dispose();
  weights.dispose();
  return { errors, drift };
}

const farthestElement = (a: Numbers, b: Numbers): number =>
  Array.from(a).reduce((largest, x, i) => Math.max(largest, Math.abs(x - b[i]!)), 0);

/** A device as a `Run`. */
export const onDevice =
  (device: () => Device): Run =>
  async (graph, weights, feeds) => {
    const program = await device().compile(graph.bytes);
    const uploaded = await device().upload(graph.parameters, weights);
    const results = await program.run(
      uploaded,
      feeds,
      graph.outputs.map(({ name }) => name),
    );
    uploaded.dispose();
    await program.dispose();
    return results;
  };
