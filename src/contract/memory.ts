/** How much memory a run will take, before any of it is allocated; and what would make it take less. */
import type { DeviceKind, DeviceSetting } from "./device.ts";
import type { ModelRef, Progress } from "./model.ts";
import type { Recipe } from "./recipe/index.ts";

/** What the memory is for; the runtime's copies are weights and gradients on their way in and out of it. */
export type MemoryPart = "weights" | "gradients" | "optimiser" | "activations" | "copies";
/** What a device grants. `Infinity` never crosses the worker wall: what is not known is null. */
export interface MemoryLimits {
  kind: DeviceKind;
  /** In all; null where the device does not say. */
  totalBytes: number | null;
  /** Where that number comes from, for the page. */
  totalFrom: string;
  /** A single tensor; null where only the total counts. */
  tensorBytes: number | null;
  /** A weight table may be larger: it is split by rows. */
  splitsTables: boolean;
  /** Computes in half precision; absent where it does not. */
  float16?: boolean;
  /** What the runtime can address; on the CPU its own heap. */
  heapBytes: number | null;
}
export interface MemoryPlan {
  kind: DeviceKind;
  parts: { part: MemoryPart; bytes: number }[];
  totalBytes: number;
  /** The runtime's own heap on the CPU: weights, gradients and activations while a step runs. */
  heapBytes: number;
  /** The largest single tensor that is no weight. */
  largestBytes: number;
  limits: MemoryLimits;
  /** Why it cannot run, in plain sentences; empty when it fits. */
  problems: string[];
}
/** A change of the recipe that takes less. */
export interface MemoryRemedy {
  /** "Recompute activations": in the words of the settings. */
  label: string;
  settings: Partial<Recipe>;
  totalBytes: number;
  fits: boolean;
}
export interface MemoryAdvice {
  plan: MemoryPlan;
  /** The cheapest change first; empty when the plan fits. */
  remedies: MemoryRemedy[];
}
export interface MemoryDoor {
  /** Plans a run of this recipe on this device; nothing is allocated and nothing downloaded but the model itself. */
  planMemory(
    model: ModelRef,
    recipe: Recipe,
    device: DeviceSetting,
    onProgress: (progress: Progress) => void,
  ): Promise<MemoryAdvice>;
}
