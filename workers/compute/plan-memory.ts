/** The memory plan of a run, for the page and before a run starts. */
import {
  withoutPace,
  type ComputeWorker,
  type DeviceSetting,
  type MemoryPlan,
  type ModelConfig,
  type Recipe,
} from "../../src/contract/index.ts";
import { parameterCount, parametersOf } from "../../src/models/index.ts";
import { memoryLimits } from "../../src/runtime/index.ts";
import { adviseMemory, refuseWhatDoesNotFit } from "../../src/training/index.ts";
import { openModel } from "../shared/open-model.ts";

export const planMemory: ComputeWorker["planMemory"] = async (model, recipe, device, onProgress) => {
  const { config } = await openModel(model, onProgress);
  return adviseMemory(config, recipe, await memoryLimits(device));
};

/** Planning builds the graphs once more; a model this small fits wherever the page runs. */
const SURELY_FITS = { parameters: 5e6, tokens: 4096 };

/** The last plan that was made, for the run that follows its preparation. */
let last: { key: string; plan: MemoryPlan } | undefined;

/**
 * @returns the plan, where one had to be made
 * @throws training/does-not-fit
 */
export async function checkMemory(
  config: ModelConfig,
  recipe: Recipe,
  device: DeviceSetting,
): Promise<MemoryPlan | undefined> {
  const parameters = parameterCount(parametersOf(config, "mlm"));
  if (parameters <= SURELY_FITS.parameters && recipe.batchSize * recipe.blockLength <= SURELY_FITS.tokens)
    return undefined;
  const key = JSON.stringify([config, withoutPace(recipe), device]);
  if (last?.key !== key) last = { key, plan: refuseWhatDoesNotFit(config, recipe, await memoryLimits(device)) };
  return last.plan;
}
