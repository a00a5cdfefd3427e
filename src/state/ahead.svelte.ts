/**
 * Has the compute worker make the next run's graphs while it has nothing else to do: soon after model, recipe and
 * device have come to rest. A failure is not shown: whatever it was, the run itself will say it when it is started.
 */
import { asUnmaskError, type UnmaskError } from "../base/index.ts";
import type { Client } from "../client/index.ts";
import { withoutPace, type AheadRequest } from "../contract/index.ts";

/** Somebody who types a number is not done with its first digit. */
const restMs = 500;

export class AheadState {
  /** "ready": the graphs of what was last asked for lie ready. */
  phase = $state<"" | "preparing" | "ready">("");
  error: UnmaskError | null = null;
  readonly #client: Client;
  #key = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** What a run would be made of now; null while none is in sight, or the worker is wanted for something else. */
  want(request: AheadRequest | null): void {
    clearTimeout(this.#timer);
    if (request === null) return;
    const key = JSON.stringify([request.config, withoutPace(request.recipe), request.device]);
    if (key === this.#key && this.#client.compute.running) return;
    this.phase = "";
    this.#timer = setTimeout(() => void this.#prepare(key, request), restMs);
  }

  /** A run has it now. What it needs again lies in the device's own memory of shaders: it is not made twice. */
  taken(): void {
    this.phase = "";
  }

  async #prepare(key: string, request: AheadRequest): Promise<void> {
    const { compute } = this.#client;
    if (!compute.idle) return;
    this.#key = key;
    this.phase = "preparing";
    try {
      const isDone = await compute.call((api) => api.prepareAhead(request));
      if (this.#key !== key) return;
      this.phase = isDone ? "ready" : "";
      if (!isDone) this.#key = ""; // somebody wanted the device: asked for again when it is free
    } catch (error) {
      this.error = asUnmaskError(error);
      if (this.#key === key) this.phase = "";
    }
  }
}
