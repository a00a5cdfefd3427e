/**
 * The runtime room: picks a device, uploads weights, runs graphs, updates weights. The only room that
 * imports ONNX Runtime. It does not know what a language model is.
 */
import type { DeviceReport, DeviceSetting } from "../contract/index.ts";
import { GpuDevice, type GpuSteps } from "./gpu-device.ts";
import { HostDevice } from "./host-device.ts";
import { loadOrt, type OrtModule } from "./ort.ts";
import { splitDevice } from "./split-device.ts";
import { planDevice, readOffer, type DevicePlan } from "./pick-device.ts";
import type { Device } from "./types.ts";

export * from "./types.ts";
export { planDevice, readOffer, wasmThreads, type DevicePlan, type Offer } from "./pick-device.ts";
export { memoryLimits } from "./memory-limits.ts";
export { splitDevice } from "./split-device.ts";
export { clipScale } from "./host-optimiser.ts";

/** What `openDevice` would choose, without loading anything. */
export async function probeDevice(setting: DeviceSetting): Promise<DevicePlan> {
  return planDevice(setting, await readOffer());
}

/**
 * Opens the device for this setting. `assets` is the URL of the folder with ONNX Runtime's .mjs and
 * .wasm, ending in "/"; undefined in Node, where the package finds them itself.
 * @throws runtime/no-webgpu
 */
export async function openDevice(setting: DeviceSetting, assets?: string, options: OpenOptions = {}): Promise<Device> {
  const plan = await probeDevice(setting);
  const ort = await loadOrt(plan.kind, assets, plan.threads);
  const report = { ...plan, runtime: `onnxruntime-web ${ort.env.versions.web ?? ort.env.versions.common}` };
  if (plan.kind === "wasm") return limited(new HostDevice(ort, report), options.tensorBytes);
  const device = await GpuDevice.open(ort, report, options.gpuSteps);
  return limited(device, Math.min(options.tensorBytes ?? Infinity, device.tensorBytes));
}

const limited = (device: Device, tensorBytes = Infinity): Device =>
  tensorBytes === Infinity ? device : splitDevice(device, tensorBytes);

export interface OpenOptions {
  /** The largest tensor the device takes; tables beyond it are split by rows. On a GPU at most what it grants. */
  tensorBytes?: number;
  gpuSteps?: GpuSteps;
}

/** The same CPU code over onnxruntime-node, for pretraining and benchmarks. The caller imports the package. */
export function nativeDevice(ort: OrtModule, threads: number): Device {
  const report: DeviceReport = {
    kind: "native",
    threads,
    adapter: "",
    software: false,
    float16: true,
    reason: `Native ONNX Runtime with ${threads} threads.`,
    runtime: `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}`,
  };
  return new HostDevice(ort, report);
}
