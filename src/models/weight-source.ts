/**
 * A model's stored tensors as the graph's parameters, each fetched and converted when it is asked for and kept by
 * nobody: the way from a file to a device without a copy of the whole on it. Knows no file format: see formats/.
 */
import type { StoredWeight } from "../contract/index.ts";
import { toFloat32, type WeightTensor } from "./formats/floats.ts";
import { sizeOf, type Parameter } from "./parameter.ts";
import { joined, matched, wrongShape } from "./state-dict.ts";

/** As the runtime takes weights. */
export interface WeightReader {
  has(name: string): boolean;
  get(name: string): Promise<Float32Array | undefined>;
}

/** A tensor that lies in memory anyway, as one to be read. */
export const inMemory = ({ type, shape, data }: WeightTensor): StoredWeight => ({
  ...{ type, shape },
  read: () => Promise.resolve(data),
});

/**
 * Nothing is read yet. A parameter with a missing part is left out; whatever no parameter needs is not looked at.
 * @returns missing: Hugging Face names that the parameters need and the tensors lack
 * @throws models/wrong-shape when a tensor has another number of elements than the configuration says
 */
export function weightReader(
  parameters: readonly Parameter[],
  tensors: ReadonlyMap<string, StoredWeight>,
): { weights: WeightReader; missing: string[] } {
  const { found } = matched(parameters, tensors);
  const parts = new Map<string, StoredWeight[]>();
  const missing: string[] = [];
  for (const parameter of parameters) {
    const stored = parameter.parts.map(({ name, shape }) => {
      const tensor = found.get(name);
      if (tensor === undefined) missing.push(name);
      else if (sizeOf(tensor.shape) !== sizeOf(shape)) throw wrongShape(name, shape, sizeOf(tensor.shape));
      return tensor;
    });
    if (!stored.includes(undefined)) parts.set(parameter.name, stored as StoredWeight[]);
  }
  const get = async (name: string): Promise<Float32Array | undefined> => {
    const stored = parts.get(name);
    if (stored === undefined) return undefined;
    const read: Float32Array[] = [];
    for (const { type, read: fetch } of stored) read.push(toFloat32({ type, data: await fetch() }));
    return joined(read);
  };
  return { weights: { has: (name) => parts.has(name), get }, missing };
}
