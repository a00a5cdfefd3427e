/** Run events on their way to the page: at most ten posts a second, nothing lost, order kept. */
import type { RunEvent } from "../../src/contract/index.ts";

const spacingMs = 100;

export class EventPosts {
  readonly #post: (events: RunEvent[]) => void;
  #waiting: RunEvent[] = [];
  #lastPost = -Infinity;

  constructor(post: (events: RunEvent[]) => void) {
    this.#post = post;
  }
  add(event: RunEvent): void {
    this.#waiting.push(event);
    if (event.type !== "step" || performance.now() - this.#lastPost >= spacingMs) this.flush();
  }
  flush(): void {
    if (this.#waiting.length === 0) return;
    this.#post(this.#waiting);
    this.#waiting = [];
    this.#lastPost = performance.now();
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
