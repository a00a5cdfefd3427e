/**
 * The update on the GPU: global gradient norm, clipping factor and loss scale, AdamW in place, a handful of dispatches
 * for all tensors. Settings go in as data at every step: baked into a shader or a replayed pass they
 * would silently freeze the learning rate.
 */
import { tensorNumbers } from "./adamw.ts";
import { Kernel, storageBuffer, uniformBuffer, write } from "./gpu-buffers.ts";
import { adamwKernel, clipKernel, normKernel, normWorkgroups } from "./gpu-kernels.ts";
import type { GpuMoments, MomentGroup, MomentTensor } from "./gpu-moments.ts";
import type { AdamwSettings } from "./types.ts";

/** One trainable tensor on the device. */
export interface Slot extends MomentTensor {
  shape: readonly number[];
  decay: boolean;
  /** Length of the last axis: a table row. */
  width: number;
  weight: GPUBuffer;
  /** Where ONNX Runtime leaves the gradient, or our own zeroed table where there are only rows. */
  gradient: GPUBuffer;
  dense: boolean;
  /** Sum over micro-batches, made when first needed. */
  total?: GPUBuffer;
}
export type Dispatch = (pass: GPUComputePassEncoder) => void;

/** Slots in groups that fit the device's storage bindings: `shared` bindings a group, `each` a slot. */
export function groupSlots(device: GPUDevice, slots: readonly Slot[], shared: number, each: number): Slot[][] {
  const limit = device.limits.maxStorageBuffersPerShaderStage;
  const room = Math.max(1, Math.min(16, Math.floor((limit - shared) / each)));
  // Alike sizes together: a group's dispatch is as wide as its largest tensor.
  const sorted = [...slots].sort((a, b) => b.n - a.n);
  return Array.from({ length: Math.ceil(sorted.length / room) }, (_, i) => sorted.slice(i * room, (i + 1) * room));
}

export class GpuOptimiser {
  /** (gradient norm, factor for the gradients, 1 = the update was skipped) after `encode` has run. */
  readonly stats: GPUBuffer;
  readonly #device: GPUDevice;
  readonly #norm: Dispatch[] = [];
  readonly #clip: { uniform: GPUBuffer; run: Dispatch };
  readonly #adamw: { uniform: GPUBuffer; group: MomentGroup<Slot>; run: Dispatch }[];
  readonly #partials: number;
  readonly #owned: GPUBuffer[] = [];

  constructor(
    device: GPUDevice,
    slots: readonly Slot[],
    moments: GpuMoments<Slot>,
    gradient: (slot: Slot) => GPUBuffer,
  ) {
    this.#device = device;
    this.stats = this.#own(statsBuffer(device));
    const groups = groupSlots(device, slots, 1, 1);
    const widths = groups.map((group) => normWorkgroups(group.reduce((sum, { n }) => sum + n, 0)));
    this.#partials = widths.reduce((sum, width) => sum + width, 0);
    const partials = this.#own(storageBuffer(device, this.#partials, "partials"));
    let base = 0;
    groups.forEach((group, i) => {
      const width = widths[i]!;
      const sizes = this.#own(uniformBuffer(device, 16 + 16 * group.length));
      write(device, sizes, Uint32Array.from([base, 0, 0, 0, ...group.flatMap(({ n }) => [n, 0, 0, 0])]));
      base += width;
      const kernel = new Kernel(device, normKernel(group.length), "gradient norm");
      const run = kernel.bind([sizes, partials, ...group.map(gradient)]);
      this.#norm.push((pass) => run(pass, width));
    });
    const clip = this.#own(uniformBuffer(device, 16));
    const runClip = new Kernel(device, clipKernel, "clip").bind([clip, partials, this.stats]);
    this.#clip = { uniform: clip, run: (pass) => runClip(pass, 1) };
    this.#adamw = moments.groups.map((group) => {
      const { tensors, pulled, first, second } = group;
      const uniform = this.#own(uniformBuffer(device, 16 + 32 * tensors.length));
      const kernel = new Kernel(device, adamwKernel(tensors.length, pulled), "AdamW");
      const own = (s: Slot) => [s.weight, gradient(s), ...(s.start === undefined ? [] : [s.start])];
      const run = kernel.bind([uniform, this.stats, first, second, ...tensors.flatMap(own)]);
      // Each tensor gets as many workgroups as the largest: beyond 256 the empty ones cost more (lavapipe, tiny: 66 ms, then 10).
      const width = Math.max(...tensors.map(({ n }) => Math.min(256, Math.ceil(n / 256))));
      return { uniform, group, run: (pass) => run(pass, width, tensors.length) };
    });
  }

  encode(encoder: GPUCommandEncoder, settings: AdamwSettings): void {
    write(this.#device, this.#clip.uniform, clipWords(this.#partials, settings));
    for (const { uniform, group } of this.#adamw) write(this.#device, uniform, adamwWords(settings, group));
    const pass = encoder.beginComputePass();
    for (const run of this.#norm) run(pass);
    this.#clip.run(pass);
    for (const { run } of this.#adamw) run(pass);
    pass.end();
  }

  dispose(): void {
    for (const buffer of this.#owned) buffer.destroy();
  }
  #own(buffer: GPUBuffer): GPUBuffer {
    this.#owned.push(buffer);
    return buffer;
  }
}

function clipWords(count: number, { clipNorm, lossScale }: AdamwSettings): Uint32Array {
  const words = new Uint32Array(4);
  words[0] = count;
  new Float32Array(words.buffer).set([clipNorm, 1 / (lossScale ?? 1)], 1);
  words[3] = lossScale === undefined ? 0 : 1;
  return words;
}

/** The uniform block of adamwKernel: eight words a tensor. */
function adamwWords(settings: AdamwSettings, { tensors, places, pulled }: MomentGroup<Slot>): Float32Array {
  const words = new Float32Array(4 + 8 * tensors.length);
  words.set([settings.beta1, settings.beta2, settings.epsilon]);
  const bits = new Uint32Array(words.buffer);
  tensors.forEach(({ n, name, decay }, k) => {
    const { keep, rate, root, pull } = tensorNumbers(settings, name, decay, pulled);
    const at = 4 + 8 * k;
    bits[at] = n;
    words.set([keep, rate, root], at + 1);
    bits[at + 4] = places[k]!;
    words[at + 5] = pull;
  });
  return words;
}

/** Written by one kernel, read by the next as settings are: so it takes none of the few storage bindings. */
function statsBuffer(device: GPUDevice): GPUBuffer {
  const { STORAGE, UNIFORM, COPY_SRC } = GPUBufferUsage;
  return device.createBuffer({ label: "stats", size: 16, usage: STORAGE | UNIFORM | COPY_SRC });
}
