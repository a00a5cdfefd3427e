/** One number a document, on this worker's device. */
import type { DocumentScoresDoor } from "../../src/contract/index.ts";
import { openModel } from "../shared/open-model.ts";
import { theDevice } from "./device.ts";
import { beginJob, nextPiece } from "./job-control.ts";
import { lossesOfDocuments, nearnessOfDocuments } from "./score-documents.ts";

export const neighbourScores: DocumentScoresDoor["neighbourScores"] = async (ref, setting, ...asked) => {
  const job = beginJob();
  const [device, model] = [await theDevice(setting), await openModel(ref, asked[4])];
  return nearnessOfDocuments(device, model, ...asked, () => nextPiece(job));
};

export const documentLosses: DocumentScoresDoor["documentLosses"] = async (ref, setting, ...asked) => {
  const job = beginJob();
  const [device, model] = [await theDevice(setting), await openModel(ref, asked[3])];
  return lossesOfDocuments(device, model, ...asked, () => nextPiece(job));
};
