/**
 * Which graphs were run ahead of time on a device, and whether there is room for more: what they leave there stays until
 * the device is closed. Runs nothing.
 */
import type { Device } from "../../src/runtime/index.ts";
import { mostKeptBytes } from "./one-device.ts";

export class WarmUps {
  readonly #done = new WeakMap<Device, Set<string>>();

  /** Whether these graphs were not run yet and there is room for what they leave. */
  mayRun(device: Device, key: string, plannedBytes: number): boolean {
    const isNew = this.#done.get(device)?.has(key) !== true;
    return isNew && device.keptBytes + plannedBytes <= mostKeptBytes;
  }

  add(device: Device, key: string): void {
    this.#done.set(device, (this.#done.get(device) ?? new Set()).add(key));
  }
}
