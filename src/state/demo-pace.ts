/** Time left of the whole demo, from its pace so far and what each stage usually takes of it. Pure. */
import type { Stage } from "./demo.svelte.ts";

/** Shares of the whole, measured with the demo's recipe on two cores (benchmark "journey"). */
const shares: Record<Stage["id"], number> = { model: 0.01, corpus: 0.005, tokens: 0.01, train: 0.915, evaluate: 0.06 };
/** Before this much has passed, a guess would jump about. */
const settleMs = 4000;

/**
 * @param within how much of the running stage is done, 0 to 1
 * @returns milliseconds, or null while nothing can be said
 */
export function demoTimeLeft(
  stages: readonly Pick<Stage, "id" | "status">[],
  within: number,
  elapsedMs: number,
): number | null {
  let done = 0;
  for (const { id, status } of stages) {
    if (status === "done") done += shares[id];
    if (status === "running") done += shares[id] * within;
  }
  // A few steps of training must have passed: the stages before it say little about its pace.
  return elapsedMs < settleMs || done < 0.05 ? null : (elapsedMs / done) * (1 - done);
}
