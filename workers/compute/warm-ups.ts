/**
 * What running graphs ahead of time costs a device: the runtime keeps their buffers for the next run until the device
 * is closed, those of one recipe beside those of another. Counted here by plan, and bounded. Runs nothing.
 */
import type { Device } from "../../src/runtime/index.ts";

/** All the warm-ups of an open device together: more than this is not taken unasked. */
const MOST_BYTES = 1e9;

export class WarmUps {
  readonly #done = new WeakMap<Device, Map<string, number>>();

  /** Whether these graphs were not run yet and there is room for what they leave. */
  mayRun(device: Device, key: string, plannedBytes: number): boolean {
    const done = this.#done.get(device) ?? new Map<string, number>();
    const held = [...done.values()].reduce((sum, bytes) => sum + bytes, 0);
    return !done.has(key) && held + plannedBytes <= MOST_BYTES;
  }

  add(device: Device, key: string, plannedBytes: number): void {
    const done = this.#done.get(device);
    if (done === undefined) this.#done.set(device, new Map([[key, plannedBytes]]));
    else done.set(key, plannedBytes);
  }
}
