/**
 * One piece of work the person waits for: what it is called, how far it is, how long it still takes,
 * how to cancel it, and why it failed. Every screen shows its jobs through this one class.
 */
import { asUnmaskError, hasCode, type UnmaskError } from "../base/index.ts";
import { aborted } from "../client/index.ts";
import type { OnProgress, Progress } from "../contract/index.ts";
import { TimeLeft } from "./time-left.ts";

export interface JobContext {
  signal: AbortSignal;
  onProgress: OnProgress;
  /** Between two pieces of work: waits while the person wants it to. @throws base/aborted once cancelled */
  nextPiece: () => Promise<void>;
}
/** Holds the work where it is, or lets it go on; the signal is the work's own. */
export type Hold = (held: boolean, signal: AbortSignal) => Promise<unknown>;
/** Workers may report hundreds of times a second; the eye needs ten. */
const refreshMs = 100;

export class Job {
  running = $state(false);
  label = $state("");
  progress = $state.raw<Progress | null>(null);
  timeLeftMs = $state<number | null>(null);
  error = $state.raw<UnmaskError | null>(null);
  /** It stands still until it is let go on. */
  paused = $state(false);
  /** Why the work holds itself; empty when the person holds it. */
  heldBy = $state("");
  /** It runs, and can be held. */
  pausable = $state(false);
  #hold: Hold | undefined;
  #wake: (() => void) | undefined;
  #control: AbortController | undefined;
  #pace = new TimeLeft();
  #heldAt: number | undefined;

  /**
   * Runs `work` and gives its result; on failure keeps the error for the screen and gives undefined.
   * A cancelled job leaves no error: the person knows.
   * @param hold where the work can be paused: how
   */
  async run<T>(label: string, work: (context: JobContext) => Promise<T>, hold?: Hold): Promise<T | undefined> {
    if (this.running) return undefined;
    const control = new AbortController();
    this.#control = control;
    this.running = true;
    this.label = label;
    this.progress = null;
    this.timeLeftMs = null;
    this.error = null;
    this.paused = false;
    this.heldBy = "";
    this.pausable = hold !== undefined;
    this.#hold = hold;
    const { signal } = control;
    try {
      return await work({ signal, onProgress: this.#reporter(), nextPiece: () => this.#nextPiece(signal) });
    } catch (error) {
      if (!hasCode(error, "base/aborted")) this.error = asUnmaskError(error);
      return undefined;
    } finally {
      this.running = false;
      this.paused = this.pausable = false;
      this.progress = null;
      this.timeLeftMs = null;
      this.#control = undefined;
    }
  }

  cancel(): void {
    this.#control?.abort();
    this.#wake?.();
  }

  async pause(): Promise<void> {
    const isEnding = this.#control?.signal.aborted ?? true;
    if (isEnding || this.paused) return; // held, what was cancelled could not end
    this.#stand();
    await this.#ask(true);
  }

  async resume(): Promise<void> {
    if (!this.paused) return;
    this.paused = false;
    this.heldBy = "";
    if (this.#heldAt !== undefined) this.#pace.shift(performance.now() - this.#heldAt);
    this.#heldAt = undefined;
    this.#wake?.();
    await this.#ask(false);
  }

  /** From here on: that time is no measure of its pace. */
  #stand(): void {
    this.paused = true;
    this.#heldAt ??= performance.now();
  }

  /** A light question to whoever does the work; its failure is shown, and the work itself goes on. */
  async #ask(held: boolean): Promise<void> {
    const signal = this.#control?.signal;
    if (signal === undefined) return;
    try {
      await this.#hold?.(held, signal);
    } catch (error) {
      if (!hasCode(error, "base/aborted")) this.error = asUnmaskError(error); // a cancel has ended the worker
    }
  }

  async #nextPiece(signal: AbortSignal): Promise<void> {
    while (this.paused && !signal.aborted) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
    if (signal.aborted) throw aborted();
  }

  #reporter(): OnProgress {
    const pace = new TimeLeft();
    this.#pace = pace;
    this.#heldAt = undefined;
    let shownAt = -Infinity;
    return (progress) => {
      const now = performance.now();
      const left = pace.update(progress, now);
      if (progress.held !== undefined) {
        this.heldBy = progress.held;
        this.#stand();
      }
      const changed =
        progress.held !== undefined || progress.phase !== this.progress?.phase || progress.done >= progress.total;
      if (!this.running || (!changed && now - shownAt < refreshMs)) return;
      shownAt = now;
      this.progress = progress;
      this.timeLeftMs = left;
    };
  }
}
