/** Deletes records, and the left-overs of saves that never finished. */
import { del, delMany, get, keys, type UseStore } from "idb-keyval";
import { idTime } from "./identity.ts";
import { whenSaveIsOver } from "./locks.ts";
import type { RecordKind } from "./manifest.ts";
import { manifestKey } from "./record-keys.ts";

/** Manifest first: from then on the record is gone; a crash before the chunks follow leaves work for the sweep. */
export async function deleteRecord(store: UseStore, kind: RecordKind, id: string): Promise<void> {
  await del(manifestKey(kind, id), store);
  const chunkKeys = (await keys<IDBValidKey>(store)).filter(
    (key) => Array.isArray(key) && key[0] === "chunk" && key[1] === id,
  );
  if (chunkKeys.length > 0) await delMany(chunkKeys, store);
}

/** Removes the chunks of saves that never finished. */
export async function sweepStore(store: UseStore): Promise<{ chunks: number; bytes: number }> {
  const swept = { chunks: 0, bytes: 0 };
  const orphans = await orphanChunks(store);
  for (const id of new Set(orphans.map((key) => key[1]))) {
    await whenSaveIsOver(id, idTime(id), async () => {
      // Looked up again under the lock: the save may have finished in between.
      for (const key of (await orphanChunks(store)).filter((orphan) => orphan[1] === id)) {
        const bytes = await get<unknown>(key, store);
        await del(key, store);
        swept.chunks++;
        if (bytes instanceof Uint8Array) swept.bytes += bytes.length;
      }
    });
  }
  return swept;
}

async function orphanChunks(store: UseStore): Promise<[string, string, number][]> {
  const all = (await keys<IDBValidKey>(store)).filter((key): key is IDBValidKey[] => Array.isArray(key));
  const complete = new Set(all.filter((key) => key[0] === "manifest").map((key) => key[2]));
  return all.filter((key): key is [string, string, number] => key[0] === "chunk" && !complete.has(key[1]!));
}
