/** The precision that a run computes in: the recipe's, where the device has it. */
import type { DeviceReport, MemoryLimits, Recipe } from "../contract/index.ts";

/** The recipe as this device can run it: float32 where it has no float16. */
export function onDevice(recipe: Recipe, { float16 }: Pick<DeviceReport | MemoryLimits, "float16">): Recipe {
  return recipe.precision === "f16" && float16 !== true ? { ...recipe, precision: "f32" } : recipe;
}

/** A plain sentence where the device cannot compute as the recipe asks. */
export function precisionNotice(recipe: Recipe, device: Pick<DeviceReport, "float16" | "kind">): string | undefined {
  if (onDevice(recipe, device) === recipe) return undefined;
  return device.kind === "webgpu"
    ? "The recipe asks for float16, which this graphics adapter does not offer (shader-f16): the run computes in float32."
    : "The recipe asks for float16, which only WebGPU offers; on the CPU the run computes in float32.";
}
