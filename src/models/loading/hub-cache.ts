/**
 * Where downloaded bytes stay between visits, behind an interface of four verbs: the browser's Cache
 * Storage, or memory where there is none (Node's tests, pages without a secure context).
 */
export interface ByteCache {
  get(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Bytes kept under the key, without reading them; 0 when there are none. */
  sizeOf(key: string): Promise<number>;
  /** Rejects when there is no room. */
  put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  remove(key: string): Promise<void>;
}

export const hubCacheName = "unmask-hub";

const sizeHeader = "x-unmask-bytes";

/** Keys are addresses: Cache Storage takes requests. Nothing is ever fetched from them. */
export function browserCache(name: string = hubCacheName): ByteCache | undefined {
  if (!("caches" in globalThis)) return undefined; // plain http, or an opaque origin
  return {
    async get(key) {
      const response = await (await caches.open(name)).match(key);
      return response === undefined ? undefined : new Uint8Array(await response.arrayBuffer());
    },
    async sizeOf(key) {
      const response = await (await caches.open(name)).match(key);
      return Number(response?.headers.get(sizeHeader) ?? 0);
    },
    async put(key, bytes) {
      const response = new Response(bytes, { headers: { [sizeHeader]: String(bytes.length) } });
      await (await caches.open(name)).put(key, response);
    },
    async remove(key) {
      await (await caches.open(name)).delete(key);
    },
  };
}

export function memoryCache(): ByteCache {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    get: (key) => Promise.resolve(kept.get(key)?.slice()),
    sizeOf: (key) => Promise.resolve(kept.get(key)?.length ?? 0),
    put: (key, bytes) => Promise.resolve(void kept.set(key, bytes.slice())),
    remove: (key) => Promise.resolve(void kept.delete(key)),
  };
}

/** Deletes every downloaded model; true when there was one. */
export async function clearHubCache(name: string = hubCacheName): Promise<boolean> {
  return "caches" in globalThis ? caches.delete(name) : false;
}

/**
 * A cache whose failures cost nothing but the next visit's time: storage that is full or forbidden is
 * reported once, in words, and the download goes on without it.
 */
export function tolerant(cache: ByteCache | undefined, warn: (sentence: string) => void): ByteCache {
  let broken = cache === undefined;
  const attempt = async <T>(job: (cache: ByteCache) => Promise<T>, otherwise: T): Promise<T> => {
    if (broken || cache === undefined) return otherwise;
    try {
      return await job(cache);
    } catch (error) {
      broken = true;
      const reason = error instanceof Error ? error.name : "unknown reason";
      warn(`The download could not be kept in this browser (${reason}): it will be needed again next time.`);
      return otherwise;
    }
  };
  return {
    get: (key) => attempt((c) => c.get(key), undefined),
    sizeOf: (key) => attempt((c) => c.sizeOf(key), 0),
    put: (key, bytes) => attempt((c) => c.put(key, bytes), undefined),
    remove: (key) => attempt((c) => c.remove(key), undefined),
  };
}
