/**
 * Stopping and holding long work politely. The worker that runs this room learns of a cancel only between two
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

/** What to wait for while work is held; undefined while it may go on. */
type Held = () => Promise<void> | undefined;
const holds = new WeakMap<AbortSignal, Held>();

/** Work under this signal stands still where it breathes, as long as it is held. */
export function holdable(signal: AbortSignal, held: Held): AbortSignal {
  holds.set(signal, held);
  return signal;
}

/** Returns a function to call often: it yields to the event loop when it is time, waits while the work is held, and then checks the signal. */
export function breather(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let last = performance.now();
  const breath = async (): Promise<void> => {
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    if (signal !== undefined) await holds.get(signal)?.();
    last = performance.now();
    throwIfStopped(signal);
  };
  return () => (performance.now() - last < BREATH_EVERY_MS ? undefined : breath());
}
