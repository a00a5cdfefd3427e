/** Best guesses at the gaps of many texts, on this worker's device. */
import type { ManyMasksDoor } from "../../src/contract/index.ts";
import { openModel } from "../shared/open-model.ts";
import { theDevice } from "./device.ts";
import { guessGaps } from "./guess-gaps.ts";

export const fillManyMasks: ManyMasksDoor["fillManyMasks"] = async (texts, ref, setting, top, onProgress) =>
  guessGaps(await theDevice(setting), await openModel(ref, onProgress), texts, top, onProgress);
