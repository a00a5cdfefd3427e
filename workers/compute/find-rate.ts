/** The learning-rate finder on the request's model and tokens. */
import type { ComputeWorker } from "../../src/contract/index.ts";
import { findRate, openObjective, precisionNotice } from "../../src/training/index.ts";
import { theDevice } from "./device.ts";
import { beginJob, nextPiece } from "./job-control.ts";
import { fromModel, loadText } from "./run-start.ts";

/** Posts a second, as for a run's events. */
const spacingMs = 100;

export const sweepRates: ComputeWorker["findRate"] = async (request, onSweep) => {
  const job = beginJob();
  const device = await theDevice(request.device);
  const start = await fromModel(request);
  const text = await loadText(start);
  const { model, recipe, weights } = start;
  const { config, special } = model;
  const objective = openObjective({ ...text, config, special, recipe });
  let postedAt = -Infinity;
  const notice = precisionNotice(recipe, device.report);
  const sweep = await findRate({ device, config, recipe, weights, objective }, async (points, { updates }) => {
    await nextPiece(job);
    if (performance.now() - postedAt < spacingMs) return;
    postedAt = performance.now();
    onSweep([...points], { phase: "trying rates", done: points.length, total: updates, unit: "steps" });
  });
  return notice === undefined ? sweep : { ...sweep, notice };
};
