/** One number a document, on this worker's device. */
import type { DocumentScoresDoor } from "../../src/contract/index.ts";
import { openModel } from "../shared/open-model.ts";
import { theDevice } from "./device.ts";
import { lossesOfDocuments, nearnessOfDocuments } from "./score-documents.ts";

export const neighbourScores: DocumentScoresDoor["neighbourScores"] = async (ref, setting, ...asked) =>
  nearnessOfDocuments(await theDevice(setting), await openModel(ref, asked[4]), ...asked);

export const documentLosses: DocumentScoresDoor["documentLosses"] = async (ref, setting, ...asked) =>
  lossesOfDocuments(await theDevice(setting), await openModel(ref, asked[3]), ...asked);
