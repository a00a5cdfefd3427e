/**
 * Writes large records: chunks first, one transaction each, the manifest last. A record that was not
 * finished has no manifest, so nobody can load it, and the sweep removes it. Knows nothing of what the
 * bytes mean. What must hold:
 * 1. a manifest appears only when every chunk that it names is in the store (checked in its transaction);
 * 2. a save that fails or is given up removes its chunks;
 * 3. from the first chunk to the manifest the save is marked as going on (locks.ts), for the sweep.
 */
import { delMany, promisifyRequest, set, type UseStore } from "idb-keyval";
import { SerialQueue, UnmaskError } from "../base/index.ts";
import { ChunkCutter, chunkEntry, type ChunkEntry } from "./chunks.ts";
import { newId } from "./identity.ts";
import { beginSave } from "./locks.ts";
import type { Manifest, RecordKind } from "./manifest.ts";
import { chunkKey, chunkRange, manifestKey } from "./record-keys.ts";

export interface RecordWriter<Head> {
  id: string;
  append(stream: string, pieces: Uint8Array[]): Promise<void>;
  /**
   * Resolves once the manifest's transaction has completed: from then on the record exists. The records that
   * it replaces go in the same transaction, so that a crash leaves either them or the new one.
   */
  finish(head: Head, replaces?: readonly string[]): Promise<Manifest<Head>>;
  /** Removes what was written; harmless after `finish`. */
  abort(): Promise<void>;
}

/** @throws storage/unavailable, storage/quota-full (then nothing of this record is left) */
export async function beginRecord<Head>(store: UseStore, kind: RecordKind): Promise<RecordWriter<Head>> {
  const createdAt = Date.now();
  const id = newId(createdAt);
  const release = await beginSave(id);
  const queue = new SerialQueue();
  const cutters = new Map<string, ChunkCutter>();
  const entries: ChunkEntry[] = [];
  let open = true;

  const write = async (stream: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    const index = entries.length;
    entries.push(chunkEntry(stream, bytes));
    await set(chunkKey(id, index), bytes, store);
  };
  const giveUp = async (): Promise<void> => {
    if (!open) return;
    open = false;
    try {
      await removeChunks(store, id, entries.length);
    } finally {
      release();
    }
  };
  const guarded = <T>(job: () => Promise<T>): Promise<T> =>
    queue.run(async () => {
      if (!open) throw new UnmaskError("storage/closed", "This record was already finished or given up.");
      try {
        return await job();
      } catch (error) {
        // What went wrong first is what the person must hear; chunks that resist removal are the sweep's.
        await giveUp().catch(() => undefined);
        throw error;
      }
    });

  return {
    id,
    append: (stream, pieces) =>
      guarded(async () => {
        const cutter = cutters.get(stream) ?? new ChunkCutter((chunk) => write(stream, chunk));
        cutters.set(stream, cutter);
        for (const bytes of pieces) await cutter.append(bytes);
      }),
    finish: (head, replaces = []) =>
      guarded(async () => {
        for (const cutter of cutters.values()) await cutter.flush();
        const sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
        const manifest: Manifest<Head> = { format: kind.format, id, createdAt, sizeBytes, chunks: entries, head };
        await store("readwrite", async (objects) => {
          const there = await promisifyRequest(objects.count(chunkRange(id)));
          if (there !== entries.length) {
            objects.transaction.abort();
            throw new UnmaskError(
              "storage/removed-meanwhile",
              `The ${kind.name} could not be saved: its parts were deleted while it was being written.`,
              "Another tab emptied the storage. Try again.",
            );
          }
          objects.put(manifest, manifestKey(kind, id));
          for (const old of replaces) {
            objects.delete(manifestKey(kind, old));
            objects.delete(chunkRange(old));
          }
        });
        open = false;
        release();
        return manifest;
      }),
    abort: () => queue.run(giveUp),
  };
}

async function removeChunks(store: UseStore, id: string, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => chunkKey(id, index));
  if (names.length > 0) await delMany(names, store);
}
