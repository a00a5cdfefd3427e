/** XLNet against the golden numbers of tests/oracles/architectures2.py: its two streams, and its encoder. */
import {
  buildEncoder,
  buildMlmLogits,
  buildMlmTraining,
  readConfig,
  toTensors,
  type StepGraph,
} from "../../src/models/index.ts";
import type { ModelConfig, StepShape } from "../../src/contract/index.ts";
import type { Device, Feed, Feeds } from "../../src/runtime/index.ts";
import { encoderFeeds, golden, goldenTensor, goldenWeights, relativeError, type GoldenBatch } from "./golden-models.ts";
import { encoders, permuted, type PermutedBatch, type PermutedRun } from "./golden-permuted.ts";
import { gradientErrors, scalarError, type Errors, type Run } from "./model-checks.ts";

const { B, T } = permuted;
/** More than any batch guesses: the rest stays unused. */
const M = 16;
const shape: StepShape = { B, T, M };
export const permutedConfig = ({ config }: { config: Record<string, unknown> }): ModelConfig =>
  readConfig(JSON.stringify(config));

/** Inputs of the two-stream graph. `open`: everything sees everything but itself, as if nothing were permuted. */
export function permutedFeeds(batch: PermutedBatch, open = false): Feeds {
  const places = batch.labels.flatMap((label, at) => (label >= 0 ? [at] : []));
  const filled = (values: number[], rest: number): number[] => [
    ...values,
    ...new Array<number>(M - values.length).fill(rest),
  ];
  const int32 = (data: number[]) => ({ type: "int32", shape: [data.length], data: Int32Array.from(data) }) as const;
  const self = (i: number): boolean => Math.floor(i / T) % T === i % T;
  const sight = Float32Array.from(batch.seen, (seen, i) => (open ? Number(!self(i)) : Number(seen)));
  return new Map<string, Feed>([
    ["input_ids", int32(batch.input_ids)],
    ["attention_mask", { type: "float32", shape: [B, 1, T, T], data: sight }],
    ["masked_positions", int32(filled(places, -1))],
    [
      "labels",
      int32(
        filled(
          places.map((at) => batch.labels[at]!),
          0,
        ),
      ),
    ],
    [
      "loss_weights",
      {
        type: "float32",
        shape: [M],
        data: Float32Array.from(
          filled(
            places.map(() => 1 / places.length),
            0,
          ),
        ),
      },
    ],
  ]);
}

export const permutedStep = (run: PermutedRun): StepGraph =>
  buildMlmTraining(permutedConfig(run), shape, { padding: false });

/** Logits, loss and every gradient of the first batch. */
export async function permutedErrors(run: Run, key: string, expected: PermutedRun, open = false): Promise<Errors> {
  const config = permutedConfig(expected);
  const batch = expected.batches[0]!;
  const step = buildMlmTraining(config, shape, { padding: false });
  const logitsGraph = buildMlmLogits(config, shape, { padding: false });
  const weights = goldenWeights(step.parameters);
  const feeds = permutedFeeds(batch, open);
  const results = await run(step, weights, feeds);
  const logits = (await run(logitsGraph, weights, feeds)).get("logits")!;
  const count = batch.labels.filter((label) => label >= 0).length;
  return {
    loss: scalarError(results.get("loss")![0]!, expected.losses[0]!),
    logits: relativeError(logits.subarray(0, count * config.vocab_size), goldenTensor(`${key}/logits`)),
    ...gradientErrors(key, step, results, feeds),
  };
}

/** Ten AdamW steps: losses, gradient norms, final weights; what has no gradient stays where it was. */
export async function permutedTrainingErrors(device: Device, key: string, run: PermutedRun): Promise<Errors> {
  const step = permutedStep(run);
  const weights = await device.upload(step.parameters, goldenWeights(step.parameters));
  const trainer = await device.train(step.parameters, weights, step);
  const errors: Errors = {};
  for (const [s, batch] of run.batches.entries()) {
    const settings = { ...golden.optimiser, step: s + 1, learningRate: run.learningRates[s]! };
    const result = await trainer.step([permutedFeeds(batch)], settings);
    errors[`loss ${s}`] = scalarError(result.loss, run.losses[s]!);
    errors[`norm ${s}`] = scalarError(result.gradientNorm, run.gradientNorms[s]!);
  }
  for (const { name, data } of toTensors(step.parameters, await weights.read()))
    errors[name] = relativeError(data, goldenTensor(`${key}/final/${name}`));
  await trainer.dispose();
  weights.dispose();
  return errors;
}

/** The content stream as an encoder, with segments and padding. */
export async function encoderErrors(run: Run, key: string): Promise<Errors> {
  const { config: given, batch } = encoders[key]!;
  const config = permutedConfig({ config: given });
  const { B, T } = golden.shape;
  const graph = buildEncoder(config, { B, T }, { padding: true });
  const found = await run(graph, goldenWeights(graph.parameters), encoderFeeds(batch as GoldenBatch, config, true));
  const H = config.hidden_size;
  const real = (x: Float32Array | Float64Array) =>
    Float64Array.from(x).filter((_, i) => batch.attention_mask[Math.floor(i / H)] === 1);
  return {
    hidden: relativeError(real(found.get("last_hidden_state")!), real(goldenTensor(`${key}/hidden`))),
    embeddings: relativeError(found.get("embeddings")!, goldenTensor(`${key}/embedded`)),
  };
}
