/**
 * Checkpoints: saved whole or not at all, read back checked. Knows nothing of training or of models;
 * what a checkpoint holds is the contract's.
 */
import { UnmaskError } from "../base/index.ts";
import type { Checkpoint, CheckpointMeta, CheckpointSource, CheckpointSummary } from "../contract/index.ts";
import { checkpointKind, headOf, type CheckpointHead } from "./checkpoint-format.ts";
import { checkpointStore } from "./databases.ts";
import { deleteFineTunings } from "./fine-tunings.ts";
import { idTime } from "./identity.ts";
import { damaged, type Manifest } from "./manifest.ts";
import { metaFromBytes, metaToBytes } from "./meta-json.ts";
import { changeHead, listManifests, randomReader, readManifest, readStream } from "./record-reader.ts";
import { deleteRecord } from "./record-removal.ts";
import { beginRecord } from "./record-writer.ts";
import { readTensors, tensorBytes, tensorGroups, tensorSources, tensorTable } from "./tensor-stream.ts";

function summary({ id, createdAt, sizeBytes, head }: Manifest<CheckpointHead>): CheckpointSummary {
  const { tensors, ...shown } = head;
  return { id, createdAt, sizeBytes, tensors: tensors.length, ...shown };
}

/**
 * Keeps a checkpoint under a new id; resolves once it is safely on the disk. Tensors are read one after another, and
 * must not change until then. Those that it `replaces` (unknown ids are no error) are deleted in the same moment:
 * whatever happens meanwhile, either they or the new one are there.
 * @throws storage/quota-full (nothing of it is left behind, nothing else is touched), storage/unavailable,
 *   storage/bad-tensor
 */
export async function saveCheckpoint(
  checkpoint: Checkpoint | CheckpointSource,
  replaces: readonly string[] = [],
): Promise<CheckpointSummary> {
  const table = tensorTable(checkpoint);
  const writer = await beginRecord<CheckpointHead>(checkpointStore, checkpointKind);
  await writer.append("meta", [metaToBytes(checkpoint.meta)]);
  try {
    for (const group of tensorGroups)
      for (const tensor of checkpoint[group]) await writer.append("tensors", [await tensorBytes(tensor)]);
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return summary(await writer.finish(headOf(checkpoint.meta, table), replaces));
}

async function metaOf(manifest: Manifest<CheckpointHead>): Promise<CheckpointMeta> {
  const parts: Uint8Array[] = [];
  for await (const bytes of readStream(checkpointStore, checkpointKind, manifest, "meta")) parts.push(bytes);
  const [only, ...more] = parts;
  if (only === undefined) throw damaged(checkpointKind, manifest.id, "its description is missing");
  const bytes = more.length === 0 ? only : new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
  return { ...(metaFromBytes(bytes) as CheckpointMeta), name: manifest.head.name }; // a rename changes only the head
}

/** Without tensors. @throws storage/no-such-checkpoint, storage/damaged-checkpoint, storage/too-new, storage/too-old */
export async function loadCheckpointMeta(id: string): Promise<CheckpointMeta> {
  return metaOf(await readManifest<CheckpointHead>(checkpointStore, checkpointKind, id));
}

/** @throws as loadCheckpointMeta; every chunk's size and checksum is compared */
export async function loadCheckpoint(id: string): Promise<Checkpoint> {
  const manifest = await readManifest<CheckpointHead>(checkpointStore, checkpointKind, id);
  const meta = await metaOf(manifest);
  const stream = readStream(checkpointStore, checkpointKind, manifest, "tensors");
  const tensors = await readTensors(manifest.head.tensors, stream, (fact) => damaged(checkpointKind, id, fact));
  return { meta, ...tensors };
}

/**
 * A checkpoint whose tensors stay where they are until each is read.
 * @throws as loadCheckpointMeta; reading a tensor compares the size and checksum of the chunks that it lies in
 */
export async function openCheckpoint(id: string): Promise<CheckpointSource> {
  const manifest = await readManifest<CheckpointHead>(checkpointStore, checkpointKind, id);
  const meta = await metaOf(manifest);
  const read = randomReader(checkpointStore, checkpointKind, manifest, "tensors");
  return { meta, ...tensorSources(manifest.head.tensors, read) };
}

/** Newest first. One that cannot be read stands in the list with its `problem`, so that it can be deleted. */
export async function listCheckpoints(): Promise<CheckpointSummary[]> {
  const lines = await listManifests<CheckpointHead>(checkpointStore, checkpointKind);
  return lines.map(({ id, record, result }) => {
    if (!(result instanceof UnmaskError)) return summary(result);
    const head = (record as { head?: Partial<CheckpointHead> } | null)?.head;
    const { code, message, hint } = result;
    return {
      id,
      createdAt: idTime(id),
      sizeBytes: 0,
      tensors: 0,
      name: typeof head?.name === "string" ? head.name : id,
      project: typeof head?.project === "string" ? head.project : "",
      kind: "model",
      step: 0,
      resumable: false,
      problem: { code, message, hint },
    };
  });
}

/** @throws storage/no-such-checkpoint */
export function renameCheckpoint(id: string, name: string): Promise<void> {
  return changeHead<CheckpointHead>(checkpointStore, checkpointKind, id, (head) => ({ ...head, name }));
}

/** And what was learned from it. Deleting what is not there is no error: another tab may have been quicker. */
export async function deleteCheckpoint(id: string): Promise<void> {
  await deleteRecord(checkpointStore, checkpointKind, id);
  await deleteFineTunings({ model: id });
}
