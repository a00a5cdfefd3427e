/** Weights and optimiser state <-> the tensors of a checkpoint, under Hugging Face names. */
import { UnmaskError } from "../base/index.ts";
import type { StoredTensor, TensorSource } from "../contract/index.ts";
import { fromTensors, toFloat32, toTensors, weightReader, type Parameter } from "../models/index.ts";
import type { Arrays, Moments, MomentSource, WeightSource } from "../runtime/index.ts";

/** A run's tensors, each fetched from the device when it is asked for. */
export interface RunTensors {
  parameters: readonly Parameter[];
  weight(name: string): Promise<Float32Array>;
  /** Of a parameter that learns; undefined of another. */
  learns(name: string): boolean;
  moments(name: string): Promise<{ first: Float32Array; second: Float32Array }>;
}

/** Under Hugging Face names; a parameter with several tensors is fetched once for all of them, as they are in turn. */
function sources(parameters: readonly Parameter[], fetch: (name: string) => Promise<Float32Array>): TensorSource[] {
  let last: { name: string; data: Float32Array } | undefined;
  return parameters.flatMap(({ name, parts }) => {
    let end = 0;
    return parts.map(({ name: tensor, shape }): TensorSource => {
      const start = end;
      end += shape.reduce((a, b) => a * b, 1);
      const stop = end;
      const read = async (): Promise<Uint8Array> => {
        if (last?.name !== name) {
          last = undefined;
          last = { name, data: await fetch(name) };
        }
        return bytesOf(last.data.subarray(start, stop));
      };
      return { name: tensor, type: "F32", shape, read };
    });
  });
}

export const weightSources = ({ parameters, weight }: RunTensors): TensorSource[] => sources(parameters, weight);

export function momentSources({ parameters, learns, moments }: RunTensors): {
  first: TensorSource[];
  second: TensorSource[];
} {
  const trained = parameters.filter(({ name }) => learns(name));
  return {
    first: sources(trained, async (name) => (await moments(name)).first),
    second: sources(trained, async (name) => (await moments(name)).second),
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const incomplete = (what: string, missing: readonly string[]): UnmaskError =>
  new UnmaskError(
    "training/incomplete-checkpoint",
    `The checkpoint's ${what} lacks ${missing.length} tensor${missing.length === 1 ? "" : "s"}, the first is ${missing[0]!}.`,
    "Choose another checkpoint; this one was made for another kind of model.",
    { missing: missing.length },
  );

/** As `readTensors`, each read when it is asked for. @throws training/incomplete-checkpoint */
export function openTensors(
  parameters: readonly Parameter[],
  tensors: readonly TensorSource[],
  what: string,
): WeightSource {
  const { weights, missing } = weightReader(parameters, new Map(tensors.map((tensor) => [tensor.name, tensor])));
  if (missing.length > 0) throw incomplete(what, missing);
  return weights;
}

export function openMoments(
  parameters: readonly Parameter[],
  first: readonly TensorSource[],
  second: readonly TensorSource[],
): MomentSource {
  return {
    first: openTensors(parameters, first, "first moment"),
    second: openTensors(parameters, second, "second moment"),
  };
}

export function storeTensors(parameters: readonly Parameter[], values: Arrays): StoredTensor[] {
  return toTensors(parameters, values).map(({ name, shape, data }) => ({
    name,
    type: "F32",
    shape,
    data: bytesOf(data),
  }));
}

/** @throws training/incomplete-checkpoint naming the first tensor that is missing. */
export function readTensors(parameters: readonly Parameter[], tensors: readonly StoredTensor[], what: string): Arrays {
  const named = new Map(tensors.map((tensor) => [tensor.name, toFloat32(tensor)]));
  const { weights, missing } = fromTensors(parameters, named);
  if (missing.length > 0) throw incomplete(what, missing);
  return weights;
}

export function storeMoments(
  parameters: readonly Parameter[],
  moments: Moments,
): { first: StoredTensor[]; second: StoredTensor[] } {
  const trained = parameters.filter(({ name }) => moments.first.has(name));
  return { first: storeTensors(trained, moments.first), second: storeTensors(trained, moments.second) };
}

export function readMoments(parameters: readonly Parameter[], first: StoredTensor[], second: StoredTensor[]): Moments {
  return {
    first: readTensors(parameters, first, "first moment"),
    second: readTensors(parameters, second, "second moment"),
  };
}
