/**
 * Reads large records: manifests with their format checked and migrated, streams with every chunk's size
 * and checksum checked. Knows nothing of what the bytes mean.
 */
import { get, getMany, keys, promisifyRequest, type UseStore } from "idb-keyval";
import { UnmaskError } from "../base/index.ts";
import { chunkProblem } from "./chunks.ts";
import { notFound } from "./errors.ts";
import { idTime } from "./identity.ts";
import { checkManifest, damaged, migrate, type Manifest, type RecordKind } from "./manifest.ts";
import { chunkKey, manifestKey } from "./record-keys.ts";

function chunkReader(store: UseStore, kind: RecordKind, id: string): (index: number) => Promise<Uint8Array> {
  return async (index) => {
    const bytes = await get<Uint8Array>(chunkKey(id, index), store);
    if (!(bytes instanceof Uint8Array)) throw damaged(kind, id, "a part is missing");
    return bytes;
  };
}

/** Checks a manifest's format; an older one is migrated, and kept so. */
async function present<Head>(store: UseStore, kind: RecordKind, id: string, record: unknown): Promise<Manifest<Head>> {
  if (typeof record !== "object" || record === null) throw damaged(kind, id, "its manifest is not one");
  const migrated = await migrate(kind, id, record as Record<string, unknown>, chunkReader(store, kind, id));
  if (migrated === undefined) return checkManifest<Head>(kind, id, record);
  const manifest = checkManifest<Head>(kind, id, migrated.manifest);
  await store("readwrite", (objects) => {
    for (const { index, bytes } of migrated.chunks) objects.put(bytes, chunkKey(id, index));
    objects.put(manifest, manifestKey(kind, id));
  });
  return manifest;
}

/** @throws storage/no-such-*, storage/damaged-*, storage/too-new, storage/too-old */
export async function readManifest<Head>(store: UseStore, kind: RecordKind, id: string): Promise<Manifest<Head>> {
  const record = await get<unknown>(manifestKey(kind, id), store);
  if (record === undefined) throw notFound(kind.name, id);
  return present<Head>(store, kind, id, record);
}

/** Every manifest of a kind, newest first; one that cannot be read is given with its error. */
export async function listManifests<Head>(
  store: UseStore,
  kind: RecordKind,
): Promise<{ id: string; record: unknown; result: Manifest<Head> | UnmaskError }[]> {
  const ids = (await keys<IDBValidKey>(store)).flatMap((key) =>
    Array.isArray(key) && key[0] === "manifest" && key[1] === kind.name ? [String(key[2])] : [],
  );
  const records = await getMany<unknown>(
    ids.map((id) => manifestKey(kind, id)),
    store,
  );
  const found: { id: string; record: unknown; result: Manifest<Head> | UnmaskError }[] = [];
  for (const [at, id] of ids.entries()) {
    const record = records[at];
    if (record === undefined) continue; // deleted in another tab between the two reads
    try {
      found.push({ id, record, result: await present<Head>(store, kind, id, record) });
    } catch (error) {
      if (!(error instanceof UnmaskError)) throw error;
      found.push({ id, record, result: error });
    }
  }
  const age = (line: { id: string; result: Manifest<Head> | UnmaskError }): number =>
    line.result instanceof UnmaskError ? idTime(line.id) : line.result.createdAt;
  return found.sort((a, b) => age(b) - age(a));
}

/** The bytes of one stream, chunk by chunk, each checked. @throws storage/damaged-* */
export async function* readStream<Head>(
  store: UseStore,
  kind: RecordKind,
  manifest: Manifest<Head>,
  stream: string,
): AsyncGenerator<Uint8Array> {
  for (const [index, entry] of manifest.chunks.entries())
    if (entry.stream === stream) yield readChunk(store, kind, manifest, index);
}

async function readChunk<Head>(
  store: UseStore,
  kind: RecordKind,
  manifest: Manifest<Head>,
  index: number,
): Promise<Uint8Array> {
  const bytes = await get<unknown>(chunkKey(manifest.id, index), store);
  const problem = chunkProblem(manifest.chunks[index]!, bytes);
  if (problem !== undefined) throw damaged(kind, manifest.id, problem);
  return bytes as Uint8Array;
}

/**
 * Reads any part of a stream, each chunk checked as it comes. The last chunk is kept, since the next part mostly
 * begins where the last one ended.
 */
export function randomReader<Head>(
  store: UseStore,
  kind: RecordKind,
  manifest: Manifest<Head>,
  stream: string,
): (start: number, end: number) => Promise<Uint8Array> {
  const places: { index: number; start: number; end: number }[] = [];
  for (const [index, entry] of manifest.chunks.entries()) {
    if (entry.stream !== stream) continue;
    const start = places.at(-1)?.end ?? 0;
    places.push({ index, start, end: start + entry.sizeBytes });
  }
  let last: { index: number; bytes: Uint8Array } | undefined;
  return async (start, end) => {
    if (end > (places.at(-1)?.end ?? 0)) throw damaged(kind, manifest.id, "it has fewer bytes than its tensors");
    const result = new Uint8Array(end - start);
    for (const { index, ...place } of places) {
      if (place.end <= start || place.start >= end) continue;
      if (last?.index !== index) {
        last = undefined; // let go of it first: the next one is as large
        last = { index, bytes: await readChunk(store, kind, manifest, index) };
      }
      const part = last.bytes.subarray(Math.max(0, start - place.start), end - place.start);
      result.set(part, Math.max(0, place.start - start));
    }
    return result;
  };
}

/** Changes a manifest's head in one transaction. @throws storage/no-such-* */
export async function changeHead<Head>(
  store: UseStore,
  kind: RecordKind,
  id: string,
  change: (head: Head) => Head,
): Promise<void> {
  await readManifest<Head>(store, kind, id); // migrates an old one first
  await store("readwrite", async (objects) => {
    const manifest = (await promisifyRequest(objects.get(manifestKey(kind, id)))) as Manifest<Head> | undefined;
    if (manifest === undefined) throw notFound(kind.name, id);
    objects.put({ ...manifest, head: change(manifest.head) }, manifestKey(kind, id));
  });
}
