/**
 * The CPU device: ONNX Runtime's WASM build in the browser, its native build in Node. Weights and
 * optimiser state are ordinary typed arrays; the update is a plain loop after each run.
 */
import type { DeviceReport } from "../contract/index.ts";
import { UnmaskError } from "../base/index.ts";
import { addInto, addRows, adamwUpdate, clipScale, sumOfSquares } from "./adamw.ts";
import { runtimeError, type Ort, type OrtModule } from "./ort.ts";
import type {
  AdamwSettings,
  Arrays,
  Device,
  DeviceWeights,
  Feeds,
  Moments,
  ParameterShape,
  Program,
  StepProgram,
  StepResult,
  Trainer,
} from "./types.ts";

export class HostWeights implements DeviceWeights {
  readonly tensors = new Map<string, Ort.Tensor>();
  readonly values: Arrays;

  constructor(ort: OrtModule, parameters: readonly ParameterShape[], values: ReadonlyMap<string, Float32Array>) {
    this.values = new Map();
    for (const { name, shape } of parameters) {
      const data = takeValues(values, name, shape).slice();
      this.values.set(name, data);
      this.tensors.set(name, new ort.Tensor("float32", data, shape));
    }
  }
  read(): Promise<Arrays> {
    return Promise.resolve(new Map([...this.values].map(([name, data]) => [name, data.slice()])));
  }
  dispose(): void {
    this.tensors.clear();
    this.values.clear();
  }
}

/** @throws runtime/bad-weights when a tensor is missing or has the wrong number of values. */
export function takeValues(
  values: ReadonlyMap<string, Float32Array>,
  name: string,
  shape: readonly number[],
): Float32Array {
  const data = values.get(name);
  const size = shape.reduce((a, b) => a * b, 1);
  if (data?.length === size) return data;
  throw new UnmaskError(
    "runtime/bad-weights",
    `Weight ${name} must have ${size} values, found ${data?.length ?? "none"}.`,
    "The checkpoint does not fit its config: export it again or choose another.",
    { name },
  );
}

export class HostDevice implements Device {
  readonly #ort: OrtModule;
  readonly #threads: number;
  readonly report: DeviceReport;
  constructor(ort: OrtModule, report: DeviceReport) {
    this.#ort = ort;
    this.#threads = report.threads;
    this.report = report;
  }

  upload(parameters: readonly ParameterShape[], values: ReadonlyMap<string, Float32Array>): Promise<DeviceWeights> {
    return Promise.resolve(new HostWeights(this.#ort, parameters, values));
  }

  async compile(bytes: Uint8Array): Promise<Program> {
    return new HostProgram(this.#ort, await this.#session(bytes));
  }

  async train(
    parameters: readonly ParameterShape[],
    weights: DeviceWeights,
    program: StepProgram,
    moments?: Moments,
  ): Promise<Trainer> {
    const session = await this.#session(program.bytes);
    return new HostTrainer(new HostProgram(this.#ort, session), parameters, weights as HostWeights, program, moments);
  }

  async #session(bytes: Uint8Array): Promise<Ort.InferenceSession> {
    try {
      return await this.#ort.InferenceSession.create(bytes, {
        executionProviders: [this.report.kind === "native" ? "cpu" : "wasm"],
        graphOptimizationLevel: "all",
        // Gradients leave the heap at once; an arena would keep the peak of every graph ever run.
        enableMemPattern: true,
        ...(this.report.kind === "native" ? { intraOpNumThreads: this.#threads } : {}),
      });
    } catch (error) {
      throw runtimeError(error, "preparing the model");
    }
  }

  lose(): void {
    // A CPU cannot be lost.
  }
  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

class HostProgram implements Program {
  readonly #ort: OrtModule;
  readonly #session: Ort.InferenceSession;
  constructor(ort: OrtModule, session: Ort.InferenceSession) {
    this.#ort = ort;
    this.#session = session;
  }

  async run(weights: DeviceWeights, feeds: Feeds, outputs: readonly string[]): Promise<Arrays> {
    const inputs: Record<string, Ort.Tensor> = {};
    for (const name of this.#session.inputNames) {
      const weight = (weights as HostWeights).tensors.get(name);
      const feed = feeds.get(name);
      if (weight !== undefined) inputs[name] = weight;
      else if (feed !== undefined) inputs[name] = new this.#ort.Tensor(feed.type, feed.data as never, feed.shape);
      else throw new UnmaskError("runtime/missing-input", `The graph's input ${name} was not given.`);
    }
    try {
      const results = await this.#session.run(inputs, [...outputs]);
      return new Map(outputs.map((name) => [name, results[name]!.data as Float32Array]));
    } catch (error) {
      throw runtimeError(error, "running the model");
    }
  }
  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

class HostTrainer implements Trainer {
  readonly #program: HostProgram;
  readonly #parameters: readonly ParameterShape[];
  readonly #weights: HostWeights;
  readonly #step: StepProgram;
  readonly #outputs: string[];
  readonly #moments: Moments = { first: new Map(), second: new Map() };
  /** Tables without a dense gradient (position, token type) need one to add rows into; reused. */
  readonly #scratch: Arrays = new Map();

  constructor(
    program: HostProgram,
    parameters: readonly ParameterShape[],
    weights: HostWeights,
    step: StepProgram,
    moments: Moments | undefined,
  ) {
    this.#program = program;
    this.#parameters = parameters.filter(({ name }) => step.dense.has(name) || step.rows.has(name));
    this.#weights = weights;
    this.#step = step;
    this.#outputs = [...new Set([step.loss, ...step.dense.values(), ...[...step.rows.values()].map((r) => r.rows)])];
    for (const { name, shape } of this.#parameters) {
      const size = shape.reduce((a, b) => a * b, 1);
      this.#moments.first.set(name, moments ? takeValues(moments.first, name, shape).slice() : new Float32Array(size));
      this.#moments.second.set(
        name,
        moments ? takeValues(moments.second, name, shape).slice() : new Float32Array(size),
      );
      if (!step.dense.has(name)) this.#scratch.set(name, new Float32Array(size));
    }
  }

  async step(batches: readonly Feeds[], settings: AdamwSettings): Promise<StepResult> {
    let loss = 0;
    const total: Arrays = new Map();
    for (const feeds of batches) {
      const results = await this.#program.run(this.#weights, feeds, this.#outputs);
      loss += results.get(this.#step.loss)![0]!;
      this.#collect(total, results, feeds);
    }
    let squares = 0;
    for (const gradient of total.values()) squares += sumOfSquares(gradient);
    const gradientNorm = Math.sqrt(squares);
    const scale = clipScale(gradientNorm, settings.clipNorm);
    for (const { name, decay } of this.#parameters)
      adamwUpdate(
        this.#weights.values.get(name)!,
        total.get(name)!,
        this.#moments.first.get(name)!,
        this.#moments.second.get(name)!,
        settings,
        decay,
        scale,
      );
    return { loss, gradientNorm };
  }

  /** Adds one batch's gradients to `total`; the first batch's arrays are taken over as they are. */
  #collect(total: Arrays, results: Arrays, feeds: Feeds): void {
    for (const { name, shape } of this.#parameters) {
      const dense = this.#step.dense.get(name);
      const rows = this.#step.rows.get(name);
      const sum = total.get(name);
      if (dense !== undefined) {
        if (sum === undefined) total.set(name, results.get(dense)!);
        else addInto(sum, results.get(dense)!);
      } else if (sum === undefined) total.set(name, this.#scratch.get(name)!.fill(0));
      if (rows !== undefined)
        addRows(total.get(name)!, feeds.get(rows.indices)!.data as Int32Array, results.get(rows.rows)!, shape[1]!);
    }
  }

  readMoments(): Promise<Moments> {
    const copy = (arrays: Arrays): Arrays => new Map([...arrays].map(([name, data]) => [name, data.slice()]));
    return Promise.resolve({ first: copy(this.#moments.first), second: copy(this.#moments.second) });
  }
  async dispose(): Promise<void> {
    await this.#program.dispose();
  }
}
