/**
 * The format of stored checkpoints and its history. To change the format: raise `format`, add a migration
 * under the new number, and add a fixture of the old format to tests/browser/pages/storage.ts.
 *
 * Format 1: streams "meta" (JSON of CheckpointMeta) and "tensors"; head = CheckpointHead.
 * Format 0 (the first trial): meta inside the manifest; chunks of tensors only, given by size, without
 * checksums; `kind` and `history` not known yet.
 */
import type { CheckpointMeta } from "../contract/index.ts";
import { chunkEntry, type ChunkEntry } from "./chunks.ts";
import type { Migrated, RecordKind } from "./manifest.ts";
import { metaToBytes } from "./meta-json.ts";
import type { TensorEntry } from "./tensor-stream.ts";

export interface CheckpointHead {
  name: string;
  project: string;
  kind: CheckpointMeta["kind"];
  step: number;
  heldOutLoss?: number;
  resumable: boolean;
  adapters?: boolean;
  tensors: TensorEntry[];
}

export function headOf(meta: CheckpointMeta, tensors: TensorEntry[]): CheckpointHead {
  const head: CheckpointHead = {
    name: meta.name,
    project: meta.project,
    kind: meta.kind,
    step: meta.position?.step ?? meta.step ?? 0,
    resumable: meta.position !== undefined && tensors.some((tensor) => tensor.group === "firstMoment"),
    tensors,
  };
  if (meta.lora !== undefined) head.adapters = true;
  return meta.heldOutLoss === undefined ? head : { ...head, heldOutLoss: meta.heldOutLoss };
}

interface ManifestFormat0 {
  id: string;
  createdAt: number;
  meta: Omit<CheckpointMeta, "kind" | "position"> & { position?: Omit<CheckpointMeta["position"] & object, "history"> };
  tensors: TensorEntry[];
  chunkSizes: number[];
}

/** Checksums are taken of what is there now: damage from before the migration cannot be told any more. */
async function toFormat1(
  record: Record<string, unknown>,
  readChunk: (index: number) => Promise<Uint8Array>,
): Promise<Migrated> {
  const old = record as unknown as ManifestFormat0;
  const chunks: ChunkEntry[] = [];
  for (const [index, size] of old.chunkSizes.entries()) {
    const entry = chunkEntry("tensors", await readChunk(index));
    chunks.push({ ...entry, sizeBytes: size }); // a wrong size shows when the chunk is read
  }
  const { position, ...rest } = old.meta;
  const meta: CheckpointMeta = { ...rest, kind: position === undefined ? "model" : "last" };
  if (position !== undefined)
    meta.position = { ...position, history: { steps: [], losses: [], evaluationSteps: [], evaluationLosses: [] } };
  const bytes = metaToBytes(meta);
  chunks.push(chunkEntry("meta", bytes));
  return {
    manifest: {
      id: old.id,
      createdAt: old.createdAt,
      sizeBytes: chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0),
      chunks,
      head: headOf(meta, old.tensors),
    },
    chunks: [{ index: old.chunkSizes.length, bytes }],
  };
}

export const checkpointKind: RecordKind = { name: "checkpoint", format: 1, migrations: { 1: toFormat1 } };
