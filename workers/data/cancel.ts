/** One cancellable job at a time: starting another ends the one before. It may be held and let go on. */
import { UnmaskError } from "../../src/base/index.ts";
import { holdable } from "../../src/data/index.ts";

let current = new AbortController();
let held: { until: Promise<void>; release: () => void } | undefined;

export function startJob(): AbortSignal {
  current.abort(stopped());
  holdJob(false);
  current = new AbortController();
  return holdable(current.signal, whileHeld);
}

export function cancelJob(): void {
  current.abort(stopped());
  holdJob(false);
}

export function holdJob(wanted: boolean): void {
  if (wanted === (held !== undefined)) return;
  held?.release();
  held = undefined;
  if (!wanted) return;
  let release!: () => void;
  const until = new Promise<void>((resolve) => (release = resolve));
  held = { until, release };
}

/** Undefined, or what to wait for. */
export const whileHeld = (): Promise<void> | undefined => held?.until;
/** Resolves at once, or when the job may go on. */
export const mayGoOn = (): Promise<void> => whileHeld() ?? Promise.resolve();

function stopped(): UnmaskError {
  return new UnmaskError(
    "base/aborted",
    "The work was stopped because you asked for it.",
    "Start it again whenever you like.",
  );
}
