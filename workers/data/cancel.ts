/** One cancellable job at a time: starting another ends the one before. */
import { UnmaskError } from "../../src/base/index.ts";

let current = new AbortController();

export function startJob(): AbortSignal {
  current.abort(stopped());
  current = new AbortController();
  return current.signal;
}

export function cancelJob(): void {
  current.abort(stopped());
}

function stopped(): UnmaskError {
  return new UnmaskError(
    "base/aborted",
    "The work was stopped because you asked for it.",
    "Start it again whenever you like.",
  );
}
