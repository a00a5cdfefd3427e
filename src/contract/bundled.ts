/** The models that come with the page, and how the page picks one: by how long a step takes on this device. */
import type { OnProgress } from "./worker-api.ts";
import type { DeviceReport, DeviceSetting } from "./device.ts";

export const bundledModels = {
  tiny: {
    folder: "base",
    name: "Bundled tiny model",
    help: "2 layers, 1.5 million weights, 3 MB. Quick on any laptop: the right one for a first look and for slow machines.",
  },
  mini: {
    folder: "mini",
    name: "Bundled mini model",
    help: "4 layers, 5.5 million weights, 11 MB. It guesses hidden words better, but a step takes about five times as long.",
  },
} as const;
export type BundledSize = keyof typeof bundledModels;
export const bundledSizes = Object.keys(bundledModels) as BundledSize[];

export interface BundledPick {
  size: BundledSize;
  /** Milliseconds a step of the default recipe; null: not measured, because tiny's own pace already ruled it out. */
  stepMs: Record<BundledSize, number | null>;
  device: DeviceReport;
}

/** So many steps of the larger model must take at most so long: a first run that a person waits for. */
export const pickSteps = 200;
const longestRunMs = 60_000;
export const fastEnough = (stepMs: number | null): boolean => stepMs !== null && stepMs * pickSteps <= longestRunMs;

export interface BundledDoor {
  /** Trains these networks for a moment, with random weights, about three seconds in all; nothing is kept. */
  pickBundled(sizes: readonly BundledSize[], device: DeviceSetting, onProgress: OnProgress): Promise<BundledPick>;
}
