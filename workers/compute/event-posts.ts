/**
 * Run events on their way to the page: at most ten posts a second, nothing lost, order kept. The page hears
 * events and the end of the job through two different ports, which may overtake each other: so a job must
 * wait for `delivered` before it ends, or its last events come too late to count.
 */
import type { RunEvent } from "../../src/contract/index.ts";

const spacingMs = 100;

export class EventPosts {
  readonly #post: (events: RunEvent[]) => Promise<void>;
  #waiting: RunEvent[] = [];
  #lastPost = -Infinity;
  #delivered: Promise<void> = Promise.resolve();

  /** `post` resolves when the page has taken the events in; it does not reject. */
  constructor(post: (events: RunEvent[]) => Promise<void>) {
    this.#post = post;
  }
  add(event: RunEvent): void {
    this.#waiting.push(event);
    if (event.type !== "step" || performance.now() - this.#lastPost >= spacingMs) this.flush();
  }
  flush(): void {
    if (this.#waiting.length === 0) return;
    const posted = this.#post(this.#waiting);
    this.#delivered = this.#delivered.then(() => posted);
    this.#waiting = [];
    this.#lastPost = performance.now();
  }
  /** Sends what waits; resolves when the page has all of it. */
  delivered(): Promise<void> {
    this.flush();
    return this.#delivered;
  }
}

/**
 * Gives the worker's own queue a turn: a WASM step settles in microtasks only, so without this a pause
 * or stop message would wait for the whole run. A message channel, since nested timers wait 4 ms.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
