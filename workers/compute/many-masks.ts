/** Best guesses at the gaps of many texts, on this worker's device. */
import type { ManyMasksDoor } from "../../src/contract/index.ts";
import { openModel } from "../shared/open-model.ts";
import { theDevice } from "./device.ts";
import { guessGaps } from "./guess-gaps.ts";
import { beginJob, nextPiece } from "./job-control.ts";

export const fillManyMasks: ManyMasksDoor["fillManyMasks"] = async (texts, ref, setting, top, onProgress) => {
  const job = beginJob();
  const [device, model] = [await theDevice(setting), await openModel(ref, onProgress)];
  return guessGaps(device, model, texts, top, onProgress, () => nextPiece(job));
};
