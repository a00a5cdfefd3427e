/** How much of the browser's storage is used. Knows nothing of what is stored. */
import type { StorageReport } from "../contract/index.ts";
import { unavailable } from "./errors.ts";

/** Zeros where the browser does not say (no secure context, opaque origin). */
export async function estimate(): Promise<{ usedBytes: number; quotaBytes: number }> {
  try {
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    return { usedBytes: usage, quotaBytes: quota };
  } catch {
    return { usedBytes: 0, quotaBytes: 0 }; // only figures for a message: their absence is shown as "unknown"
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
