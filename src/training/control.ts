/** The person's hand on a run or an evaluation: pause, resume, stop; looked at only at step boundaries. */
import { UnmaskError } from "../base/index.ts";

export class RunControl {
  #paused = false;
  #stopping = false;
  #wake: (() => void) | undefined;

  get paused(): boolean {
    return this.#paused && !this.#stopping;
  }
  get stopping(): boolean {
    return this.#stopping;
  }
  pause(): void {
    this.#paused = true;
  }
  resume(): void {
    this.#paused = false;
    this.#wake?.();
  }
  stop(): void {
    this.#stopping = true;
    this.#wake?.();
  }
  /** Resolves when the run may go on, or is to stop. */
  async whilePaused(): Promise<void> {
    while (this.paused)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#wake = undefined;
  }
  /** For work that keeps nothing when it is stopped: waits while it is paused. @throws base/aborted once it is to stop */
  async mayGoOn(work: "evaluation" | "fine-tuning"): Promise<void> {
    await this.whilePaused();
    if (this.#stopping) throw new UnmaskError("base/aborted", `The ${work} was stopped before it ended.`);
  }
}
