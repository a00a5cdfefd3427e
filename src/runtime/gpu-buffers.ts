/** Small helpers over a GPUDevice: buffers of whole 16 bytes, compute pipelines, one pass of several kernels. */
export const bytesFor = (values: number): number => Math.max(16, Math.ceil((values * 4) / 16) * 16);

/** Values of a tensor whose rows are up to the next multiple of 4: the room for what a graph may pad (`StepProgram.padded`). */
export const paddedSize = ([rows = 1, ...rest]: readonly number[]): number =>
  rest.reduce((a, b) => a * b, 4 * Math.ceil(rows / 4));

export function storageBuffer(device: GPUDevice, values: number, label: string): GPUBuffer {
  return device.createBuffer({
    label,
    size: bytesFor(values),
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
}

export function uniformBuffer(device: GPUDevice, bytes: number): GPUBuffer {
  return device.createBuffer({
    size: Math.ceil(bytes / 16) * 16,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
}

/** writeBuffer, copying first where the data lies in shared memory, which it refuses. */
export function write(device: GPUDevice, buffer: GPUBuffer, data: ArrayBufferView, at = 0): void {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const shared = typeof SharedArrayBuffer === "function" && data.buffer instanceof SharedArrayBuffer;
  device.queue.writeBuffer(buffer, at, shared ? new Uint8Array(bytes) : (bytes as Uint8Array<ArrayBuffer>));
}

/** A device's pipelines by their code: compiled once, whoever asks again. */
const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();

export function pipelineOf(device: GPUDevice, code: string, label: string): GPUComputePipeline {
  let known = pipelines.get(device);
  if (known === undefined) pipelines.set(device, (known = new Map()));
  let pipeline = known.get(code);
  if (pipeline === undefined) {
    const module = device.createShaderModule({ code, label });
    pipeline = device.createComputePipeline({ label, layout: "auto", compute: { module, entryPoint: "main" } });
    known.set(code, pipeline);
  }
  return pipeline;
}

export class Kernel {
  readonly #pipeline: GPUComputePipeline;
  readonly #device: GPUDevice;
  constructor(device: GPUDevice, code: string, label: string) {
    this.#device = device;
    this.#pipeline = pipelineOf(device, code, label);
  }
  bind(buffers: readonly GPUBuffer[]): (pass: GPUComputePassEncoder, x: number, y?: number) => void {
    const group = this.#device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    return (pass, x, y = 1) => {
      pass.setPipeline(this.#pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(x, y);
    };
  }
}

interface BufferPlace {
  buffer: GPUBuffer;
  values: number;
  /** Byte to begin at. */
  at?: number;
}

/** Bytes mapped at once: a map costs a wait, and a staging buffer as large as a model costs a copy of it. */
const STAGING_BYTES = 64 * 2 ** 20;

/** The values of several buffers. */
export async function readBuffers(device: GPUDevice, sources: readonly BufferPlace[]): Promise<Float32Array[]> {
  const groups: BufferPlace[][] = [[]];
  let room = STAGING_BYTES;
  for (const source of sources) {
    const bytes = bytesFor(source.values);
    if (bytes > room && groups.at(-1)!.length > 0) {
      groups.push([]);
      room = STAGING_BYTES;
    }
    groups.at(-1)!.push(source);
    room -= bytes;
  }
  const all: Float32Array[] = [];
  for (const group of groups) all.push(...(await readGroup(device, group)));
  return all;
}

async function readGroup(device: GPUDevice, sources: readonly BufferPlace[]): Promise<Float32Array[]> {
  const total = sources.reduce((sum, s) => sum + bytesFor(s.values), 0);
  const staging = device.createBuffer({
    size: Math.max(16, total),
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const encoder = device.createCommandEncoder();
  let offset = 0;
  for (const { buffer, values, at = 0 } of sources) {
    encoder.copyBufferToBuffer(buffer, at, staging, offset, bytesFor(values));
    offset += bytesFor(values);
  }
  device.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(GPUMapMode.READ);
    const all = staging.getMappedRange();
    offset = 0;
    return sources.map(({ values }) => {
      const data = new Float32Array(all, offset, values).slice();
      offset += bytesFor(values);
      return data;
    });
  } finally {
    staging.destroy();
  }
}
