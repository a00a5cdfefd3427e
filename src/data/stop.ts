/**
 * Stopping long work politely. The worker that runs this room learns of a cancel only between two
 * tasks of its event loop, so long synchronous loops let it breathe now and then.
 */
import { UnmaskError } from "../base/index.ts";

/** @throws the signal's own reason if that is one of ours, else base/aborted, when the signal has been given. */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  if (signal.reason instanceof UnmaskError) throw signal.reason;
  throw new UnmaskError("base/aborted", "The work was stopped before it ended.", "Start it again when you like.");
}

/** Time between two breaths: short enough that a cancel feels immediate, long enough to cost nothing. */
const BREATH_EVERY_MS = 80;

/** Returns a function to call often: it yields to the event loop when it is time, and then checks the signal. */
export function breather(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < BREATH_EVERY_MS) return undefined;
    return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
      last = performance.now();
      throwIfStopped(signal);
    });
  };
}
