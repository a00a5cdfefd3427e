/** The one open device of this worker; a different setting closes it and opens another. */
import type { DeviceSetting } from "../../src/contract/index.ts";
import { openDevice, type Device } from "../../src/runtime/index.ts";
import { ortAssets } from "../shared/paths.ts";

let open: { setting: DeviceSetting; device: Promise<Device> } | undefined;

export async function theDevice(setting: DeviceSetting): Promise<Device> {
  if (open?.setting !== setting) {
    const previous = open;
    open = { setting, device: openDevice(setting, ortAssets) };
    if (previous !== undefined) await (await previous.device).dispose();
    open.device.catch(() => {
      open = undefined; // the next call tries again, and throws its own reason
    });
  }
  return open.device;
}

export async function loseTheDevice(): Promise<void> {
  (await open?.device)?.lose();
}
