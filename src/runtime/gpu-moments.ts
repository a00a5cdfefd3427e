/**
 * AdamW's two moments on the GPU. Those of several tensors lie in one pair of buffers, because a shader may bind few
 * (10 on many devices): so a dispatch updates four tensors there, and not two. Knows no kernel.
 */
import { bytesFor, readBuffers, storageBuffer, write } from "./gpu-buffers.ts";
import { takeValues } from "./host-weights.ts";
import type { Arrays, Moments, MomentSource } from "./types.ts";

export interface MomentTensor {
  name: string;
  /** Number of values. */
  n: number;
  /** The weight to be pulled to, where there is one. */
  start?: GPUBuffer;
}
/** Tensors that are updated together: tensor k's moments begin at `places[k]` (in values) of both buffers. */
export interface MomentGroup<T> {
  tensors: T[];
  /** All of them have a start weight, or none has. */
  pulled: boolean;
  places: number[];
  first: GPUBuffer;
  second: GPUBuffer;
}

/** Bindings of an update besides a tensor's own (weight, gradient, start): the two moments. */
const SHARED_BINDINGS = 2;
const MOST_TENSORS = 16;

export class GpuMoments<T extends MomentTensor> {
  readonly groups: MomentGroup<T>[];
  readonly #device: GPUDevice;

  /** All zeros. */
  constructor(device: GPUDevice, tensors: readonly T[]) {
    this.#device = device;
    const alike = [false, true].flatMap((pulled) =>
      inGroups(
        device,
        tensors.filter(({ start }) => (start !== undefined) === pulled),
        pulled ? 3 : 2,
      ),
    );
    this.groups = alike.map((group) => {
      const places: number[] = [];
      const values = group.reduce((end, { n }) => (places.push(end), end + padded(n)), 0);
      return {
        tensors: group,
        pulled: group[0]!.start !== undefined,
        places,
        first: storageBuffer(device, values, "first moments"),
        second: storageBuffer(device, values, "second moments"),
      };
    });
  }

  /** From a run that goes on; a tensor that they do not name keeps its zeros. */
  async fill(moments: MomentSource): Promise<void> {
    for (const { tensors, places, first, second } of this.groups)
      for (const [k, { name, n }] of tensors.entries()) {
        if (!moments.first.has(name)) continue;
        write(this.#device, first, await takeValues(moments.first, name, [n]), 4 * places[k]!);
        write(this.#device, second, await takeValues(moments.second, name, [n]), 4 * places[k]!);
      }
  }

  async read(names?: readonly string[]): Promise<Moments> {
    const wanted = names === undefined ? undefined : new Set(names);
    const places = this.groups.flatMap((group) =>
      group.tensors.flatMap(({ name, n }, k) =>
        wanted?.has(name) === false ? [] : [{ group, name, values: n, at: 4 * group.places[k]! }],
      ),
    );
    const read = async (pick: (group: MomentGroup<T>) => GPUBuffer): Promise<Arrays> => {
      const sources = places.map(({ group, values, at }) => ({ buffer: pick(group), values, at }));
      const data = await readBuffers(this.#device, sources);
      return new Map(places.map(({ name }, i) => [name, data[i]!]));
    };
    return { first: await read(({ first }) => first), second: await read(({ second }) => second) };
  }

  dispose(): void {
    for (const { first, second } of this.groups) for (const buffer of [first, second]) buffer.destroy();
  }
}

/** Every tensor begins at a whole 16 bytes, as copies between buffers need it. */
const padded = (n: number): number => bytesFor(n) / 4;

/** Alike sizes together, since a dispatch is as wide as its largest tensor; as many as bindings and buffer sizes allow. */
function inGroups<T extends MomentTensor>(device: GPUDevice, tensors: readonly T[], bindings: number): T[][] {
  const { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  const room = Math.min(MOST_TENSORS, Math.floor((maxStorageBuffersPerShaderStage - SHARED_BINDINGS) / bindings));
  const most = Math.min(maxStorageBufferBindingSize, maxBufferSize) / 4;
  const groups: T[][] = [];
  let values = 0;
  for (const tensor of [...tensors].sort((a, b) => b.n - a.n)) {
    const last = groups.at(-1);
    if (last === undefined || last.length >= room || values + padded(tensor.n) > most) {
      groups.push([tensor]);
      values = 0;
    } else last.push(tensor);
    values += padded(tensor.n);
  }
  return groups;
}
