/** Which of the bundled models suits this device: measured, not guessed. */
import { defaultRecipe, fastEnough, type BundledDoor, type BundledPick } from "../../src/contract/index.ts";
import { loadBundledTokenizer } from "../../src/models/index.ts";
import { measureNetwork } from "../../src/training/index.ts";
import { bundledModel } from "../shared/paths.ts";
import { theDevice } from "./device.ts";

/** mini costs at least so many times a step of tiny on every device measured: 5.3 on WASM, 3 and more on GPUs. */
const leastRatio = 3;

export const pickBundled: BundledDoor["pickBundled"] = async (sizes, setting, onProgress) => {
  const device = await theDevice(setting);
  const stepMs: BundledPick["stepMs"] = { tiny: null, mini: null };
  for (const [i, size] of sizes.entries()) {
    onProgress({ phase: "Timing a training step", done: i, total: sizes.length, unit: "items" });
    if (size === "mini" && !fastEnough(stepMs.tiny! * leastRatio)) break;
    const { config, special } = await loadBundledTokenizer(bundledModel(size));
    stepMs[size] = (await measureNetwork(device, config, special, defaultRecipe())).stepMs;
  }
  return { size: fastEnough(stepMs.mini) ? "mini" : "tiny", stepMs, device: device.report };
};
