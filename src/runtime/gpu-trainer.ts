/**
 * One training step on WebGPU: run the graph, then one submit of our kernels (rows, norm, clip, AdamW),
 * then one read-back of a few floats. Knows the kernels' bindings; knows nothing of models or text.
 */
import { UnmaskError } from "../base/index.ts";
import type { GpuContext, GpuWeights } from "./gpu-device.ts";
import { GpuDropout } from "./gpu-dropout.ts";
import { Kernel, bytesFor, storageBuffer, uniformBuffer, write } from "./gpu-buffers.ts";
import { addKernel, workgroups } from "./gpu-kernels.ts";
import { GpuMoments } from "./gpu-moments.ts";
import { GpuOptimiser, groupSlots, type Dispatch, type Slot } from "./gpu-optimiser.ts";
import { GpuTableRows } from "./gpu-table-rows.ts";
import { takeValues } from "./host-weights.ts";
import type { Ort } from "./ort.ts";
import type {
  AdamwSettings,
  Arrays,
  DropoutSite,
  Feeds,
  Moments,
  ParameterShape,
  StepProgram,
  StepResult,
  Trainer,
} from "./types.ts";

export class GpuTrainer implements Trainer {
  readonly #context: GpuContext;
  readonly #session: Ort.InferenceSession;
  readonly #weights: GpuWeights;
  readonly #program: StepProgram;
  readonly #slots: Slot[];
  readonly #outputs: Record<string, Ort.Tensor> = {};
  readonly #outputBuffers = new Map<string, GPUBuffer>();
  readonly #feeds = new Map<string, { buffer: GPUBuffer; tensor: Ort.Tensor }>();
  readonly #moments: GpuMoments<Slot>;
  readonly #owned: GPUBuffer[] = [];
  readonly #dropout: GpuDropout | undefined;
  #tableRows: GpuTableRows | undefined;
  #optimiser: GpuOptimiser | undefined;
  #accumulate: Dispatch[] | undefined;

  constructor(
    context: GpuContext,
    session: Ort.InferenceSession,
    parameters: readonly ParameterShape[],
    weights: GpuWeights,
    program: StepProgram,
    moments: Moments | undefined,
    start: Arrays | undefined,
  ) {
    const { device } = context;
    this.#context = context;
    this.#session = session;
    this.#weights = weights;
    this.#program = program;
    this.#output(program.loss, []);
    if (program.dropout !== undefined && program.dropout.length > 0) this.#dropout = this.#bindMasks(program.dropout);
    this.#slots = parameters
      .filter(({ name }) => program.dense.has(name) || program.rows.has(name))
      .map(({ name, shape, decay }) => {
        const n = shape.reduce((a, b) => a * b, 1);
        const output = program.dense.get(name);
        const slot: Slot = {
          name,
          decay,
          n,
          width: shape.at(-1) ?? 1,
          weight: weights.buffers.get(name)!,
          gradient:
            output === undefined
              ? this.#own(storageBuffer(device, n, `${name} gradient`))
              : this.#output(output, shape),
          dense: output !== undefined,
        };
        if (start?.has(name) === true) {
          slot.start = this.#own(storageBuffer(device, n, `${name} start`));
          write(device, slot.start, takeValues(start, name, shape));
        }
        return slot;
      });
    this.#moments = new GpuMoments(device, this.#slots, moments);
  }

  async step(batches: readonly Feeds[], settings: AdamwSettings): Promise<StepResult> {
    const { device } = this.#context;
    const staging = device.createBuffer({
      size: 16 + 16 * batches.length,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    const several = batches.length > 1;
    for (let b = 0; b < batches.length; b++) {
      const inputs = this.#bind(batches[b]!);
      this.#dropout?.fill(settings.seed ?? 0, settings.step, b);
      await this.#context.guard(this.#session.run(inputs, this.#outputs), "training a step");
      const encoder = device.createCommandEncoder();
      for (const slot of this.#slots) if (!slot.dense) encoder.clearBuffer(slot.gradient);
      const pass = encoder.beginComputePass();
      (this.#tableRows ??= this.#rowsOf(batches[b]!)).encode(pass, batches[b]!);
      if (several && b > 0) for (const add of this.#accumulators()) add(pass);
      pass.end();
      if (several && b === 0)
        for (const slot of this.#slots)
          encoder.copyBufferToBuffer(slot.gradient, 0, this.#total(slot), 0, bytesFor(slot.n));
      encoder.copyBufferToBuffer(this.#outputBuffers.get(this.#program.loss)!, 0, staging, 16 + 16 * b, 4);
      if (b === batches.length - 1) {
        this.#optimiser ??= new GpuOptimiser(device, this.#slots, this.#moments, (slot) =>
          several ? this.#total(slot) : slot.gradient,
        );
        this.#optimiser.encode(encoder, settings);
        encoder.copyBufferToBuffer(this.#optimiser.stats, 0, staging, 0, 16);
      }
      device.queue.submit([encoder.finish()]);
    }
    try {
      await this.#context.guard(staging.mapAsync(GPUMapMode.READ), "reading the loss");
      const values = new Float32Array(staging.getMappedRange());
      let loss = 0;
      for (let b = 0; b < batches.length; b++) loss += values[4 + 4 * b]!;
      return { loss, gradientNorm: values[0]! };
    } finally {
      staging.destroy();
    }
  }

  #bindMasks(sites: readonly DropoutSite[]): GpuDropout {
    const dropout = new GpuDropout(this.#context.device, sites);
    for (const { input, shape } of sites) {
      const buffer = dropout.buffers.get(input)!;
      const tensor = this.#context.ort.Tensor.fromGpuBuffer(buffer, { dataType: "float32", dims: [...shape] });
      this.#feeds.set(input, { buffer, tensor });
    }
    return dropout;
  }

  #own(buffer: GPUBuffer): GPUBuffer {
    this.#owned.push(buffer);
    return buffer;
  }

  #output(name: string, shape: readonly number[]): GPUBuffer {
    const known = this.#outputBuffers.get(name);
    if (known !== undefined) return known;
    const buffer = this.#own(
      storageBuffer(
        this.#context.device,
        shape.reduce((a, b) => a * b, 1),
        name,
      ),
    );
    this.#outputBuffers.set(name, buffer);
    this.#outputs[name] = this.#context.ort.Tensor.fromGpuBuffer(buffer, { dataType: "float32", dims: [...shape] });
    return buffer;
  }

  /** Batch arrays into buffers that live as long as the trainer: no allocation a step. */
  #bind(feeds: Feeds): Record<string, Ort.Tensor> {
    const { device, ort } = this.#context;
    const inputs: Record<string, Ort.Tensor> = {};
    for (const name of this.#session.inputNames) {
      const weight = this.#weights.tensors.get(name);
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
        place = { buffer, tensor: ort.Tensor.fromGpuBuffer(buffer, { dataType: feed.type, dims: [...feed.shape] }) };
        this.#feeds.set(name, place);
      }
      write(device, place.buffer, feed.data);
      inputs[name] = place.tensor;
    }
    for (const [name, { indices, rows }] of this.#program.rows) {
      const slot = this.#slots.find((s) => s.name === name);
      if (slot !== undefined) this.#output(rows, [feeds.get(indices)!.data.length, slot.width]);
    }
    return inputs;
  }

  #rowsOf(feeds: Feeds): GpuTableRows {
    const tables = [...this.#program.rows].flatMap(([name, { indices, rows }]) => {
      const slot = this.#slots.find((s) => s.name === name);
      if (slot === undefined) return [];
      const { gradient, width } = slot;
      return [
        { indices, count: feeds.get(indices)!.data.length, width, gradient, rows: this.#outputBuffers.get(rows)! },
      ];
    });
    return new GpuTableRows(this.#context.device, tables);
  }

  #total(slot: Slot): GPUBuffer {
    return (slot.total ??= this.#own(storageBuffer(this.#context.device, slot.n, `${slot.name} total`)));
  }

  #accumulators(): Dispatch[] {
    return (this.#accumulate ??= groupSlots(this.#context.device, this.#slots, 0, 2).map((slots) => {
      const kernel = new Kernel(this.#context.device, addKernel(slots.length), "accumulate");
      const sizes = this.#own(uniformBuffer(this.#context.device, 16 * slots.length));
      write(this.#context.device, sizes, Uint32Array.from(slots.flatMap((s) => [s.n, 0, 0, 0])));
      const run = kernel.bind([sizes, ...slots.flatMap((s) => [this.#total(s), s.gradient])]);
      return (pass) => run(pass, Math.max(...slots.map((s) => workgroups(s.n))), slots.length);
    }));
  }

  readMoments(): Promise<Moments> {
    return this.#context.guard(this.#moments.read(), "reading the optimiser state");
  }

  async dispose(): Promise<void> {
    this.#optimiser?.dispose();
    this.#dropout?.dispose();
    this.#moments.dispose();
    this.#tableRows?.dispose();
    for (const buffer of this.#owned) buffer.destroy();
    await this.#session.release();
  }
}
