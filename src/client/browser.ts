/**
 * Small things only the page can ask of the browser: save a file, keep storage, keep the screen on.
 * Each answers plainly where the browser has no such thing.
 */

/** What a browser may lack: old ones, insecure origins, sandboxed frames. */
function features(): { storage?: StorageManager; wakeLock?: WakeLock } {
  return (globalThis as { navigator?: object }).navigator ?? {};
}

/** Hands a blob to the browser's download list. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The download has begun by then; a large blob must not stay in memory for the life of the page.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Asks the browser not to clear our storage when the disk fills. Must be asked from the page. */
export async function requestPersistence(): Promise<boolean> {
  const storage = features().storage;
  if (storage?.persist === undefined) return false;
  return (await storage.persisted()) || (await storage.persist());
}

/** A mark that this tab keeps over a reload and a crash; where nothing can be kept it is never set. */
export class TabMark {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  get isSet(): boolean {
    return this.#use((store) => store.getItem(this.#name) !== null) ?? false;
  }
  set(): void {
    this.#use((store) => store.setItem(this.#name, "1"));
  }
  clear(): void {
    this.#use((store) => store.removeItem(this.#name));
  }

  #use<T>(work: (store: Storage) => T): T | undefined {
    try {
      return work(sessionStorage);
    } catch (error) {
      // An opaque origin refuses, a full store too; outside a page there is none.
      if (error instanceof DOMException || error instanceof ReferenceError) return undefined;
      throw error;
    }
  }
}

/** Keeps the screen on until `release()`; a refusal (low battery, hidden tab) is harmless. */
export class ScreenLock {
  #sentinel: WakeLockSentinel | undefined;

  async acquire(): Promise<boolean> {
    const { wakeLock } = features();
    if (wakeLock === undefined || document.visibilityState !== "visible") return false;
    try {
      this.#sentinel = await wakeLock.request("screen");
      return true;
    } catch (error) {
      if (error instanceof DOMException) return false; // refused: the run goes on with the screen off
      throw error;
    }
  }

  async release(): Promise<void> {
    await this.#sentinel?.release();
    this.#sentinel = undefined;
  }
}
