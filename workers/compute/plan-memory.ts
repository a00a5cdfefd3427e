/** The memory plan of a run, for the page, ahead of a run and before one starts: made once for all three. */
import {
  graphsKey,
  type AheadRequest,
  type ComputeWorker,
  type MemoryAdvice,
  type MemoryLimits,
  type MemoryPlan,
} from "../../src/contract/index.ts";
import { parameterCount, parametersOf } from "../../src/models/index.ts";
import { memoryLimits } from "../../src/runtime/index.ts";
import { adviseMemory, doesNotFit, planRecipe } from "../../src/training/index.ts";
import { openModel } from "../shared/open-model.ts";

/** The last plan that was made. */
let last: { key: string; limits: MemoryLimits; plan: MemoryPlan; advice?: MemoryAdvice } | undefined;

async function planned(request: AheadRequest) {
  const key = graphsKey(request);
  if (last?.key === key) return last;
  const limits = await memoryLimits(request.device);
  return (last = { key, limits, plan: planRecipe(request.config, request.recipe, limits) });
}

export const planOf = async (request: AheadRequest): Promise<MemoryPlan> => (await planned(request)).plan;

/** With what would take less, where it does not fit: each of these is a plan of its own. */
async function adviceOf(request: AheadRequest): Promise<MemoryAdvice> {
  const mine = await planned(request);
  return (mine.advice ??= adviseMemory(request.config, request.recipe, mine.limits, mine.plan));
}

export const planMemory: ComputeWorker["planMemory"] = async (model, recipe, device, onProgress) => {
  const { config } = await openModel(model, onProgress);
  return adviceOf({ config, recipe, device });
};

/** Planning builds the graphs once more; a model this small fits wherever the page runs. */
const SURELY_FITS = { parameters: 5e6, tokens: 4096 };

/** @throws training/does-not-fit */
export async function checkMemory(request: AheadRequest): Promise<void> {
  const { config, recipe } = request;
  const parameters = parameterCount(parametersOf(config, "mlm"));
  if (parameters <= SURELY_FITS.parameters && recipe.batchSize * recipe.blockLength <= SURELY_FITS.tokens) return;
  const advice = await adviceOf(request);
  if (advice.plan.problems.length > 0) throw doesNotFit(advice);
}
