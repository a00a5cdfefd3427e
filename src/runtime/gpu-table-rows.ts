/**
 * The gradients that lookups send back, added to their tables on the GPU: rows sorted by table row, one workgroup a
 * table row, so no atomics and the same sum on every run. All tables share a dispatch where the bindings allow it.
 */
import { Kernel, storageBuffer, uniformBuffer, write } from "./gpu-buffers.ts";
import { addRowsKernel } from "./gpu-kernels.ts";
import type { Feeds } from "./types.ts";

export interface RowTable {
  /** Name of the feed with the table row of each looked-up row (N). */
  indices: string;
  /** The first row of a larger table that this one holds, and how many: other rows are others' part. */
  from?: number;
  size?: number;
  /** Rows looked up a run: N. */
  count: number;
  /** Values a row. */
  width: number;
  gradient: GPUBuffer;
  /** (N, width), as the graph gives them. */
  rows: GPUBuffer;
}

/** Bindings of a dispatch besides two a table. */
const SHARED_BINDINGS = 2;
const MOST_WORKGROUPS = 32_768;

export class GpuTableRows {
  readonly #groups: TableGroup[];
  constructor(device: GPUDevice, tables: readonly RowTable[]) {
    const room = Math.max(1, Math.floor((device.limits.maxStorageBuffersPerShaderStage - SHARED_BINDINGS) / 2));
    const groups = Array.from({ length: Math.ceil(tables.length / room) }, (_, i) =>
      tables.slice(i * room, (i + 1) * room),
    );
    this.#groups = groups.map((group) => new TableGroup(device, group));
  }
  encode(pass: GPUComputePassEncoder, feeds: Feeds): void {
    for (const group of this.#groups) group.encode(pass, feeds);
  }
  dispose(): void {
    for (const group of this.#groups) group.dispose();
  }
}

class TableGroup {
  readonly #device: GPUDevice;
  readonly #tables: readonly RowTable[];
  readonly #sizes: GPUBuffer;
  readonly #order: GPUBuffer;
  readonly #segments: GPUBuffer;
  readonly #scratch: Uint32Array;
  readonly #run: (pass: GPUComputePassEncoder, x: number, y?: number) => void;

  constructor(device: GPUDevice, tables: readonly RowTable[]) {
    this.#device = device;
    this.#tables = tables;
    const total = tables.reduce((sum, { count }) => sum + count, 0);
    this.#scratch = new Uint32Array(total);
    this.#sizes = uniformBuffer(device, 16 * tables.length);
    this.#order = storageBuffer(device, total, "order");
    this.#segments = storageBuffer(device, 2 * (total + tables.length), "segments");
    const kernel = new Kernel(device, addRowsKernel(tables.length), "add rows");
    const buffers = tables.flatMap(({ gradient, rows }) => [gradient, rows]);
    this.#run = kernel.bind([this.#sizes, this.#order, this.#segments, ...buffers]);
  }

  encode(pass: GPUComputePassEncoder, feeds: Feeds): void {
    const sizes = new Uint32Array(4 * this.#tables.length);
    const segments: Uint32Array[] = [];
    let [place, first, most] = [0, 0, 1];
    this.#tables.forEach(({ indices, count, width, from, size }, k) => {
      const looked = feeds.get(indices)!.data as Int32Array;
      const found = sortRows(looked, this.#scratch.subarray(place, place + count), from, size);
      for (let i = 1; i < found.length; i += 2) found[i] = found[i]! + place;
      const rows = found.length / 2 - 1;
      sizes.set([width, rows, first], 4 * k);
      segments.push(found);
      most = Math.max(most, rows);
      place += count;
      first += rows + 1;
    });
    const all = new Uint32Array(2 * first);
    let at = 0;
    for (const one of segments) {
      all.set(one, at);
      at += one.length;
    }
    write(this.#device, this.#sizes, sizes);
    write(this.#device, this.#order, this.#scratch);
    write(this.#device, this.#segments, all);
    this.#run(pass, Math.min(most, MOST_WORKGROUPS), this.#tables.length);
  }

  dispose(): void {
    for (const buffer of [this.#sizes, this.#order, this.#segments]) buffer.destroy();
  }
}

/**
 * Sorts looked-up rows by table row, so that each table row is summed by one workgroup. Of a table's part only the
 * `size` rows from `from` on count, and are numbered from there.
 * @returns order (N) and segments (S + 1 pairs: table row, first place in order).
 */
export function sortRows(indices: Int32Array, order: Uint32Array, from = 0, size = Infinity): Uint32Array {
  const key = (row: number, n: number): number => (row - from) * 0x100000 + n; // stable by n: N < 2^20
  const all = Float64Array.from(indices, key);
  const keyed = all.filter((k) => k >= 0 && k < size * 0x100000).sort();
  const segments: number[] = [];
  let last = -1;
  for (let k = 0; k < keyed.length; k++) {
    const row = Math.floor(keyed[k]! / 0x100000);
    order[k] = keyed[k]! % 0x100000;
    if (row !== last) segments.push(row, k);
    last = row;
  }
  segments.push(0, keyed.length);
  return Uint32Array.from(segments);
}
