/** A ModelRef -> the model itself, wherever it lives. Keeps the last two: base and tuned are asked for in turn. */
import {
  bundledModels,
  type CheckpointMeta,
  type ModelRef,
  type ModelSummary,
  type OnProgress,
  type StoredTensor,
  type StoredWeight,
  type TensorSource,
} from "../../src/contract/index.ts";
import {
  adaptersAmong,
  adapterScale,
  defaultHubHost,
  layoutOf,
  loadBundled,
  loadHub,
  mergeAdapters,
  modelNotices,
  tokenizerId,
  type LoadedModel,
} from "../../src/models/index.ts";
import { loadCheckpointMeta, openCheckpoint } from "../../src/storage/index.ts";
import { bundledModel } from "./paths.ts";

/** A stored model remembers its checkpoint's own record, for the model card. */
export type OpenModel = LoadedModel & { meta?: CheckpointMeta };

const kept = new Map<string, OpenModel>();
const most = 2;

export async function openModel(ref: ModelRef, onProgress: OnProgress): Promise<OpenModel> {
  const key = JSON.stringify(ref);
  const known = kept.get(key);
  if (known !== undefined) return ref.kind === "stored" ? renamed(known, ref.id) : known;
  const model = await load(ref, onProgress);
  kept.set(key, model);
  if (kept.size > most) kept.delete([...kept.keys()][0]!);
  return model;
}

/** Its name may have changed since, and it may have been deleted: then this throws as loading would. */
async function renamed(model: OpenModel, id: string): Promise<OpenModel> {
  const meta = await loadCheckpointMeta(id);
  return { ...model, name: meta.name, meta };
}

function load(ref: ModelRef, onProgress: OnProgress): Promise<OpenModel> {
  switch (ref.kind) {
    case "bundled":
      return loadBundled(bundledModel(ref.size), bundledModels[ref.size ?? "tiny"].name, onProgress);
    case "hub":
      return loadHub({ host: defaultHubHost, id: ref.id, revision: ref.revision }, onProgress);
    case "stored":
      return loadStored(ref.id);
  }
}

async function loadStored(id: string): Promise<OpenModel> {
  const { meta, weights } = await openCheckpoint(id);
  const tensors = new Map<string, StoredWeight>(weights.map((tensor) => [tensor.name, tensor]));
  return {
    name: meta.name,
    config: meta.config,
    special: meta.special,
    files: meta.files,
    tensors:
      meta.lora === undefined
        ? tensors
        : mergeAdapters(tensors, await adaptersOf(weights), () => adapterScale(meta.lora!)),
    sizeBytes: weights.reduce((sum, { type, shape }) => sum + shape.reduce((a, b) => a * b, type === "F16" ? 2 : 4), 0),
    origin: meta.origin,
    meta,
  };
}

export function summarize(ref: ModelRef, model: LoadedModel): ModelSummary {
  let parameters = 0;
  for (const { shape } of model.tensors.values()) parameters += shape.reduce((a, b) => a * b, 1);
  const { name, config, special, sizeBytes } = model;
  const notices = modelNotices(model);
  // Pinned: "main" may move, and a comparison's base must not.
  const pinned = ref.kind === "hub" && model.commit !== undefined ? { ...ref, revision: model.commit } : ref;
  return {
    ...{ ref: pinned, name, config, special, parameters, sizeBytes },
    tokenizerId: tokenizerId(model.files),
    layout: layoutOf(config),
    ...(notices.length > 0 ? { notices } : {}),
  };
}

/** A checkpoint's adapters are small, and all are needed to merge one. */
async function adaptersOf(weights: readonly TensorSource[]): Promise<Map<string, StoredTensor>> {
  const { adapters } = adaptersAmong(weights);
  const read = await Promise.all(adapters.map(async (one) => ({ ...one, data: await one.read() })));
  return new Map(read.map((one) => [one.name, one]));
}

export const tensorsOf = ({ tensors }: LoadedModel): TensorSource[] =>
  [...tensors].map(([name, tensor]) => ({ name, ...tensor }));

/** All of them in memory: for an export, which is one file. */
export async function storedTensors(model: LoadedModel): Promise<StoredTensor[]> {
  const all: StoredTensor[] = [];
  for (const { name, type, shape, read } of tensorsOf(model)) all.push({ name, type, shape, data: await read() });
  return all;
}
