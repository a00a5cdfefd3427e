/**
 * Which of ONNX Runtime's dispatches we compute with kernels of our own. A dispatch is known by its shader's text: the
 * runtime writes shapes into settings, so the same text is the same kernel at every shape, and a hash of it is enough.
 * A text that is not known (another version of the runtime, another variant for another device) stays the runtime's.
 */
import { pipelineOf } from "./gpu-buffers.ts";
import {
  layerNorm,
  rowProduct,
  rowSums,
  sideBySide,
  softmax,
  swapLast,
  swapMiddle,
  type RowKernel,
} from "./gpu-row-kernels.ts";

type Settings = Readonly<Record<string, readonly number[]>>;
/** @param groups the runtime's workgroups, a row each in reductions; without a kernel it stays as it is */
type Own = (settings: Settings, groups: number) => RowKernel | undefined;

const one = (settings: Settings, name: string): number => settings[name]![0]!;

const kernels = {
  // With 64 lanes a row the runtime's last lane does what is over: nothing only where 64 divides the places.
  layerNorm: (s) => {
    const width = one(s, "norm_size");
    return (width / 4) % 64 === 0 ? undefined : layerNorm(one(s, "norm_count"), width, one(s, "epsilon"));
  },
  softmax: (s, rows) => softmax(rows, 4 * one(s, "packedCols")),
  sum: (s, rows) => rowSums(rows, one(s, "reduceSize"), 1, false),
  mean: (s, rows) => rowSums(rows, one(s, "reduceSize"), 1 / one(s, "reduceSize"), false),
  oneColumn: (s) =>
    one(s, "dim_b_outer") === 1
      ? rowSums(one(s, "dim_a_outer"), one(s, "dim_inner"), one(s, "alpha"), true)
      : undefined,
  swapMiddle: ({ output_shape: shape }) => (shape![3]! % 4 === 0 ? swapMiddle(shape!) : undefined),
  swapLast: ({ output_shape: shape }) => (shape![3]! % 4 === 0 ? swapLast(shape!) : undefined),
  oneRow: (s) =>
    one(s, "dim_a_outer") === 1 && (s["alpha"]?.[0] ?? 1) === 1
      ? rowProduct(one(s, "dim_inner"), one(s, "dim_b_outer"))
      : undefined,
  threeAlongSecond: (s) => {
    const parts = [0, 1, 2].map((k) => s[`input_${k}_shape`]!);
    const widths = parts.map(([, ...rest]) => rest.reduce((a, b) => a * b, 1));
    return widths.every((width) => width % 4 === 0) ? sideBySide(parts[0]![0]!, widths) : undefined;
  },
} satisfies Record<string, Own>;

/** Hashes of the runtime's shaders, onnxruntime-web 1.31.0-dev: gpu-recording.test.ts fails where a new version has others. */
const known = new Map<string, keyof typeof kernels>([
  ["9faff17a-3092", "layerNorm"],
  ["f84ca979-3388", "softmax"],
  ["b927dc0c-2010", "sum"],
  ["b510320c-2052", "mean"],
  ["b87a46f2-2123", "swapMiddle"],
  ["d005b20b-6372", "oneColumn"],
  ["52188784-6101", "oneRow"],
  ["b406f171-6063", "oneRow"],
  ["9717de76-2123", "swapLast"],
  ["debcf050-4223", "threeAlongSecond"],
]);
/** Those that know their rows by the runtime's workgroups only. */
const byRow = new Set<keyof typeof kernels>(["softmax", "sum", "mean"]);
export const ownKernels = Object.keys(kernels);

const read = new WeakMap<GPUDevice, Shaders>();

export class Shaders {
  readonly #device: GPUDevice;
  readonly #modules = new WeakMap<GPUShaderModule, string>();
  readonly #texts = new WeakMap<GPUComputePipeline, string>();

  /** Reads along from the first call for a device on: the runtime compiles a shader once a device, whoever opens it. */
  static of(device: GPUDevice): Shaders {
    const shaders = read.get(device) ?? new Shaders(device);
    read.set(device, shaders);
    return shaders;
  }

  private constructor(device: GPUDevice) {
    this.#device = device;
    const { createShaderModule, createComputePipeline, createComputePipelineAsync } = device;
    const note = (pipeline: GPUComputePipeline, { compute }: GPUComputePipelineDescriptor): GPUComputePipeline => {
      const text = this.#modules.get(compute.module);
      if (text !== undefined) this.#texts.set(pipeline, text);
      return pipeline;
    };
    device.createShaderModule = (descriptor) => {
      const module = createShaderModule.call(device, descriptor);
      this.#modules.set(module, descriptor.code);
      return module;
    };
    device.createComputePipeline = (descriptor) => note(createComputePipeline.call(device, descriptor), descriptor);
    device.createComputePipelineAsync = async (descriptor) =>
      note(await createComputePipelineAsync.call(device, descriptor), descriptor);
  }

  /** Our pipeline and its workgroups for what `pipeline` does with these settings. */
  substitute(
    pipeline: GPUComputePipeline,
    settings: Uint8Array,
    [x, y, z]: readonly [number, number, number],
  ): { pipeline: GPUComputePipeline; groups: number } | undefined {
    const text = this.#texts.get(pipeline);
    const name = text === undefined ? undefined : known.get(hashOf(text));
    if (name === undefined || (byRow.has(name) && y * z !== 1)) return undefined;
    const own: Own = kernels[name];
    const kernel = own(readSettings(text!, settings), x);
    if (kernel === undefined || kernel.groups > this.#device.limits.maxComputeWorkgroupsPerDimension) return undefined;
    return { pipeline: pipelineOf(this.#device, kernel.code, `own ${name}`), groups: kernel.groups };
  }
}

/** FNV-1a of what a shader computes: without extensions that it asks for and the rank of shapes that it does not use. */
export function hashOf(text: string): string {
  const said = text.replace(/^enable .*\n|^.*@builtin\(subgroup_.*\n|^alias \w+_indices_t = .*\n/gm, "");
  let hash = 0x811c9dc5;
  for (let i = 0; i < said.length; i++) hash = Math.imul(hash ^ said.charCodeAt(i), 0x01000193) >>> 0;
  return `${hash.toString(16)}-${said.length}`;
}

/** The values of `struct Uniforms`, by WGSL's layout of 32-bit numbers and vectors of them. */
export function readSettings(text: string, bytes: Uint8Array): Settings {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const settings: Record<string, number[]> = {};
  let at = 0;
  const fields = /struct Uniforms \{([^}]*)\}/.exec(text)?.[1] ?? "";
  for (const [, name, width = "1", type] of fields.matchAll(/(\w+): (?:vec(\d)<)?([uif]32)/g)) {
    const align = width === "1" ? 4 : width === "2" ? 8 : 16;
    at = Math.ceil(at / align) * align;
    settings[name!] = Array.from({ length: Number(width) }, (_, i) =>
      type === "f32" ? view.getFloat32(at + 4 * i, true) : view.getUint32(at + 4 * i, true),
    );
    at += 4 * Number(width);
  }
  return settings;
}
