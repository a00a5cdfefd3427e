/**
 * The one open device of a worker; a different setting closes it and opens another. Whoever asks for it comes before
 * work that nobody waits for, since the runtime runs one graph at a time. Knows not how a device is opened.
 */
import { asUnmaskError, hasCode } from "../../src/base/index.ts";
import type { DeviceSetting } from "../../src/contract/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import { IdleWork } from "./idle-work.ts";

/** What a device may keep from one job to the next. */
export const mostKeptBytes = 1e9;

export class OneDevice {
  readonly #openDevice: (setting: DeviceSetting) => Promise<Device>;
  readonly #idle = new IdleWork();
  #open: { setting: DeviceSetting; device: Promise<Device> } | undefined;

  constructor(openDevice: (setting: DeviceSetting) => Promise<Device>) {
    this.#openDevice = openDevice;
  }

  async get(setting: DeviceSetting): Promise<Device> {
    await this.#idle.stop();
    return this.#get(setting);
  }

  /**
   * Does the pieces that `work` cuts itself into until they end or somebody asks for the device: then it gives false.
   * After a piece that failed the device is closed: an error that a GPU has reported stands in the way of all later
   * work. A lost one is left to whoever comes: its loss, met by a run, brings the run back in a new worker.
   */
  whileIdle(setting: DeviceSetting, work: (device: Device) => AsyncIterable<() => Promise<void>>): Promise<boolean> {
    const pieces = async function* (this: OneDevice) {
      for await (const piece of work(await this.#get(setting)))
        yield async () => {
          try {
            await piece();
          } catch (error) {
            if (!hasCode(error, "runtime/device-lost")) await this.#close();
            throw error;
          }
        };
    };
    return this.#idle.run(pieces.call(this));
  }

  /** What the last work of this kind took until somebody asked for the device. */
  get idleMs(): number {
    return this.#idle.spentMs;
  }

  /** Between two jobs: a device that keeps much of the last one's is closed, for the next may have other shapes. */
  async tidy(): Promise<void> {
    const device = await this.#open?.device;
    if (device === undefined || device.keptBytes <= mostKeptBytes) return;
    await this.#idle.stop();
    await this.#close();
  }

  async lose(): Promise<void> {
    (await this.#open?.device)?.lose();
  }

  async #get(setting: DeviceSetting): Promise<Device> {
    if (this.#open?.setting === setting) return this.#open.device;
    const closing = this.#close();
    const opening = { setting, device: this.#openDevice(setting) };
    this.#open = opening;
    opening.device.catch(() => {
      if (this.#open === opening) this.#open = undefined; // the next call tries again, and throws its own reason
    });
    await closing;
    return opening.device;
  }

  async #close(): Promise<void> {
    const closing = this.#open;
    this.#open = undefined;
    try {
      await (await closing?.device)?.dispose();
    } catch (error) {
      console.warn(asUnmaskError(error).message); // it is out of use; what broke it is told by whoever closes it
    }
  }
}
