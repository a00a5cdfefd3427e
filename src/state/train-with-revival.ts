/**
 * Trains, and goes on after a lost GPU: the client has ended the worker by then, so the next call starts
 * a fresh one, from the last save. A device that is lost again and again without progress is an error.
 */
import { hasCode, UnmaskError } from "../base/index.ts";
import type { Client } from "../client/index.ts";
import type { RunEvent, TrainRequest } from "../contract/index.ts";
import type { RunTally } from "./run-tally.ts";

export interface TrainHooks {
  /** Before each start, the first one too. */
  onAttempt: () => void;
  onEvents: (events: RunEvent[]) => void;
}
/** Starts again this often without a single new save between. */
const maxRevivals = 2;

/** How the run ended; undefined when the worker returned without saying. @throws whatever ended it for good */
export async function trainWithRevival(
  client: Client,
  request: TrainRequest,
  signal: AbortSignal,
  tally: RunTally,
  hooks: TrainHooks,
): Promise<"completed" | "stopped" | undefined> {
  let revivals = 0;
  for (let attempt = request; ;) {
    hooks.onAttempt();
    const savedBefore = tally.view().savedStep;
    let finished: "completed" | "stopped" | undefined;
    const receive = (events: RunEvent[]): void => {
      for (const event of events) if (event.type === "finished") finished = event.reason;
      hooks.onEvents(events);
    };
    try {
      await client.compute.run((api) => api.train(attempt, receive), { signal });
      return finished;
    } catch (error) {
      if (!hasCode(error, "runtime/device-lost") || signal.aborted) throw error;
      const saved = tally.view().savedStep;
      revivals = saved > savedBefore ? 1 : revivals + 1;
      if (revivals > maxRevivals) throw lostForGood(error);
      const from = tally.lastCheckpoint;
      tally.note(
        "run/device-lost",
        from === ""
          ? "The graphics processor was lost before the first save. The run starts again from its beginning."
          : `The graphics processor was lost. The run goes on from its last save, step ${saved}.`,
      );
      attempt = from === "" ? request : { ...request, resumeFrom: from };
    }
  }
}

function lostForGood(error: UnmaskError): UnmaskError {
  return new UnmaskError(
    error.code,
    "The graphics processor was lost again before the run could save a step.",
    "Choose the WASM device on this screen, or a smaller batch, and resume: everything up to the last save is kept.",
    error.details,
    error,
  );
}
