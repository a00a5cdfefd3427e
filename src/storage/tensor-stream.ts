/**
 * A checkpoint's tensors as one byte stream, and back: weights, then Adam's first and second moments,
 * each in the order given. The table in the manifest says where one ends and the next begins. Pure.
 */
import { UnmaskError } from "../base/index.ts";
import type { Checkpoint, CheckpointSource, StoredTensor, TensorSource, TensorType } from "../contract/index.ts";

export const tensorGroups = ["weights", "firstMoment", "secondMoment"] as const;
export type TensorGroup = (typeof tensorGroups)[number];

export interface TensorEntry {
  group: TensorGroup;
  name: string;
  type: TensorType;
  shape: number[];
  sizeBytes: number;
}

const bytesOf: Record<TensorType, number> = { F32: 4, F16: 2 };

const sizeOf = ({ type, shape }: Pick<TensorEntry, "type" | "shape">): number =>
  shape.reduce((product, size) => product * size, bytesOf[type]);

export function tensorTable(checkpoint: Checkpoint | CheckpointSource): TensorEntry[] {
  return tensorGroups.flatMap((group) =>
    checkpoint[group].map(({ name, type, shape }) => ({
      ...{ group, name, type, shape: [...shape] },
      sizeBytes: sizeOf({ type, shape }),
    })),
  );
}

/** A tensor's bytes, in memory or fetched now. @throws storage/bad-tensor when they do not fit its shape */
export async function tensorBytes(tensor: StoredTensor | TensorSource): Promise<Uint8Array> {
  const data = "data" in tensor ? tensor.data : await tensor.read();
  const expected = sizeOf(tensor);
  if (data.byteLength === expected) return data;
  throw new UnmaskError(
    "storage/bad-tensor",
    `The tensor ${tensor.name} of shape ${tensor.shape.join("x")} should have ${expected} bytes, but has ${data.byteLength}.`,
    "This is a fault of ours: the run's last checkpoint is not touched.",
  );
}

/** Fills new tensors from the stream; the stream must be exactly as long as the table says. */
export async function readTensors(
  table: TensorEntry[],
  stream: AsyncIterable<Uint8Array>,
  fail: (fact: string) => Error,
): Promise<Record<TensorGroup, StoredTensor[]>> {
  const result: Record<TensorGroup, StoredTensor[]> = { weights: [], firstMoment: [], secondMoment: [] };
  const tensors = table.map(({ group, name, type, shape, sizeBytes }) => {
    const tensor: StoredTensor = { name, type, shape: [...shape], data: new Uint8Array(sizeBytes) };
    result[group].push(tensor);
    return tensor.data;
  });
  let current = 0;
  let filled = 0;
  for await (const bytes of stream) {
    for (let at = 0; at < bytes.length;) {
      while (current < tensors.length && filled === tensors[current]!.length) {
        current++;
        filled = 0;
      }
      const target = tensors[current];
      if (target === undefined) throw fail("it has more bytes than its tensors");
      const take = Math.min(bytes.length - at, target.length - filled);
      target.set(bytes.subarray(at, at + take), filled);
      filled += take;
      at += take;
    }
  }
  const complete = tensors.every((data, index) => index < current || (index === current ? filled : 0) === data.length);
  if (!complete) throw fail("it has fewer bytes than its tensors");
  return result;
}

/** The table's tensors, each to be read from its place in the stream. */
export function tensorSources(
  table: readonly TensorEntry[],
  read: (start: number, end: number) => Promise<Uint8Array>,
): Record<TensorGroup, TensorSource[]> {
  const result: Record<TensorGroup, TensorSource[]> = { weights: [], firstMoment: [], secondMoment: [] };
  let at = 0;
  for (const { group, name, type, shape, sizeBytes } of table) {
    const start = at;
    at += sizeBytes;
    result[group].push({ name, type, shape: [...shape], read: () => read(start, start + sizeBytes) });
  }
  return result;
}
