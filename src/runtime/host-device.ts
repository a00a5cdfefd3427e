/** The CPU device: ONNX Runtime's WASM build in the browser, its native build in Node. */
import type { DeviceReport } from "../contract/index.ts";
import { HostProgram } from "./host-program.ts";
import { HostTrainer } from "./host-trainer.ts";
import { HostWeights } from "./host-weights.ts";
import { keepAsWritten, runtimeError, type Ort, type OrtModule } from "./ort.ts";
import { PreparedSessions } from "./prepared-sessions.ts";
import type {
  Device,
  DeviceWeights,
  MomentSource,
  ParameterShape,
  Program,
  StepProgram,
  Trainer,
  WeightSource,
} from "./types.ts";

const ONLY_ERRORS = 3;

export class HostDevice implements Device {
  readonly #ort: OrtModule;
  readonly #threads: number;
  readonly report: DeviceReport;
  readonly keptBytes = 0; // freed memory is the heap's, and the next graph's
  readonly prepared = new PreparedSessions((bytes) => this.#session(bytes));
  constructor(ort: OrtModule, report: DeviceReport) {
    this.#ort = ort;
    this.#threads = report.threads;
    this.report = report;
  }

  upload(parameters: readonly ParameterShape[], values: WeightSource): Promise<DeviceWeights> {
    return HostWeights.open(this.#ort, parameters, values);
  }

  async compile(bytes: Uint8Array): Promise<Program> {
    return new HostProgram(this.#ort, await this.prepared.open(bytes));
  }

  async train(
    parameters: readonly ParameterShape[],
    weights: DeviceWeights,
    program: StepProgram,
    moments?: MomentSource,
    start?: WeightSource,
  ): Promise<Trainer> {
    const compile = async (bytes: Uint8Array) => new HostProgram(this.#ort, await this.prepared.open(bytes));
    return HostTrainer.open(compile, parameters, weights as HostWeights, program, moments, start);
  }

  async #session(bytes: Uint8Array): Promise<Ort.InferenceSession> {
    try {
      return await this.#ort.InferenceSession.create(bytes, {
        executionProviders: [this.report.kind === "native" ? "cpu" : "wasm"],
        graphOptimizationLevel: "all",
        // What is freed is free at once. A memory pattern holds a second copy of the peak (measured over three steps of
        // mini: 419 MB with it, 251 without; the same CPU time); an arena would keep the peak of every graph ever run.
        enableMemPattern: false,
        enableCpuMemArena: false,
        // It warns of every constant that a graph with open shapes lists among its inputs.
        logSeverityLevel: ONLY_ERRORS,
        ...keepAsWritten,
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
    return this.prepared.release();
  }
}
