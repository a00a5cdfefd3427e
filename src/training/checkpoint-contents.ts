/** Weights and optimiser state <-> the tensors of a checkpoint, under Hugging Face names. */
import { UnmaskError } from "../base/index.ts";
import type { StoredTensor } from "../contract/index.ts";
import { fromTensors, toFloat32, toTensors, type Parameter } from "../models/index.ts";
import type { Arrays, Moments } from "../runtime/index.ts";

export function storeTensors(parameters: readonly Parameter[], values: Arrays): StoredTensor[] {
  return toTensors(parameters, values).map(({ name, shape, data }) => ({
    name,
    type: "F32",
    shape,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
}

/** @throws training/incomplete-checkpoint naming the first tensor that is missing. */
export function readTensors(parameters: readonly Parameter[], tensors: readonly StoredTensor[], what: string): Arrays {
  const named = new Map(tensors.map((tensor) => [tensor.name, toFloat32(tensor)]));
  const { weights, missing } = fromTensors(parameters, named);
  if (missing.length > 0)
    throw new UnmaskError(
      "training/incomplete-checkpoint",
      `The checkpoint's ${what} lacks ${missing.length} tensor${missing.length === 1 ? "" : "s"}, the first is ${missing[0]!}.`,
      "Choose another checkpoint; this one was made for another kind of model.",
      { missing: missing.length },
    );
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
