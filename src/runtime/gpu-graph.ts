/**
 * A training graph on the GPU with the buffers that belong to its shapes: inputs, outputs, dropout masks, looked-up
 * rows. The gradients' buffers are the trainer's, so that graphs of several shapes fill the same ones.
 */
import { UnmaskError } from "../base/index.ts";
import { storageBuffer, write } from "./gpu-buffers.ts";
import type { GpuContext, GpuWeights } from "./gpu-device.ts";
import { GpuDropout } from "./gpu-dropout.ts";
import { recordRun, type GpuRecording } from "./gpu-recording.ts";
import type { Slot } from "./gpu-optimiser.ts";
import { GpuTableRows } from "./gpu-table-rows.ts";
import { withLossScale } from "./loss-scale.ts";
import type { Ort } from "./ort.ts";
import type { AdamwSettings, Feeds, StepProgram } from "./types.ts";

export class GpuGraph {
  /** The batch's loss after `run`. */
  readonly loss: GPUBuffer;
  readonly #context: GpuContext;
  readonly #session: Ort.InferenceSession;
  readonly #weights: GpuWeights;
  readonly #program: StepProgram;
  readonly #slots: readonly Slot[];
  readonly #outputs: Record<string, Ort.Tensor> = {};
  readonly #results = new Set<GPUBuffer>();
  readonly #padded = new Map<string, Ort.Tensor>();
  readonly #rows = new Map<string, GPUBuffer>();
  readonly #feeds = new Map<string, { buffer: GPUBuffer; tensor: Ort.Tensor }>();
  readonly #owned: GPUBuffer[] = [];
  readonly #dropout: GpuDropout | undefined;
  #tableRows: GpuTableRows | undefined;
  /** Whether a recording was tried. */
  #tried = false;
  #recording: GpuRecording | undefined;

  constructor(
    context: GpuContext,
    session: Ort.InferenceSession,
    weights: GpuWeights,
    program: StepProgram,
    slots: readonly Slot[],
  ) {
    this.#context = context;
    this.#session = session;
    this.#weights = weights;
    this.#program = program;
    this.#slots = slots;
    this.loss = this.#output(program.loss, []);
    for (const { name, shape, gradient } of slots) {
      const output = program.dense.get(name);
      const { shape: taken } = program.padded?.get(name) ?? { shape };
      if (output === undefined) continue;
      this.#results.add(gradient);
      this.#outputs[output] = this.#tensor(gradient, "float32", taken);
    }
    for (const [name, { shape, fill }] of program.padded ?? []) {
      const [buffer, own] = [weights.buffers.get(name)!, weights.tensors.get(name)!];
      const more = shape.reduce((a, b) => a * b, 1) - own.size;
      if (fill !== 0) write(context.device, buffer, new Float32Array(more).fill(fill), 4 * own.size);
      this.#padded.set(name, this.#tensor(buffer, "float32", shape));
    }
    if (program.dropout !== undefined && program.dropout.length > 0) {
      this.#dropout = new GpuDropout(context.device, program.dropout);
      for (const { input, shape } of program.dropout) {
        const buffer = this.#dropout.buffers.get(input)!;
        this.#feeds.set(input, { buffer, tensor: this.#tensor(buffer, "float32", shape) });
      }
    }
  }

  /**
   * Runs the graph, or puts what it did once into `encoder`: the caller submits it next in either case.
   * @param batch its number within the step
   */
  async run(encoder: GPUCommandEncoder, feeds: Feeds, settings: AdamwSettings, batch: number): Promise<void> {
    const inputs = this.#bind(withLossScale(feeds, this.#program, settings));
    this.#dropout?.fill(settings.seed ?? 0, settings.step, batch);
    if (this.#recording !== undefined) {
      this.#recording.encode(encoder);
      return;
    }
    const run = () => this.#context.guard(this.#session.run(inputs, this.#outputs), "training a step");
    if (this.#tried || !this.#context.recordsRuns) {
      await run();
      return;
    }
    await run(); // makes shaders and buffers
    this.#tried = true;
    const { device, shaders } = this.#context;
    this.#recording = await recordRun(device, shaders && { shaders, results: this.#results }, run);
    this.#recording?.encode(encoder); // even the first step: a resumed run computes as one that never stopped
  }

  /** Adds what the run's lookups sent back to their tables' gradients. */
  addRows(pass: GPUComputePassEncoder, feeds: Feeds): void {
    this.#tableRows ??= this.#rowsOf(feeds);
    this.#tableRows.encode(pass, feeds);
  }

  async dispose(): Promise<void> {
    this.#dropout?.dispose();
    this.#tableRows?.dispose();
    this.#recording?.dispose();
    for (const buffer of this.#owned) buffer.destroy();
    await this.#session.release();
  }

  #tensor(buffer: GPUBuffer, dataType: "float32" | "int32", dims: readonly number[]): Ort.Tensor {
    return this.#context.ort.Tensor.fromGpuBuffer(buffer, { dataType, dims: [...dims] });
  }

  #own(buffer: GPUBuffer): GPUBuffer {
    this.#owned.push(buffer);
    return buffer;
  }

  #output(name: string, shape: readonly number[]): GPUBuffer {
    const size = shape.reduce((a, b) => a * b, 1);
    const buffer = this.#own(storageBuffer(this.#context.device, size, name));
    this.#outputs[name] = this.#tensor(buffer, "float32", shape);
    this.#results.add(buffer);
    return buffer;
  }

  /** Batch arrays into buffers that live as long as the graph: no allocation a step. */
  #bind(feeds: Feeds): Record<string, Ort.Tensor> {
    const { device } = this.#context;
    const inputs: Record<string, Ort.Tensor> = {};
    for (const name of this.#session.inputNames) {
      const weight = this.#padded.get(name) ?? this.#weights.tensors.get(name);
      if (weight !== undefined) {
        inputs[name] = weight;
        continue;
      }
      const feed = feeds.get(name);
      let place = this.#feeds.get(name);
      if (feed === undefined) {
        if (place === undefined)
          throw new UnmaskError("runtime/missing-input", `The graph's input ${name} was not given.`);
        inputs[name] = place.tensor; // a dropout mask
        continue;
      }
      if (place === undefined) {
        const buffer = this.#own(storageBuffer(device, feed.data.length, name));
        place = { buffer, tensor: this.#tensor(buffer, feed.type, feed.shape) };
        this.#feeds.set(name, place);
      }
      write(device, place.buffer, feed.data);
      inputs[name] = place.tensor;
    }
    for (const [name, { indices, rows }] of this.#program.rows) {
      const slot = this.#slots.find((s) => s.name === name);
      if (slot === undefined || this.#rows.has(rows)) continue;
      this.#rows.set(rows, this.#output(rows, [feeds.get(indices)!.data.length, slot.width]));
    }
    return inputs;
  }

  #rowsOf(feeds: Feeds): GpuTableRows {
    const tables = [...this.#program.rows].flatMap(([name, { indices, rows, from = 0 }]) => {
      const slot = this.#slots.find((s) => s.name === name);
      if (slot === undefined) return [];
      const { gradient, width, n } = slot;
      const count = feeds.get(indices)!.data.length;
      return [{ indices, from, size: n / width, count, width, gradient, rows: this.#rows.get(rows)! }];
    });
    return new GpuTableRows(this.#context.device, tables);
  }
}
