/**
 * One worker as the page holds it: started on first use, one heavy job at a time, every job may be
 * aborted, and a worker that died is replaced at the next call (never re-initialised in place).
 * Knows nothing of models or text. A worker that cannot load never answers a message, so each call
 * races against the worker's death instead of waiting for ever.
 */
import { asUnmaskError, SerialQueue, UnmaskError } from "../base/index.ts";
import { typedWrap } from "./typed-wrap.ts";

export interface HostOptions {
  /** Shown in messages: "compute worker". */
  name: string;
  start: () => Worker;
  /** After an error with such a code the worker is ended; the next call starts a fresh one. */
  fatal: (code: string) => boolean;
}
export interface JobOptions<Api> {
  signal?: AbortSignal;
  /** Asks the worker to stop by itself; without it, an abort ends the worker at once. */
  cancel?: (api: Api) => Promise<void>;
}
interface Live<Api> {
  api: Api;
  died: Promise<never>;
  kill: (reason: UnmaskError) => void;
}

/** A worker that was asked to stop has this long before it is ended. */
const cancelGraceMs = 5000;

export const aborted = (): UnmaskError =>
  new UnmaskError("base/aborted", "The job was cancelled.", "Start it again whenever you like.");

export class WorkerHost<Api extends object> {
  readonly #options: HostOptions;
  readonly #queue = new SerialQueue();
  #live: Live<Api> | undefined;
  #jobs = 0;
  /** The heavy job that has its turn. */
  #atWork: AbortSignal | undefined;
  readonly #held = new WeakMap<AbortSignal, { until: Promise<void>; release: () => void }>();

  constructor(options: HostOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#live !== undefined;
  }

  /** A heavy job: waits for its turn. @throws whatever the worker throws, as an UnmaskError; base/aborted. */
  async run<T>(job: (api: Api) => Promise<T>, options: JobOptions<Api> = {}): Promise<T> {
    const { signal } = options;
    let begun = false;
    this.#jobs++;
    const turn = this.#queue.run(async () => {
      try {
        if (signal !== undefined) await this.#whileHeld(signal);
        begun = true;
        this.#atWork = signal;
        return await this.#perform(job, options);
      } finally {
        this.#atWork = undefined;
        this.#jobs--;
      }
    });
    if (signal === undefined) return turn;
    // A job that is cancelled while it waits should not keep its caller waiting too.
    const leave = new Promise<never>((_, reject) => {
      const check = (): void => {
        if (!begun) reject(aborted());
      };
      if (signal.aborted) check();
      else signal.addEventListener("abort", check, { once: true });
    });
    return Promise.race([turn, leave]);
  }

  /**
   * Holds the heavy jobs of this signal, or lets them go on: the worker is asked about the one that has its turn, one
   * that waits for its turn does not begin before it may. Whatever else runs is left alone.
   */
  async hold(signal: AbortSignal, held: boolean, ask: (api: Api) => Promise<unknown>): Promise<void> {
    const standing = this.#held.get(signal);
    if (!held) {
      this.#held.delete(signal);
      standing?.release();
    } else if (standing === undefined) {
      let release!: () => void;
      this.#held.set(signal, { until: new Promise((resolve) => (release = resolve)), release });
    }
    if (this.#atWork === signal) await this.call(ask);
  }

  async #whileHeld(signal: AbortSignal): Promise<void> {
    const held = this.#held.get(signal);
    if (held === undefined || signal.aborted) return;
    signal.addEventListener("abort", held.release, { once: true });
    await held.until;
    signal.removeEventListener("abort", held.release);
    await this.#whileHeld(signal);
  }

  /** Whether no heavy job runs or waits. */
  get idle(): boolean {
    return this.#jobs === 0;
  }

  /**
   * A light call (pause, list, cancel, prepare) that must not wait behind the heavy job. Its failure never ends the
   * worker under one: what is broken the job meets by itself.
   */
  call<T>(job: (api: Api) => Promise<T>): Promise<T> {
    return this.#perform(job, {}, () => this.idle);
  }

  /** Ends the worker; whatever ran in it rejects with `reason`. */
  end(reason: UnmaskError = aborted()): void {
    this.#live?.kill(reason);
  }

  async #perform<T>(job: (api: Api) => Promise<T>, options: JobOptions<Api>, mayEnd = () => true): Promise<T> {
    const { signal } = options;
    if (signal?.aborted === true) throw aborted();
    const live = this.#start();
    let graceTimer: ReturnType<typeof setTimeout> | undefined;
    const stop = (): void => {
      const { cancel } = options;
      if (cancel === undefined) {
        live.kill(aborted());
        return;
      }
      graceTimer = setTimeout(() => live.kill(aborted()), cancelGraceMs);
      cancel(live.api).catch((error: unknown) => live.kill(asUnmaskError(error)));
    };
    signal?.addEventListener("abort", stop, { once: true });
    try {
      return await Promise.race([job(live.api), live.died]);
    } catch (error) {
      const ours = asUnmaskError(error);
      if (this.#options.fatal(ours.code) && mayEnd()) live.kill(ours);
      throw ours;
    } finally {
      clearTimeout(graceTimer);
      signal?.removeEventListener("abort", stop);
    }
  }

  #start(): Live<Api> {
    if (this.#live !== undefined) return this.#live;
    const { name } = this.#options;
    let worker: Worker;
    try {
      worker = this.#options.start();
    } catch (error) {
      throw new UnmaskError(
        "client/no-worker",
        `The browser did not let the page start its ${name}.`,
        "Open the page in a tab of its own rather than in a frame, from http or https rather than from a file.",
        {},
        error,
      );
    }
    const { api, release } = typedWrap<Api>(worker);
    let reject!: (reason: UnmaskError) => void;
    const died = new Promise<never>((_, no) => (reject = no));
    // Nobody may be waiting when a worker dies between two calls.
    died.catch(() => undefined);
    const live: Live<Api> = {
      api,
      died,
      kill: (reason) => {
        if (this.#live !== live) return; // all that ran in it rejects, and each would end it again
        this.#live = undefined;
        worker.terminate();
        release();
        reject(reason);
      },
    };
    worker.addEventListener("error", (event) => {
      const at = event.filename ? ` (${event.filename.split("/").pop() ?? ""}:${event.lineno})` : "";
      live.kill(
        new UnmaskError(
          "client/worker-failed",
          `The ${name} ended unexpectedly: ${event.message || "its script could not be loaded"}${at}.`,
          "Your checkpoints are safe. Try again; if it happens once more, reload the page.",
        ),
      );
    });
    worker.addEventListener("messageerror", () => {
      live.kill(
        new UnmaskError(
          "client/unreadable-answer",
          `The ${name} sent an answer that the page could not read.`,
          "The answer was probably too large for this machine's memory. Close other tabs and try again.",
        ),
      );
    });
    this.#live = live;
    return live;
  }
}
