/** What a device grants, as far as the browser says; nothing is opened for it. */
import type { DeviceSetting, MemoryLimits } from "../contract/index.ts";
import { planDevice, readOffer } from "./pick-device.ts";

/** 32-bit WebAssembly. */
const HEAP_BYTES = 2 ** 32;
/** Browsers round deviceMemory and stop at this many GB; from there on it says only "at least". */
const MOST_TOLD_GB = 8;
/** The system and the other tabs want theirs. */
const USABLE_SHARE = 0.75;

export async function memoryLimits(setting: DeviceSetting): Promise<MemoryLimits> {
  const { kind } = planDevice(setting, await readOffer());
  const { gpu, deviceMemory } = (globalThis as { navigator?: { gpu?: GPU; deviceMemory?: number } }).navigator ?? {};
  const told = deviceMemory !== undefined && deviceMemory < MOST_TOLD_GB;
  const total = told
    ? { totalBytes: USABLE_SHARE * deviceMemory * 1e9, totalFrom: `of this machine's ${deviceMemory} GB it can have` }
    : { totalBytes: null, totalFrom: "the browser does not say how much there is" };
  if (kind === "wasm") return { kind, ...total, tensorBytes: null, heapBytes: HEAP_BYTES, splitsTables: false };
  const adapter = await gpu!.requestAdapter({ powerPreference: "high-performance" });
  const limits = adapter?.limits;
  // WebGPU grants limits on one buffer only: what a graphics card holds in all it tells nobody.
  const tensorBytes = limits === undefined ? null : Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  const float16 = adapter?.features.has("shader-f16") ?? false;
  return { kind, ...total, tensorBytes, heapBytes: null, splitsTables: true, float16 };
}
