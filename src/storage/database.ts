/**
 * Stores for idb-keyval (its `UseStore`), one database each. Ours differ from its own `createStore`:
 * 1. writes are made with strict durability: complete means on the disk, not in a buffer;
 * 2. a write is over when its *transaction* completes, and fails with the transaction's own error
 *    (idb-keyval rejects with null when the request's error event comes first);
 * 3. another tab that wants the database gone is not blocked by our open connection;
 * 4. a connection that the browser closed is opened again;
 * 5. refusal and a full quota become coded errors.
 */
import { promisifyRequest, type UseStore } from "idb-keyval";
import { UnmaskError } from "../base/index.ts";
import { isClosed, isQuota, isRefusal, quotaFull, unavailable } from "./errors.ts";
import { usedBytes } from "./report.ts";

const storeName = "records";

function connect(name: string): Promise<IDBDatabase> {
  // In a worker or page without the API the property itself is missing; in an opaque origin `open` throws.
  if (typeof indexedDB === "undefined") throw unavailable();
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(storeName);
  return promisifyRequest(request);
}

async function coded(error: unknown): Promise<unknown> {
  if (error instanceof UnmaskError) return error;
  if (isQuota(error)) {
    return quotaFull(error, await usedBytes());
  }
  return isRefusal(error) ? unavailable(error) : error;
}

/** Resolves when the transaction completes, rejects with its error when it aborts. */
function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((done, fail) => {
    transaction.addEventListener("complete", () => done());
    transaction.addEventListener("abort", () =>
      fail(transaction.error ?? new DOMException("The transaction was aborted.", "AbortError")),
    );
  });
}

/**
 * A store for idb-keyval's functions.
 * @throws storage/unavailable, storage/quota-full
 */
export function openStore(databaseName: string): UseStore {
  let connection: Promise<IDBDatabase> | undefined;

  const open = (): Promise<IDBDatabase> => {
    const opened = (async () => {
      const database = await connect(databaseName);
      const forget = (): void => {
        if (connection === opened) connection = undefined;
      };
      database.onclose = forget;
      database.onversionchange = () => {
        forget();
        database.close();
      };
      return database;
    })();
    opened.catch(() => {
      if (connection === opened) connection = undefined; // the next call tries again; this one rejects
    });
    return opened;
  };

  const begin = async (mode: IDBTransactionMode): Promise<IDBTransaction> => {
    for (let attempt = 1; ; attempt++) {
      connection ??= open();
      try {
        return (await connection).transaction(storeName, mode, { durability: "strict" });
      } catch (error) {
        if (attempt === 2 || !isClosed(error)) throw error;
        connection = undefined;
      }
    }
  };

  return async (mode, callback) => {
    try {
      const transaction = await begin(mode);
      const done = ended(transaction);
      done.catch(() => undefined); // awaited below; here only so that an early throw leaves no unhandled rejection
      try {
        const result = await callback(transaction.objectStore(storeName));
        if (mode === "readwrite") await done;
        return result;
      } catch (error) {
        // A request's error arrives before its transaction's, sometimes as null: the latter says why.
        if (error !== null && error !== undefined) throw error;
        await done;
        throw new DOMException("The request failed.", "UnknownError");
      }
    } catch (error) {
      throw await coded(error);
    }
  };
}
