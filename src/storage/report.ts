/** How much of the browser's storage is used. Knows nothing of what is stored. */
import type { StorageReport } from "../contract/index.ts";
import { unavailable } from "./errors.ts";

/** 0 where the browser does not say (no secure context, opaque origin): only a figure for a message. */
export async function usedBytes(): Promise<number> {
  try {
    return (await storageReport()).usedBytes;
  } catch {
    return 0;
  }
}

/** @throws storage/unavailable in a context without storage */
export async function storageReport(): Promise<StorageReport> {
  // Plain http has no StorageManager, but may have IndexedDB: then the figures are unknown (0).
  if (!("storage" in navigator)) return { usedBytes: 0, quotaBytes: 0, persisted: false };
  try {
    const [{ usage = 0, quota = 0 }, persisted] = await Promise.all([
      navigator.storage.estimate(),
      navigator.storage.persisted(),
    ]);
    return { usedBytes: usage, quotaBytes: quota, persisted };
  } catch (error) {
    throw unavailable(error);
  }
}
