/**
 * The WebGPU device. Weights, gradients and optimiser state stay in GPU buffers; ONNX Runtime writes
 * gradients into pre-allocated ones (all outputs or none: partly pre-allocated ones come back empty,
 * onnxruntime #25786) and our kernels on *its* device do the rest. Its device is taken, not given:
 * `env.webgpu.device` is ignored by the native provider (onnxruntime #26107).
 */
import type { DeviceReport } from "../contract/index.ts";
import { UnmaskError } from "../base/index.ts";
import { paddedSize, readBuffers, storageBuffer, write } from "./gpu-buffers.ts";
import { keptBytes } from "./gpu-kept-bytes.ts";
import { Shaders } from "./gpu-shaders.ts";
import { GpuTrainer } from "./gpu-trainer.ts";
import { takeValues } from "./host-weights.ts";
import { deviceLost, keepAsWritten, runtimeError, type Ort, type OrtModule } from "./ort.ts";
import { PreparedSessions } from "./prepared-sessions.ts";
import { probeModel } from "./probe-model.ts";
import type {
  Arrays,
  Device,
  DeviceWeights,
  Feeds,
  MomentSource,
  ParameterShape,
  Program,
  StepProgram,
  Trainer,
  WeightSource,
} from "./types.ts";

/**
 * Who computes a training graph: the runtime at every step; a recording of one of its runs (gpu-recording.ts), bit for
 * bit the same; or that recording with kernels of ours in it (gpu-shaders.ts), which add up in another order.
 */
export type GpuSteps = "runtime" | "recorded" | "own-kernels";

export const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export class GpuWeights implements DeviceWeights {
  readonly buffers = new Map<string, GPUBuffer>();
  readonly tensors = new Map<string, Ort.Tensor>();
  readonly #sizes = new Map<string, number>();
  readonly #device: GPUDevice;

  private constructor(device: GPUDevice) {
    this.#device = device;
  }
  static async open(
    ort: OrtModule,
    device: GPUDevice,
    parameters: readonly ParameterShape[],
    values: WeightSource,
  ): Promise<GpuWeights> {
    const weights = new GpuWeights(device);
    try {
      for (const { name, shape } of parameters) {
        const data = await takeValues(values, name, shape);
        const buffer = storageBuffer(device, paddedSize(shape), name);
        weights.buffers.set(name, buffer);
        write(device, buffer, data);
        weights.#sizes.set(name, data.length);
        weights.tensors.set(name, ort.Tensor.fromGpuBuffer(buffer, { dataType: "float32", dims: [...shape] }));
      }
      return weights;
    } catch (error) {
      weights.dispose();
      throw error;
    }
  }
  async read(names: readonly string[] = [...this.buffers.keys()]): Promise<Arrays> {
    const sources = names.map((name) => ({ buffer: this.buffers.get(name)!, values: this.#sizes.get(name)! }));
    const data = await readBuffers(this.#device, sources);
    return new Map(names.map((name, i) => [name, data[i]!]));
  }
  dispose(): void {
    for (const buffer of this.buffers.values()) buffer.destroy();
    this.buffers.clear();
    this.tensors.clear();
  }
}

/** How long after a failure of GPU work the browser may still say that the device is lost. */
const lossDelayMs = 300;

/** What the device's programs and trainers share: the loss of the device is noticed once, for all. */
export class GpuContext {
  readonly ort: OrtModule;
  readonly device: GPUDevice;
  readonly recordsRuns: boolean;
  /** Where some of the runtime's kernels give way to ours. */
  readonly shaders: Shaders | undefined;
  #trouble: UnmaskError | undefined;
  readonly #lost: Promise<never>;

  constructor(ort: OrtModule, device: GPUDevice, steps: GpuSteps) {
    this.ort = ort;
    this.device = device;
    this.recordsRuns = steps !== "runtime";
    keptBytes(device); // counts from here on
    const shaders = Shaders.of(device);
    if (steps === "own-kernels") this.shaders = shaders;
    this.#lost = device.lost.then((info) => {
      this.#trouble = deviceLost(`${info.reason} ${info.message}`);
      throw this.#trouble;
    });
    this.#lost.catch(() => undefined); // awaited in `guard`; without a waiter it is kept in #trouble
    device.addEventListener("uncapturederror", ({ error }) => {
      this.#trouble ??= runtimeError(new Error(`${error.constructor.name} ${error.message}`), "computing on the GPU");
      if (typeof GPUOutOfMemoryError === "function" && error instanceof GPUOutOfMemoryError)
        this.#trouble = runtimeError(new Error("out of memory"), "computing on the GPU");
    });
  }
  /** Awaits GPU work; a lost device or an error reported meanwhile ends the wait with its reason. */
  async guard<T>(work: Promise<T>, doing: string): Promise<T> {
    try {
      const result = await Promise.race([work, this.#lost]);
      if (this.#trouble !== undefined) throw this.#trouble;
      return result;
    } catch (error) {
      // A loss makes pending work fail first, with whatever message; the loss itself is told a moment later.
      await Promise.race([this.#lost.catch(() => undefined), new Promise((late) => setTimeout(late, lossDelayMs))]);
      throw this.#trouble ?? runtimeError(error, doing);
    }
  }
}

export class GpuDevice implements Device {
  readonly #context: GpuContext;
  /** Held open: ONNX Runtime destroys its device together with the last session. */
  readonly #keeper: Ort.InferenceSession;
  readonly report: DeviceReport;
  readonly prepared = new PreparedSessions((bytes) => this.#session(bytes));
  private constructor(context: GpuContext, keeper: Ort.InferenceSession, report: DeviceReport) {
    this.#context = context;
    this.#keeper = keeper;
    this.report = report;
  }

  static async open(ort: OrtModule, report: DeviceReport, steps: GpuSteps = "own-kernels"): Promise<GpuDevice> {
    try {
      // The device exists only once a session does, so a model of one node opens it.
      const session = await ort.InferenceSession.create(probeModel(), sessionOptions);
      const device = (await ort.env.webgpu.device) as GPUDevice;
      const float16 = device.features.has("shader-f16");
      return new GpuDevice(new GpuContext(ort, device, steps), session, { ...report, float16 });
    } catch (error) {
      throw runtimeError(error, "opening the GPU");
    }
  }
  /** The largest buffer that a kernel can read: ONNX Runtime asks its device for all that the adapter grants. */
  get tensorBytes(): number {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.#context.device.limits;
    return Math.min(maxStorageBufferBindingSize, maxBufferSize);
  }
  get keptBytes(): number {
    return keptBytes(this.#context.device);
  }
  upload(parameters: readonly ParameterShape[], values: WeightSource): Promise<DeviceWeights> {
    const { ort, device } = this.#context;
    return this.#context.guard(GpuWeights.open(ort, device, parameters, values), "copying weights to the GPU");
  }
  async compile(bytes: Uint8Array): Promise<Program> {
    return new GpuProgram(this.#context, await this.prepared.open(bytes));
  }
  async train(
    parameters: readonly ParameterShape[],
    weights: DeviceWeights,
    program: StepProgram,
    moments?: MomentSource,
    start?: WeightSource,
  ): Promise<Trainer> {
    const compile = (bytes: Uint8Array) => this.prepared.open(bytes);
    return GpuTrainer.open(this.#context, compile, parameters, weights as GpuWeights, program, moments, start);
  }
  #session(bytes: Uint8Array): Promise<Ort.InferenceSession> {
    return this.#context.guard(this.#context.ort.InferenceSession.create(bytes, sessionOptions), "preparing the model");
  }
  lose(): void {
    this.#context.device.destroy();
  }
  async dispose(): Promise<void> {
    try {
      await this.prepared.release();
      await this.#keeper.release();
    } finally {
      this.#context.device.destroy();
    }
  }
}

const sessionOptions: Ort.InferenceSession.SessionOptions = {
  // "simple" keeps exact-size buffers for the next run: a static graph asks for the same ones each step.
  // NCHW, though there are no images: the change to the default layout moves transposes about.
  executionProviders: [{ name: "webgpu", storageBufferCacheMode: "simple", preferredLayout: "NCHW" }],
  graphOptimizationLevel: "all",
  ...keepAsWritten,
};

class GpuProgram implements Program {
  readonly #context: GpuContext;
  readonly #session: Ort.InferenceSession;
  constructor(context: GpuContext, session: Ort.InferenceSession) {
    this.#context = context;
    this.#session = session;
  }
  async run(weights: DeviceWeights, feeds: Feeds, outputs: readonly string[]): Promise<Arrays> {
    const inputs: Record<string, Ort.Tensor> = {};
    for (const name of this.#session.inputNames) {
      const weight = (weights as GpuWeights).tensors.get(name);
      const feed = feeds.get(name);
      if (weight !== undefined) inputs[name] = weight;
      else if (feed !== undefined)
        inputs[name] = new this.#context.ort.Tensor(feed.type, feed.data as never, feed.shape);
      else throw new UnmaskError("runtime/missing-input", `The graph's input ${name} was not given.`);
    }
    const results = await this.#context.guard(this.#session.run(inputs, [...outputs]), "running the model");
    return new Map(outputs.map((name) => [name, results[name]!.data as Float32Array]));
  }
  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
