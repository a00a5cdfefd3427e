/** Tensors that lie somewhere, all fetched: tests compare them whole. */
import type { StoredWeight } from "../../src/contract/index.ts";
import type { WeightTensor } from "../../src/models/index.ts";

export async function readAll(tensors: ReadonlyMap<string, StoredWeight>): Promise<Map<string, WeightTensor>> {
  const all = new Map<string, WeightTensor>();
  for (const [name, { type, shape, read }] of tensors) all.set(name, { type, shape, data: await read() });
  return all;
}
