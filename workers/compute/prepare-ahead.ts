/** The graphs of a run, compiled while the person still reads, chooses or imports; and how long that took. */
import type { AheadDoor, AheadRequest } from "../../src/contract/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import { aheadPieces } from "../../src/training/index.ts";
import { whileIdle } from "./device.ts";
import { checkMemory } from "./plan-memory.ts";

/** A warm-up takes a whole run's memory; more than this is not taken unasked. */
const MOST_WARM_UP_BYTES = 1e9;

/** On the graphs that lie ready, the device's opening with them. */
let spentMs = 0;

export const prepareAhead: AheadDoor["prepareAhead"] = (request) => {
  const began = performance.now();
  return whileIdle(request.device, (device) => {
    spentMs = performance.now() - began;
    return pieces(device, request);
  });
};

async function* pieces(device: Device, { config, recipe, device: setting }: AheadRequest) {
  await device.prepared.release();
  const planned = (await checkMemory(config, recipe, setting))?.totalBytes ?? 0;
  // On the CPU there are no shaders, and the runtime's heap, once grown, would stay as large.
  const warmUp = device.report.kind === "webgpu" && planned <= MOST_WARM_UP_BYTES;
  for (const piece of aheadPieces({ device, config, recipe, warmUp })) {
    yield async (): Promise<void> => {
      const began = performance.now();
      await piece();
      spentMs += performance.now() - began;
    };
  }
}

/**
 * Opens something on the device and tells how long had been spent on what it took of the graphs that lay ready; where
 * it wanted none, they are let go.
 */
export async function takingPrepared<T>(
  device: Device,
  open: () => Promise<T>,
): Promise<{ opened: T; aheadMs?: number }> {
  const ready = device.prepared.count;
  const opened = await open();
  if (device.prepared.count < ready) return { opened, aheadMs: spentMs };
  await device.prepared.release();
  return { opened };
}
