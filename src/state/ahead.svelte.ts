/**
 * Has the compute worker make the next run's graphs while it has nothing else to do: soon after model, recipe and
 * device have come to rest. A failure is not shown: whatever it was, the run itself will say it when it is started.
 */
import { asUnmaskError, type UnmaskError } from "../base/index.ts";
import { isFatalForCompute, TabMark, type Client } from "../client/index.ts";
import { graphsKey, type AheadRequest } from "../contract/index.ts";

/** Somebody who types a number is not done with its first digit. */
const restMs = 500;

export class AheadState {
  /** "ready": the graphs of what was last asked for lie ready. */
  phase = $state<"" | "preparing" | "ready">("");
  error: UnmaskError | null = null;
  readonly #client: Client;
  /** What lies ready, is being made or will be soon; each time that this changes is a turn. */
  #key = "";
  #turn = 0;
  /** What the last run took. */
  #taken = "";
  #making = 0;
  #hasGivenUp: boolean;
  /** Stands while something is being made, and stays where that cost the device or the page. */
  readonly #mark = new TabMark("unmask-preparing");
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.#client = client;
    this.#hasGivenUp = this.#mark.isSet; // it went wrong on the last visit: this one does without
    this.#mark.clear();
  }

  /**
   * What a run would be made of now; null while none is in sight, or the worker is wanted for something else, which may
   * take what lies ready or close the device: then it is asked for again (and is at once where it still lies there).
   */
  want(request: AheadRequest | null): void {
    const key = request === null ? "" : graphsKey(request);
    if (key === this.#key) return;
    clearTimeout(this.#timer);
    this.#key = key;
    this.#turn++;
    this.phase = "";
    if (request !== null && key !== this.#taken && !this.#hasGivenUp)
      this.#timer = setTimeout(() => void this.#prepare(request), restMs);
  }

  /** A run has it now. What it needs again lies in the device's own memory of shaders: it is not made twice. */
  taken(request: AheadRequest | null): void {
    this.#taken = request === null ? "" : graphsKey(request);
  }

  /** Nothing went wrong so far; the page may be left, whatever is still being made. */
  leave(): void {
    if (!this.#hasGivenUp) this.#mark.clear();
  }

  async #prepare(request: AheadRequest): Promise<void> {
    const { compute } = this.#client;
    const mine = this.#turn;
    this.phase = "preparing";
    this.#making++;
    this.#mark.set();
    try {
      const isDone = compute.idle && (await compute.call((api) => api.prepareAhead(request)));
      if (mine !== this.#turn) return;
      this.phase = isDone ? "ready" : "";
      if (!isDone) this.#key = ""; // somebody wanted the device: asked for again when it is free
    } catch (error) {
      this.error = asUnmaskError(error);
      // Tried again and again it would take the GPU from the page, and with it from the run.
      if (isFatalForCompute(this.error.code)) this.#hasGivenUp = true;
      if (mine === this.#turn) this.phase = "";
    } finally {
      if (--this.#making === 0) this.leave();
    }
  }
}
