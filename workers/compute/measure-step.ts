/** What an update of the request's recipe costs, beside one with everything learning. */
import { allLearning, loraOf, type ComputeWorker } from "../../src/contract/index.ts";
import { costUpdates, headOf, measureStep, openObjective, precisionNotice } from "../../src/training/index.ts";
import { openModel } from "../shared/open-model.ts";
import { theDevice } from "./device.ts";
import { breathe } from "./event-posts.ts";
import { modelWeights } from "./model-weights.ts";
import { fromModel, loadText } from "./run-start.ts";

export const measureCosts: ComputeWorker["measureStep"] = async (request, onProgress) => {
  const device = await theDevice(request.device);
  const start = await fromModel(request);
  const text = await loadText(start);
  const model = await openModel(request.model, () => {});
  const { config, special } = model;
  let done = 0;
  const cost = (recipe: typeof request.recipe) =>
    measureStep(
      {
        ...{ device, config, recipe },
        weights: modelWeights(model, recipe.seed, headOf(recipe), loraOf(recipe)),
        objective: openObjective({ ...text, config, special, recipe }),
      },
      async () => {
        await breathe();
        onProgress({ phase: "timing updates", done: ++done, total: 2 * costUpdates, unit: "steps" });
      },
    );
  const notice = precisionNotice(request.recipe, device.report);
  return {
    ...(notice === undefined ? {} : { notice }),
    chosen: await cost(request.recipe),
    all: await cost(allLearning(request.recipe)),
  };
};
