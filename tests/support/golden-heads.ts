/** The tiny heads of tests/oracles/heads.py: ten steps on any device, and how far they are from PyTorch's. */
import type { ModelConfig, TaskHead } from "../../src/contract/index.ts";
import {
  buildHeadTraining,
  parametersOf,
  positionIds,
  readSafetensors,
  toFloat32,
  toTensors,
} from "../../src/models/index.ts";
import type { Device, Feed, Feeds } from "../../src/runtime/index.ts";
import { readFixture, readGolden } from "./fixture.ts";
import { goldenWeights, gradientsByName, relativeError } from "./golden-models.ts";

export interface HeadBatch {
  input_ids: number[];
  token_type_ids: number[];
  attention_mask: number[];
  /** A class, a number or (start, end) a row; a class a token: -100 counts for nothing. */
  labels: number[] | [number, number][];
}
export interface HeadRun {
  family: string;
  task: TaskHead["kind"];
  config: ModelConfig;
  batches: HeadBatch[];
  losses: number[];
}
interface Golden {
  versions: { torch: string; transformers: string };
  shape: { B: number; T: number };
  classes: number;
  learningRate: number;
  weightDecay: number;
  runs: Record<string, HeadRun>;
  squad: { prediction: string; answers: string[]; exact: number; f1: number }[];
  spans: {
    start: number[];
    end: number[];
    first: number;
    best: number;
    longest: number;
    spans: [number, number, number][];
  }[];
}
export const goldenHeads = readGolden("fixtures/models/heads.json") as Golden;
const { tensors } = readSafetensors(readFixture("fixtures/models/heads.safetensors"));
export const headsOracle = `PyTorch ${goldenHeads.versions.torch}, transformers ${goldenHeads.versions.transformers}: ten AdamW steps`;

export const headOf = ({ task }: HeadRun): TaskHead =>
  task === "tokens" || task === "sequence" ? { kind: task, labels: goldenHeads.classes } : { kind: task };

const int32 = (data: readonly number[]): Feed => ({
  type: "int32",
  shape: [data.length],
  data: Int32Array.from(data),
});
const float32 = (data: readonly number[], shape = [data.length]): Feed => ({
  type: "float32",
  shape,
  data: Float32Array.from(data),
});

export function headFeeds({ task, config }: HeadRun, batch: HeadBatch, labels = batch.labels): Feeds {
  const { B, T } = goldenHeads.shape;
  const feeds = new Map<string, Feed>([
    ["input_ids", int32(batch.input_ids)],
    ["position_ids", { ...int32(batch.input_ids), data: positionIds(config, batch.input_ids, B, T) } as Feed],
    ["token_type_ids", int32(batch.token_type_ids)],
    ["attention_mask", float32(batch.attention_mask, [B, T])],
  ]);
  if (task === "spans") {
    const spans = labels as [number, number][];
    feeds.set("start_positions", int32(spans.map(([start]) => start)));
    feeds.set("end_positions", int32(spans.map(([, end]) => end)));
    feeds.set("loss_weights", float32(spans.map(() => 1 / B)));
    return feeds;
  }
  const flat = labels as number[];
  const used = flat.map((label) => (label >= 0 ? 1 : 0));
  const count = used.reduce((sum: number, one) => sum + one, 0);
  feeds.set("loss_weights", float32(used.map((one) => one / count)));
  if (task === "regression") feeds.set("targets", float32(flat));
  else feeds.set("labels", int32(flat.map((label) => Math.max(0, label))));
  return feeds;
}

/** What a test changes to see that it matters. */
export interface Spoiled {
  trainable?: (name: string) => boolean;
  labels?: (batch: HeadBatch) => HeadBatch["labels"];
}

/**
 * Softmax ignores a shift of its scores: a key bias has no gradient but rounding, which Adam scales up. The same holds
 * for what all places of a span share: the head's bias and that of the LayerNorm before it.
 */
const shiftsOnly = (name: string, { task }: HeadRun): boolean =>
  name.endsWith("key.bias") || (task === "spans" && /^qa_outputs\.bias$|layer\.0\.output\.LayerNorm\.bias$/.test(name));

/** Padding has no span logit: both sides write about -1e9 there. */
const real = (logits: Float32Array): Float32Array => logits.filter((x) => x > -1e6);

/** Below this a gradient is rounding. */
const gradientFloor = 1e-3;

/** Losses and final weights of ten steps, logits and gradients of the first. */
export async function headErrors(device: Device, key: string, spoiled: Spoiled = {}): Promise<Record<string, number>> {
  const run = goldenHeads.runs[key]!;
  const { trainable, labels = (batch) => batch.labels } = spoiled;
  const head = headOf(run);
  const step = buildHeadTraining(run.config, goldenHeads.shape, head, {
    padding: true,
    ...(trainable ? { trainable } : {}),
  });
  const parameters = parametersOf(run.config, head);
  const weights = await device.upload(parameters, goldenWeights(parameters));
  const errors: Record<string, number> = {};
  const first = headFeeds(run, run.batches[0]!, labels(run.batches[0]!));
  if (trainable === undefined) {
    const program = await device.compile(step.bytes);
    const outputs = step.outputs.map(({ name }) => name);
    const results = await program.run(weights, first, outputs);
    errors["logits"] = relativeError(real(results.get("logits")!), real(toFloat32(tensors.get(`${key}/logits`)!)));
    for (const [name, found] of gradientsByName(step, results, first))
      errors[`gradient ${name}`] = relativeError(
        found,
        toFloat32(tensors.get(`${key}/gradient/${name}`)!),
        gradientFloor,
      );
    await program.dispose();
  }
  const trainer = await device.train(step.parameters, weights, step);
  const { learningRate, weightDecay } = goldenHeads;
  for (const [s, batch] of run.batches.entries()) {
    const adam = { step: s + 1, learningRate, weightDecay, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 0 };
    const { loss } = await trainer.step([headFeeds(run, batch, labels(batch))], adam);
    errors[`loss ${s}`] = Math.abs(loss / run.losses[s]! - 1);
  }
  for (const { name, data } of toTensors(parameters, await weights.read())) {
    if (shiftsOnly(name, run)) continue;
    errors[name] = relativeError(data, toFloat32(tensors.get(`${key}/final/${name}`)!));
  }
  await trainer.dispose();
  weights.dispose();
  return errors;
}
