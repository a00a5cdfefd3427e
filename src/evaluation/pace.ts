/**
 * Long sums in a worker must let messages in (an abort, a progress call) now and then. A `Pace` is awaited inside
 * the loops: mostly it costs a clock reading, and every 50 ms it gives the event loop a turn.
 * @throws base/aborted once the signal is aborted.
 */
import { UnmaskError } from "../base/index.ts";

export type Pace = () => Promise<void>;

const TURN_MS = 50;
const aTurn: Pace = () => new Promise((resolve) => setTimeout(resolve, 0));

export function makePace(signal?: AbortSignal, breathe: Pace = aTurn): Pace {
  let last = performance.now();
  return async () => {
    throwIfAborted(signal);
    if (performance.now() - last < TURN_MS) return;
    await breathe();
    last = performance.now();
    throwIfAborted(signal);
  };
}

export function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted) throw new UnmaskError("base/aborted", "The evaluation was stopped before it ended.");
}
