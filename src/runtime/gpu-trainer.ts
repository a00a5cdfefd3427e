/**
 * One training step on WebGPU: run the graph, then one submit of our kernels (rows, norm, clip, AdamW),
 * then one read-back of a few floats. Knows the kernels' bindings; knows nothing of models or text.
 */
import type { GpuContext, GpuWeights } from "./gpu-device.ts";
import { Kernel, bytesFor, paddedSize, storageBuffer, uniformBuffer, write } from "./gpu-buffers.ts";
import { GpuGraph } from "./gpu-graph.ts";
import { addKernel, workgroups } from "./gpu-kernels.ts";
import { GpuMoments } from "./gpu-moments.ts";
import { GpuOptimiser, groupSlots, type Dispatch, type Slot } from "./gpu-optimiser.ts";
import { takeValues } from "./host-weights.ts";
import type { Ort } from "./ort.ts";
import { firstGraph } from "./types.ts";
import type {
  AdamwSettings,
  BegunStep,
  Feeds,
  Moments,
  MomentSource,
  ParameterShape,
  StepProgram,
  StepResult,
  Trainer,
  WeightSource,
} from "./types.ts";

type Compile = (bytes: Uint8Array) => Promise<Ort.InferenceSession>;

export class GpuTrainer implements Trainer {
  readonly #context: GpuContext;
  readonly #compile: Compile;
  readonly #weights: GpuWeights;
  readonly #slots: Slot[];
  readonly #graphs = new Map<string, GpuGraph>();
  readonly #moments: GpuMoments<Slot>;
  readonly #owned: GPUBuffer[] = [];
  #optimiser: GpuOptimiser | undefined;
  #accumulate: Dispatch[] | undefined;

  private constructor(
    context: GpuContext,
    compile: Compile,
    parameters: readonly ParameterShape[],
    weights: GpuWeights,
    program: StepProgram,
    start: WeightSource | undefined,
  ) {
    const { device } = context;
    this.#context = context;
    this.#compile = compile;
    this.#weights = weights;
    this.#slots = parameters
      .filter(({ name }) => program.dense.has(name) || program.rows.has(name))
      .map(({ name, shape, decay }) => {
        const n = shape.reduce((a, b) => a * b, 1);
        const slot: Slot = {
          name,
          shape,
          decay,
          n,
          width: shape.at(-1) ?? 1,
          weight: weights.buffers.get(name)!,
          gradient: this.#own(storageBuffer(device, paddedSize(shape), `${name} gradient`)),
          dense: program.dense.has(name),
        };
        if (start?.has(name) === true) slot.start = this.#own(storageBuffer(device, n, `${name} start`));
        return slot;
      });
    this.#moments = new GpuMoments(device, this.#slots);
  }

  static async open(
    context: GpuContext,
    compile: Compile,
    parameters: readonly ParameterShape[],
    weights: GpuWeights,
    program: StepProgram,
    moments: MomentSource | undefined,
    start: WeightSource | undefined,
  ): Promise<GpuTrainer> {
    const session = await compile(program.bytes);
    const trainer = new GpuTrainer(context, compile, parameters, weights, program, start);
    trainer.#graphs.set(firstGraph, new GpuGraph(context, session, weights, program, trainer.#slots));
    try {
      if (start !== undefined)
        for (const { name, shape, start: buffer } of trainer.#slots)
          if (buffer !== undefined) write(context.device, buffer, await takeValues(start, name, shape));
      if (moments !== undefined) await trainer.#moments.fill(moments);
      return trainer;
    } catch (error) {
      await trainer.dispose();
      throw error;
    }
  }

  async add(name: string, program: StepProgram): Promise<void> {
    const session = await this.#compile(program.bytes);
    this.#graphs.set(name, new GpuGraph(this.#context, session, this.#weights, program, this.#slots));
  }

  async step(batches: readonly Feeds[], settings: AdamwSettings, names?: readonly string[]): Promise<StepResult> {
    return (await this.begin(batches, settings, names)).result;
  }

  async begin(batches: readonly Feeds[], settings: AdamwSettings, names: readonly string[] = []): Promise<BegunStep> {
    const { device } = this.#context;
    const staging = device.createBuffer({
      size: 16 + 16 * batches.length,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    const several = batches.length > 1;
    for (let b = 0; b < batches.length; b++) {
      const graph = this.#graphs.get(names[b] ?? firstGraph)!;
      const encoder = device.createCommandEncoder();
      await graph.run(encoder, batches[b]!, settings, b);
      for (const slot of this.#slots) if (!slot.dense) encoder.clearBuffer(slot.gradient);
      const pass = encoder.beginComputePass();
      graph.addRows(pass, batches[b]!);
      if (several && b > 0) for (const add of this.#accumulators()) add(pass);
      pass.end();
      if (several && b === 0)
        for (const slot of this.#slots)
          encoder.copyBufferToBuffer(slot.gradient, 0, this.#total(slot), 0, bytesFor(slot.n));
      encoder.copyBufferToBuffer(graph.loss, 0, staging, 16 + 16 * b, 4);
      if (b === batches.length - 1) {
        this.#optimiser ??= new GpuOptimiser(device, this.#slots, this.#moments, (slot) =>
          several ? this.#total(slot) : slot.gradient,
        );
        this.#optimiser.encode(encoder, settings);
        encoder.copyBufferToBuffer(this.#optimiser.stats, 0, staging, 0, 16);
      }
      device.queue.submit([encoder.finish()]);
    }
    return { isRunning: true, result: this.#read(staging, batches.length) };
  }

  /** What a step leaves in its staging buffer, once it is done. */
  async #read(staging: GPUBuffer, batches: number): Promise<StepResult> {
    try {
      await this.#context.guard(staging.mapAsync(GPUMapMode.READ), "reading the loss");
      const values = new Float32Array(staging.getMappedRange());
      let loss = 0;
      for (let b = 0; b < batches; b++) loss += values[4 + 4 * b]!;
      return { loss, gradientNorm: values[0]!, ...(values[2] === 1 ? { skipped: true } : {}) };
    } finally {
      staging.destroy();
    }
  }

  #own(buffer: GPUBuffer): GPUBuffer {
    this.#owned.push(buffer);
    return buffer;
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

  readMoments(names?: readonly string[]): Promise<Moments> {
    return this.#context.guard(this.#moments.read(names), "reading the optimiser state");
  }

  async dispose(): Promise<void> {
    this.#optimiser?.dispose();
    this.#moments.dispose();
    for (const buffer of this.#owned) buffer.destroy();
    for (const graph of this.#graphs.values()) await graph.dispose();
  }
}
