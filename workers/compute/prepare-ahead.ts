/** The graphs of a run, compiled while the person still reads, chooses or imports; and how long that took. */
import { UnmaskError } from "../../src/base/index.ts";
import { graphsKey, type AheadDoor, type AheadRequest } from "../../src/contract/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import { isAnyTraining } from "../../src/storage/index.ts";
import { aheadPieces, doesNotFit } from "../../src/training/index.ts";
import { devices } from "./device.ts";
import { planOf } from "./plan-memory.ts";
import { WarmUps } from "./warm-ups.ts";

const warmUps = new WarmUps();

/** What lies ready, once there is a device. */
interface Preparation {
  key: string;
  isDone: Promise<boolean>;
  device?: Device;
  graphs: number;
}
let last: Preparation | undefined;

/** While it is being made, and as long as nobody has taken anything of it nor closed its device. */
const liesReady = ({ device, graphs }: Preparation): boolean =>
  device === undefined || device.prepared.count === graphs;

export const prepareAhead: AheadDoor["prepareAhead"] = (request) => {
  const key = graphsKey(request);
  if (last?.key === key && liesReady(last)) return last.isDone;
  const mine: Preparation = { key, isDone: Promise.resolve(false), graphs: 0 };
  last = mine;
  mine.isDone = devices
    .whileIdle(request.device, (device) => pieces(device, request, mine))
    .finally(() => {
      if (mine.device === undefined && last === mine) last = undefined;
    });
  return mine.isDone;
};

async function* pieces(device: Device, request: AheadRequest, mine: Preparation) {
  await device.prepared.release();
  if (await isAnyTraining())
    throw new UnmaskError("storage/project-busy", "Another tab of this browser is training: the device is left to it.");
  const { config, recipe } = request;
  const plan = await planOf(request);
  if (plan.problems.length > 0) throw doesNotFit({ plan, remedies: [] });
  // On the CPU there are no shaders, and the runtime's heap, once grown, would stay as large.
  const warmUp = device.report.kind === "webgpu" && warmUps.mayRun(device, mine.key, plan.totalBytes);
  for (const piece of aheadPieces({ device, config, recipe, warmUp }))
    yield () => {
      if (warmUp) warmUps.add(device, mine.key);
      return piece();
    };
  mine.device = device;
  mine.graphs = device.prepared.count;
}

/**
 * Opens something on the device and tells how long had been spent on what it took of the graphs that lay ready; where
 * it wanted none, or could not be opened, they are let go.
 */
export async function takingPrepared<T>(
  device: Device,
  open: () => Promise<T>,
): Promise<{ opened: T; aheadMs?: number }> {
  const ready = device.prepared.count;
  let hasTaken = false;
  try {
    const opened = await open();
    hasTaken = device.prepared.count < ready;
    return hasTaken ? { opened, aheadMs: devices.idleMs } : { opened };
  } finally {
    if (!hasTaken) await device.prepared.release();
  }
}
