/**
 * The manifest of a stored record: written last, so that a record exists in full or not at all. Holds
 * the format's number, and per kind of record the migrations from older numbers. Pure: knows no database.
 */
import { UnmaskError } from "../base/index.ts";
import type { ChunkEntry } from "./chunks.ts";

export interface Manifest<Head> {
  format: number;
  id: string;
  createdAt: number;
  sizeBytes: number;
  chunks: ChunkEntry[];
  /** What lists show and what is needed to read the chunks; the kind of record decides. */
  head: Head;
}

/** What a migration may look at besides the manifest, and what it gives back. */
export interface Migrated {
  manifest: Record<string, unknown>;
  /** Chunks to add or replace, by number; written together with the manifest, in one transaction. */
  chunks: { index: number; bytes: Uint8Array<ArrayBuffer> }[];
}
export type Migration = (
  manifest: Record<string, unknown>,
  readChunk: (index: number) => Promise<Uint8Array>,
) => Promise<Migrated>;

export interface RecordKind {
  /** Names the kind in error codes and messages. */
  name: "checkpoint" | "corpus" | "tokens";
  /** The number written now. */
  format: number;
  /** By the number they lead to: `migrations[2]` makes format 2 of format 1. */
  migrations: Record<number, Migration>;
}

export function damaged(kind: RecordKind, id: string, fact: string): UnmaskError {
  return new UnmaskError(
    `storage/damaged-${kind.name}`,
    `The stored ${kind.name} should read back as it was written, but ${fact}.`,
    kind.name === "checkpoint"
      ? "Delete it and go on from another checkpoint."
      : "Delete it and import the corpus again: its files are where they were.",
    { id },
  );
}

function formatOf(record: Record<string, unknown>): number {
  return typeof record["format"] === "number" ? record["format"] : -1;
}

/**
 * Brings a manifest of any known format to the present one.
 * @returns undefined when it is already of the present format
 * @throws storage/too-new, storage/too-old, and what a migration throws
 */
export async function migrate(
  kind: RecordKind,
  id: string,
  record: Record<string, unknown>,
  readChunk: (index: number) => Promise<Uint8Array>,
): Promise<Migrated | undefined> {
  const found = formatOf(record);
  const details = { id, found, expected: kind.format };
  if (found > kind.format)
    throw new UnmaskError(
      "storage/too-new",
      `This ${kind.name} was saved by a newer version of this page (format ${found}; this page reads up to ${kind.format}).`,
      "Reload the page to get the newer version.",
      details,
    );
  if (found === kind.format) return undefined;
  const replaced = new Map<number, Uint8Array<ArrayBuffer>>();
  const read = async (index: number): Promise<Uint8Array> => replaced.get(index) ?? readChunk(index);
  let manifest = record;
  for (let format = found + 1; format <= kind.format; format++) {
    const migration = kind.migrations[format];
    if (migration === undefined)
      throw new UnmaskError(
        "storage/too-old",
        `This ${kind.name} was saved in a format that this page no longer reads (format ${found}).`,
        "Delete it, or open it with the version of the page that saved it and export it from there.",
        details,
      );
    const step = await migration(manifest, read);
    manifest = { ...step.manifest, format };
    for (const { index, bytes } of step.chunks) replaced.set(index, bytes);
  }
  return { manifest, chunks: [...replaced].map(([index, bytes]) => ({ index, bytes })) };
}

/** @throws storage/damaged-* when it does not have a manifest's shape */
export function checkManifest<Head>(kind: RecordKind, id: string, record: unknown): Manifest<Head> {
  const it = record as Partial<Manifest<Head>> | null;
  const whole =
    typeof it === "object" &&
    it !== null &&
    it.id === id &&
    typeof it.createdAt === "number" &&
    typeof it.head === "object" &&
    Array.isArray(it.chunks) &&
    it.chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0) === it.sizeBytes;
  if (!whole) throw damaged(kind, id, "its manifest is not one");
  return it as Manifest<Head>;
}
