/**
 * The one open device of this worker; a different setting closes it and opens another. Whoever asks for it comes before
 * work that nobody waits for, since the runtime runs one graph at a time.
 */
import type { DeviceSetting } from "../../src/contract/index.ts";
import { openDevice, type Device } from "../../src/runtime/index.ts";
import { ortAssets } from "../shared/paths.ts";
import { IdleWork } from "./idle-work.ts";

let open: { setting: DeviceSetting; device: Promise<Device> } | undefined;
const idle = new IdleWork();

export async function theDevice(setting: DeviceSetting): Promise<Device> {
  await idle.stop();
  return opened(setting);
}

/** Does the pieces that `work` cuts itself into until they end or somebody asks for the device: then it gives false. */
export function whileIdle(
  setting: DeviceSetting,
  work: (device: Device) => AsyncIterable<() => Promise<void>>,
): Promise<boolean> {
  return idle.run(
    (async function* () {
      yield* work(await opened(setting));
    })(),
  );
}

async function opened(setting: DeviceSetting): Promise<Device> {
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
