/**
 * Which of ONNX Runtime's dispatches we compute with kernels of our own. A dispatch is known by its shader's text: the
 * runtime writes shapes into settings, so the same text is the same kernel at every shape, and a hash of it is enough.
 * A text that is not known (another version of the runtime, another variant for another device) stays the runtime's.
 */
import { rowProduct, sideBySide, swapLast, swapMiddle, type RowKernel } from "./gpu-row-kernels.ts";
import { rowOpNames } from "./gpu-row-ops.ts";
import { hashOf, readSettings, type Settings } from "./gpu-shader-texts.ts";

/** Without a kernel it stays as it is. */
type Own = (settings: Settings) => RowKernel | undefined;

const one = (settings: Settings, name: string): number => settings[name]![0]!;

const kernels = {
  swapMiddle: ({ output_shape: shape }) => (shape![3]! % 4 === 0 ? swapMiddle(shape!) : undefined),
  swapLast: ({ output_shape: shape }) => (shape![3]! % 4 === 0 ? swapLast(shape!) : undefined),
  oneRow: (s) =>
    one(s, "dim_a_outer") === 1
      ? rowProduct(one(s, "dim_inner"), one(s, "dim_b_outer"), s["alpha"]?.[0] ?? 1)
      : undefined,
  threeAlongSecond: (s) => {
    const parts = [0, 1, 2].map((k) => s[`input_${k}_shape`]!);
    const widths = parts.map(([, ...rest]) => rest.reduce((a, b) => a * b, 1));
    return widths.every((width) => width % 4 === 0) ? sideBySide(parts[0]![0]!, widths) : undefined;
  },
} satisfies Record<string, Own>;

/** Hashes of the runtime's shaders, onnxruntime-web 1.31.0-dev: gpu-recording.test.ts fails where a new version has others. */
const known = new Map<string, keyof typeof kernels>([
  ["b87a46f2-2123", "swapMiddle"],
  ["52188784-6101", "oneRow"],
  ["b406f171-6063", "oneRow"],
  ["9717de76-2123", "swapLast"],
  ["debcf050-4223", "threeAlongSecond"],
]);
export const ownKernelNames = [...Object.keys(kernels), ...rowOpNames];

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

  textOf(pipeline: GPUComputePipeline): string | undefined {
    return this.#texts.get(pipeline);
  }

  /** Our kernel and its name for what the shader does with these settings, where no row op says it (gpu-row-ops.ts). */
  substitute(text: string, settings: Uint8Array): (RowKernel & { name: string }) | undefined {
    const name = known.get(hashOf(text));
    if (name === undefined) return undefined;
    const own: Own = kernels[name];
    const kernel = own(readSettings(text, settings));
    const isTooWide = kernel !== undefined && kernel.groups > this.#device.limits.maxComputeWorkgroupsPerDimension;
    return kernel === undefined || isTooWide ? undefined : { ...kernel, name };
  }
}
