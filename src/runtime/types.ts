/**
 * What the runtime takes and gives: plain typed arrays in, plain typed arrays out. Sessions, tensors
 * and GPU buffers never leave this room. It does not know what a language model is.
 */
import type { DeviceReport } from "../contract/index.ts";

export type Feed =
  | { type: "float32"; shape: readonly number[]; data: Float32Array }
  | { type: "int32"; shape: readonly number[]; data: Int32Array };
export type Feeds = ReadonlyMap<string, Feed>;
export type Arrays = Map<string, Float32Array>;
/**
 * Where weights come from: a map, or a reader that fetches each tensor when it is asked for and keeps none. The device
 * takes one after another and copies it, so that all of them never lie in memory twice.
 */
export interface WeightSource {
  has(name: string): boolean;
  get(name: string): Float32Array | undefined | Promise<Float32Array | undefined>;
}

/** A trainable tensor as the optimiser sees it. */
export interface ParameterShape {
  name: string;
  shape: readonly number[];
  /** Weight decay applies (not to biases and LayerNorm). */
  decay: boolean;
}

/** A training graph: its bytes, and under which output names the loss and the gradients come out. */
export interface StepProgram {
  bytes: Uint8Array;
  /** Scalar output. */
  loss: string;
  /** Parameter -> output holding its dense gradient. */
  dense: ReadonlyMap<string, string>;
  /** Table parameter (V, H) -> int32 input with the looked-up rows (N) and output with their gradients (N, H). */
  rows: ReadonlyMap<string, TableRows>;
  /**
   * Parameters whose graph input and dense gradient have more rows, up to the next multiple of 4: on a GPU, the buffers
   * end with these, all of them `fill`. Their gradients are 0, and nothing else knows of them.
   */
  padded?: ReadonlyMap<string, { shape: readonly number[]; fill: number }>;
  /** The bytes hold the nodes last first: see autodiff's `encodeModel`. */
  lastFirst?: boolean;
  /** Inputs that the device fills itself at every batch with 0 or 1/keep; a site's number in this list names its stream. */
  dropout?: readonly DropoutSite[];
  /** Scalar float32 input; all gradients come out multiplied by it (`AdamwSettings.lossScale`). */
  lossScale?: string;
}

/** What a table's lookups give back: rows (N, H), for the table's row that each of N whole numbers names. */
export interface TableRows {
  indices: string;
  rows: string;
  /** The table is a part of a larger one, from this row on; rows beyond it are others'. */
  from?: number;
}

/** A float32 input by which values are dropped: each is 1/keep with probability `keep` (to 16 bits), else 0. */
export interface DropoutSite {
  input: string;
  shape: readonly number[];
  keep: number;
}

/** AdamW (Loshchilov & Hutter 2019) as torch.optim.AdamW computes it. `step` counts from 1. */
export interface AdamwSettings {
  step: number;
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** Largest global gradient norm; 0 = no clipping. As torch's clip_grad_norm_. */
  clipNorm: number;
  /** A tensor's share of the learning rate, and its own updates so far with this one; without it all are alike. */
  of?: (name: string) => { share: number; step: number };
  /** Names the run's chance: dropout masks are a function of this, `step`, the batch's number and the site. */
  seed?: number;
  /**
   * What a graph with a `lossScale` input multiplies its gradients by: the update divides it out again, and is skipped
   * where a gradient is not finite. A power of two, so that nothing is rounded.
   */
  lossScale?: number | undefined;
  /** L2-SP's alpha: each update also moves weights by the rate times this towards the start that `train` was given. */
  pullToStart?: number;
}
export interface StepResult {
  /** Sum of the batches' losses: the caller's loss weights already divide by the count. */
  loss: number;
  /** Global gradient norm before clipping. */
  gradientNorm: number;
  /** With a `lossScale`: a gradient was not finite, so weights and moments are what they were. */
  skipped?: boolean;
}

/** An update that the device has been asked for. */
export interface BegunStep {
  /** It may still be computing: another may be asked for meanwhile, which is done after it. */
  isRunning: boolean;
  result: Promise<StepResult>;
}

export interface DeviceWeights {
  /** All of them, or those named: one after another they take no second copy of the whole. */
  read(names?: readonly string[]): Promise<Arrays>;
  dispose(): void;
}
export interface Program {
  /** Runs a forward graph; `outputs` come back to the host. */
  run(weights: DeviceWeights, feeds: Feeds, outputs: readonly string[]): Promise<Arrays>;
  dispose(): Promise<void>;
}
export interface Moments {
  first: Arrays;
  second: Arrays;
}
/** Moments on their way to the device. */
export interface MomentSource {
  first: WeightSource;
  second: WeightSource;
}
/** The name of the graph that a trainer was made with. */
export const firstGraph = "";

export interface Trainer {
  /** Another graph over the same parameters, for batches of another shape: `step` knows it by this name. */
  add(name: string, program: StepProgram): Promise<void>;
  /**
   * One update from one or more batches, whose gradients are added up.
   * @param graphs the graph of each batch; the one that the trainer was made with where none is named
   */
  step(batches: readonly Feeds[], settings: AdamwSettings, graphs?: readonly string[]): Promise<StepResult>;
  /** The same, without waiting until it is done: whatever is asked of the weights afterwards comes after it. */
  begin(batches: readonly Feeds[], settings: AdamwSettings, graphs?: readonly string[]): Promise<BegunStep>;
  /** Of the tensors named, or of all that learn; one that does not learn has none. */
  readMoments(names?: readonly string[]): Promise<Moments>;
  dispose(): Promise<void>;
}
/** Graphs made ready before they are asked for: `compile` and `train` of the same bytes take them. Nothing is run. */
export interface PreparedGraphs {
  /** That nobody has taken yet. */
  readonly count: number;
  /** @param program what the bytes belong to, where they are a training graph */
  add(bytes: Uint8Array, program?: StepProgram): Promise<void>;
  /** Lets go of all that nobody took. */
  release(): Promise<void>;
}
export interface Device {
  readonly report: DeviceReport;
  readonly prepared: PreparedGraphs;
  /** What is held on the device for shapes that may come again, beside weights and trainers that were not disposed of. */
  readonly keptBytes: number;
  upload(parameters: readonly ParameterShape[], values: WeightSource): Promise<DeviceWeights>;
  compile(bytes: Uint8Array): Promise<Program>;
  /**
   * Training updates `weights` in place. A tensor without `moments` starts with zeros. `start` is kept on the device:
   * the weights that the settings' `pullToStart` pulls to; those that it does not name are not pulled.
   */
  train(
    parameters: readonly ParameterShape[],
    weights: DeviceWeights,
    program: StepProgram,
    moments?: MomentSource,
    start?: WeightSource,
  ): Promise<Trainer>;
  /** Loses the device on purpose (tests); does nothing on the CPU. */
  lose(): void;
  dispose(): Promise<void>;
}
