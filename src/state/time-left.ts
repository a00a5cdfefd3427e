/** Time left of a job from its own pace so far. A new phase starts a new measurement. Pure. */
import type { Progress } from "../contract/index.ts";

/** Before this much of a phase has passed, a guess would jump about. */
const settleMs = 1000;

export class TimeLeft {
  #phase = "";
  #startedAt = 0;
  #startedDone = 0;

  /** Leaves out a time in which the work stood still. */
  shift(milliseconds: number): void {
    this.#startedAt += milliseconds;
  }

  /** Milliseconds left, or null while nothing can be said. */
  update(progress: Progress, now: number): number | null {
    const { phase, done, total } = progress;
    if (phase !== this.#phase || done < this.#startedDone) {
      this.#phase = phase;
      this.#startedAt = now;
      this.#startedDone = done;
      return null;
    }
    const elapsed = now - this.#startedAt;
    const moved = done - this.#startedDone;
    if (total <= 0 || moved <= 0 || elapsed < settleMs) return null;
    return (elapsed / moved) * Math.max(0, total - done);
  }
}
