/**
 * The tiny models of tests/oracles/models.py, architectures.py and architectures2.py: weights by their formula, batches, and what
 * PyTorch made of them. Also the glue between a step graph's outputs and Hugging Face's gradient names.
 */
import { hashString } from "../../src/base/index.ts";
import type { ModelConfig, StepShape } from "../../src/contract/index.ts";
import {
  fromTensors,
  positionIds,
  readConfig,
  readSafetensors,
  toFloat32,
  toTensors,
  type Parameter,
  type StepGraph,
} from "../../src/models/index.ts";
import type { Feed, Feeds } from "../../src/runtime/index.ts";
import { readFixture } from "./fixture.ts";

export interface GoldenBatch {
  input_ids: number[];
  token_type_ids: number[];
  attention_mask: number[];
  masked_positions: number[];
  labels: number[];
}
export interface GoldenRun {
  config: ModelConfig;
  padded: boolean;
  batches: GoldenBatch[];
  losses: number[];
  gradientNorms: number[];
  learningRates: number[];
}
export interface GoldenHead {
  config: ModelConfig;
  padded: boolean;
  head: "tokens" | "sequence";
  batch: GoldenBatch;
  labels: number[];
  loss: number;
}
interface Golden {
  versions: Record<string, string>;
  shape: StepShape;
  classes: number;
  optimiser: { beta1: number; beta2: number; epsilon: number; weightDecay: number; clipNorm: number };
  runs: Record<string, GoldenRun>;
  acts: Record<string, GoldenRun>;
  heads: Record<string, GoldenHead>;
}

const fixture = (name: string): Uint8Array => readFixture(`fixtures/models/${name}`);
const parsed = (name: string): unknown => JSON.parse(new TextDecoder().decode(fixture(name)));
const first = parsed("golden.json") as Golden;
/** The families beside BERT and RoBERTa, by tests/oracles/architectures.py, in the same form. */
const others = parsed("architectures.json") as Pick<Golden, "versions" | "runs" | "acts" | "heads"> & {
  /** MPNet's buckets of the distances -200 to 200. */
  buckets: number[];
};
/** ModernBERT and XLNet, by architectures2.py, with configurations as transformers writes them. */
const second = parsed("architectures2.json") as Pick<Golden, "runs" | "heads">;
const opened = <T extends { config: ModelConfig }>(runs: Record<string, T>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(runs).map(([key, run]) => [key, { ...run, config: readConfig(JSON.stringify(run.config)) }]),
  );
export const golden: Golden = {
  ...first,
  runs: { ...first.runs, ...others.runs, ...opened(second.runs) },
  acts: { ...first.acts, ...others.acts },
  heads: { ...first.heads, ...others.heads, ...opened(second.heads) },
};
export const goldenBuckets = others.buckets;
export const architecturesOracle = `PyTorch ${others.versions["torch"]!}, transformers ${others.versions["transformers"]!}`;
const tensors = new Map(
  ["golden", "architectures", "architectures2"].flatMap((name) => [
    ...readSafetensors(fixture(`${name}.safetensors`)).tensors,
  ]),
);

export function goldenTensor(name: string): Float32Array {
  const found = tensors.get(name);
  if (found === undefined) throw new Error(`the golden file has no tensor ${name}`);
  return toFloat32(found);
}

/** Numbers in [-0.5, 0.5) fixed by a name: `uniform` of the oracle. */
function uniform(name: string, count: number): Float64Array {
  const start = hashString(name);
  return Float64Array.from({ length: count }, (_, i) => {
    let x = (start + Math.imul(i, 0x9e3779b1)) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return ((x ^ (x >>> 16)) >>> 0) / 4294967296 - 0.5;
  });
}

/** `weights_of` of the oracle, for every parameter. */
export function goldenWeights(parameters: readonly Parameter[]): Map<string, Float32Array> {
  const state = new Map<string, Float32Array>();
  for (const { name, shape } of parameters.flatMap((p) => p.parts)) {
    const u = uniform(
      name,
      shape.reduce((a, b) => a * b, 1),
    );
    const isNorm = /LayerNorm|layer_norm|[._]norm\.weight/.test(name);
    const value = name.endsWith(".bias") ? (x: number) => 0.2 * x : (x: number) => (isNorm ? 1 + 0.4 * x : 0.6 * x);
    state.set(name, Float32Array.from(u, value));
  }
  return fromTensors(parameters, state).weights;
}

const int32 = (data: ArrayLike<number>): Feed => ({ type: "int32", shape: [data.length], data: Int32Array.from(data) });
const float32 = (data: ArrayLike<number>, shape: readonly number[]): Feed => ({
  type: "float32",
  shape,
  data: Float32Array.from(data),
});

export function encoderFeeds(batch: GoldenBatch, config: ModelConfig, padding: boolean): Map<string, Feed> {
  const { B, T } = golden.shape;
  const feeds = new Map<string, Feed>([
    ["input_ids", int32(batch.input_ids)],
    ["position_ids", int32(positionIds(config, batch.input_ids, B, T))],
  ]);
  if (config.type_vocab_size > 0) feeds.set("token_type_ids", int32(batch.token_type_ids));
  if (padding) feeds.set("attention_mask", float32(batch.attention_mask, [B, T]));
  return feeds;
}

/** Unused masked places repeat place 0, which is a real one: they must not disturb it. */
export function mlmFeeds(batch: GoldenBatch, config: ModelConfig, padding: boolean): Feeds {
  const { M } = golden.shape;
  const count = batch.masked_positions.length;
  const filled = (values: number[], rest: number): number[] => [...values, ...new Array<number>(M - count).fill(rest)];
  const feeds = encoderFeeds(batch, config, padding);
  feeds.set("masked_positions", int32(filled(batch.masked_positions, 0)));
  feeds.set("labels", int32(filled(batch.labels, 0)));
  const share = batch.labels.map(() => 1 / count);
  feeds.set("loss_weights", float32(filled(share, 0), [M]));
  return feeds;
}

/** Labels below 0 count for nothing, the others equally. */
export function labelFeeds(run: GoldenHead): Feeds {
  const feeds = encoderFeeds(run.batch, run.config, run.padded);
  const count = run.labels.filter((label) => label >= 0).length;
  feeds.set("labels", int32(run.labels.map((label) => Math.max(0, label))));
  const weights = run.labels.map((label) => (label >= 0 ? 1 / count : 0));
  feeds.set("loss_weights", float32(weights, [weights.length]));
  return feeds;
}

export type Numbers = Float32Array | Float64Array;

/** The step graph's gradients, row gradients added to their tables, by Hugging Face's names. */
export function gradientsByName(
  step: StepGraph,
  outputs: ReadonlyMap<string, Numbers>,
  feeds: Feeds,
): Map<string, Float32Array> {
  const whole = new Map<string, Float32Array>();
  for (const { name, shape } of step.parameters) {
    const size = shape.reduce((a, b) => a * b, 1);
    const dense = step.dense.get(name);
    const sum = dense === undefined ? new Float64Array(size) : Float64Array.from(outputs.get(dense)!);
    const lookup = step.rows.get(name);
    if (lookup !== undefined) {
      const [indices, rows, H] = [feeds.get(lookup.indices)!.data, outputs.get(lookup.rows)!, shape[1]!];
      indices.forEach((row, n) => {
        for (let h = 0; h < H; h++) sum[row * H + h]! += rows[n * H + h]!;
      });
    }
    whole.set(name, Float32Array.from(sum));
  }
  return new Map(toTensors(step.parameters, whole).map(({ name, data }) => [name, data]));
}

/** max |a - b| over the larger of max |b| and `floor`. */
export function relativeError(a: Numbers, b: Numbers, floor = 0): number {
  if (a.length !== b.length) return Infinity;
  let [difference, size] = [0, floor];
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Number.isFinite(a[i]!) ? Math.abs(a[i]! - b[i]!) : Infinity);
    size = Math.max(size, Math.abs(b[i]!));
  }
  return difference / size;
}
