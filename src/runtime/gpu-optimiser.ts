/**
 * The update on the GPU: global gradient norm, clipping factor, AdamW in place, a handful of dispatches
 * for all tensors. Settings go in as data at every step: baked into a shader or a replayed pass they
 * would silently freeze the learning rate.
 */
import { tensorNumbers } from "./adamw.ts";
import type { AdamwSettings } from "./types.ts";
import { Kernel, storageBuffer, uniformBuffer, write } from "./gpu-buffers.ts";
import { adamwKernel, clipKernel, normKernel, workgroups } from "./gpu-kernels.ts";

/** One trainable tensor on the device. */
export interface Slot {
  name: string;
  decay: boolean;
  /** Number of values. */
  n: number;
  /** Length of the last axis: a table row. */
  width: number;
  weight: GPUBuffer;
  /** Where ONNX Runtime leaves the gradient, or our own zeroed table where there are only rows. */
  gradient: GPUBuffer;
  dense: boolean;
  /** Sum over micro-batches, made when first needed. */
  total?: GPUBuffer;
  first: GPUBuffer;
  second: GPUBuffer;
  /** The weight to be pulled to, where there is one. */
  start?: GPUBuffer;
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
  /** (gradient norm, clipping factor) after `encode` has run. */
  readonly stats: GPUBuffer;
  readonly #device: GPUDevice;
  readonly #norm: Dispatch[] = [];
  readonly #clip: { uniform: GPUBuffer; run: Dispatch };
  readonly #adamw: { uniform: GPUBuffer; slots: Slot[]; run: Dispatch }[];
  readonly #partials: number;
  readonly #owned: GPUBuffer[] = [];

  constructor(device: GPUDevice, slots: readonly Slot[], gradient: (slot: Slot) => GPUBuffer) {
    this.#device = device;
    this.stats = this.#own(storageBuffer(device, 4, "stats"));
    const groups = groupSlots(device, slots, 1, 1);
    const widths = groups.map((group) => Math.max(...group.map((s) => workgroups(s.n))));
    this.#partials = groups.reduce((sum, group, i) => sum + group.length * widths[i]!, 0);
    const partials = this.#own(storageBuffer(device, this.#partials, "partials"));
    let base = 0;
    groups.forEach((group, i) => {
      const width = widths[i]!;
      const sizes = this.#own(uniformBuffer(device, 16 * group.length));
      write(device, sizes, Uint32Array.from(group.flatMap((s, k) => [s.n, base + k * width, 0, 0])));
      base += group.length * width;
      const run = new Kernel(device, normKernel(group.length), "gradient norm").bind([
        sizes,
        partials,
        ...group.map(gradient),
      ]);
      this.#norm.push((pass) => run(pass, width, group.length));
    });
    const clip = this.#own(uniformBuffer(device, 16));
    const runClip = new Kernel(device, clipKernel, "clip").bind([clip, partials, this.stats]);
    this.#clip = { uniform: clip, run: (pass) => runClip(pass, 1) };
    this.#adamw = [false, true].flatMap((pulled) => {
      const some = slots.filter(({ start }) => (start !== undefined) === pulled);
      return groupSlots(device, some, 1, pulled ? 5 : 4).map((group) => {
        const uniform = this.#own(uniformBuffer(device, 16 + (pulled ? 32 : 16) * group.length));
        const own = (s: Slot) => [
          s.weight,
          gradient(s),
          s.first,
          s.second,
          ...(s.start === undefined ? [] : [s.start]),
        ];
        const kernel = new Kernel(device, adamwKernel(group.length, pulled), "AdamW");
        const run = kernel.bind([uniform, this.stats, ...group.flatMap(own)]);
        const width = Math.max(...group.map((s) => Math.min(4096, Math.ceil(s.n / 256))));
        return { uniform, slots: group, run: (pass: GPUComputePassEncoder) => run(pass, width, group.length) };
      });
    });
  }

  encode(encoder: GPUCommandEncoder, settings: AdamwSettings): void {
    write(this.#device, this.#clip.uniform, clipWords(this.#partials, settings.clipNorm));
    for (const { uniform, slots } of this.#adamw) write(this.#device, uniform, adamwWords(settings, slots));
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

function clipWords(count: number, limit: number): Uint32Array {
  const words = new Uint32Array(4);
  words[0] = count;
  new Float32Array(words.buffer)[1] = limit;
  return words;
}

/** The uniform block of adamwKernel: four words a tensor, or eight where all have a start weight. */
function adamwWords(settings: AdamwSettings, slots: readonly Slot[]): Float32Array {
  const each = slots[0]!.start === undefined ? 4 : 8;
  const words = new Float32Array(4 + each * slots.length);
  words.set([settings.beta1, settings.beta2, settings.epsilon]);
  const bits = new Uint32Array(words.buffer);
  slots.forEach(({ n, name, decay, start }, k) => {
    const { keep, rate, root, pull } = tensorNumbers(settings, name, decay, start !== undefined);
    bits[4 + each * k] = n;
    words.set(start === undefined ? [keep, rate, root] : [keep, rate, root, pull], 5 + each * k);
  });
  return words;
}
