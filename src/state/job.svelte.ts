/**
 * One piece of work the person waits for: what it is called, how far it is, how long it still takes,
 * how to cancel it, and why it failed. Every screen shows its jobs through this one class.
 */
import { asUnmaskError, hasCode, type UnmaskError } from "../base/index.ts";
import type { OnProgress, Progress } from "../contract/index.ts";
import { TimeLeft } from "./time-left.ts";

export interface JobContext {
  signal: AbortSignal;
  onProgress: OnProgress;
}
/** Workers may report hundreds of times a second; the eye needs ten. */
const refreshMs = 100;

export class Job {
  running = $state(false);
  label = $state("");
  progress = $state.raw<Progress | null>(null);
  timeLeftMs = $state<number | null>(null);
  error = $state.raw<UnmaskError | null>(null);
  #control: AbortController | undefined;
  #pace = new TimeLeft();
  #heldAt: number | undefined;

  /**
   * Runs `work` and gives its result; on failure keeps the error for the screen and gives undefined.
   * A cancelled job leaves no error: the person knows.
   */
  async run<T>(label: string, work: (context: JobContext) => Promise<T>): Promise<T | undefined> {
    if (this.running) return undefined;
    const control = new AbortController();
    this.#control = control;
    this.running = true;
    this.label = label;
    this.progress = null;
    this.timeLeftMs = null;
    this.error = null;
    try {
      return await work({ signal: control.signal, onProgress: this.#reporter() });
    } catch (error) {
      if (!hasCode(error, "base/aborted")) this.error = asUnmaskError(error);
      return undefined;
    } finally {
      this.running = false;
      this.progress = null;
      this.timeLeftMs = null;
      this.#control = undefined;
    }
  }

  cancel(): void {
    this.#control?.abort();
  }

  /** The work stands still from here on: that time is no measure of its pace. */
  wait(): void {
    this.#heldAt ??= performance.now();
  }

  goOn(): void {
    if (this.#heldAt !== undefined) this.#pace.shift(performance.now() - this.#heldAt);
    this.#heldAt = undefined;
  }

  #reporter(): OnProgress {
    const pace = new TimeLeft();
    this.#pace = pace;
    this.#heldAt = undefined;
    let shownAt = -Infinity;
    return (progress) => {
      const now = performance.now();
      const left = pace.update(progress, now);
      const changed = progress.phase !== this.progress?.phase || progress.done >= progress.total;
      if (!this.running || (!changed && now - shownAt < refreshMs)) return;
      shownAt = now;
      this.progress = progress;
      this.timeLeftMs = left;
    };
  }
}
