/** One training run from request to last save: the loop's signals go to storage and to the page. */
import {
  withEpochs,
  type Recipe,
  type RunEvent,
  type TrainingPosition,
  type TrainRequest,
} from "../../src/contract/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import {
  openObjective,
  taskObjective,
  TrainingRun,
  type Objective,
  type RunControl,
} from "../../src/training/index.ts";
import { theDevice } from "./device.ts";
import { checkMemory } from "./plan-memory.ts";
import { takingPrepared } from "./prepare-ahead.ts";
import { breathe, EventPosts } from "./event-posts.ts";
import { RunKeeper } from "./run-keeper.ts";
import type { StageContext } from "./stage-model.ts";
import { fromCheckpoint, fromModel, loadText, type RunStart } from "./run-start.ts";

/**
 * Trains to the end or to a stop.
 * @param context where in a pipeline the run stands
 * @returns the model that the result is compared with
 */
export async function trainRun(
  request: TrainRequest,
  control: RunControl,
  post: (events: RunEvent[]) => Promise<void>,
  context?: StageContext,
): Promise<{ name: string; ref: string }> {
  const began = performance.now();
  const posts = new EventPosts(post);
  const device = await theDevice(request.device);
  const given =
    request.resumeFrom === undefined ? await fromModel(request, context) : await fromCheckpoint(request.resumeFrom);
  const { recipe, objective, blocks, heldOutBlocks, notices: said } = await sourceOf(given);
  const start = { ...given, recipe };
  const totalSteps = recipe.maxSteps;
  // A run that was saved here did fit: the plan does not stand in its way. A task's graph is smaller than MLM's.
  if (request.resumeFrom === undefined && objective.head === "mlm")
    await checkMemory({ config: start.model.config, recipe, device: request.device });
  const plan = {
    device,
    config: start.model.config,
    recipe,
    objective,
    weights: start.weights,
    ...(start.moments ? { moments: start.moments } : {}),
    ...(start.start ? { start: start.start } : {}),
    startStep: start.position?.step ?? 0,
    totalSteps,
    bestLoss: start.position?.bestLoss ?? Infinity,
    sinceBest: start.position?.sinceBest ?? 0,
    ...(start.position?.lossScale ? { lossScale: start.position.lossScale } : {}),
  };
  const { opened: run, aheadMs } = await takingPrepared(device, () => TrainingRun.open(plan));
  try {
    posts.add({
      type: "started",
      step: start.position?.step ?? 0,
      totalSteps,
      device: device.report,
      prepareMs: performance.now() - began,
      ...(aheadMs === undefined ? {} : { aheadMs }),
      blocks,
      heldOutBlocks,
      notices: [...start.notices, ...notices(start.position, device, said)],
    });
    const keeper = new RunKeeper(request.project, start, device, totalSteps, posts);
    for await (const signal of run.signals(control)) {
      await keeper.take(signal);
      await breathe();
    }
  } finally {
    posts.flush();
    await run.dispose();
    await device.prepared.release();
    await posts.delivered();
  }
  return { name: start.baseName, ref: start.baseRef };
}

interface Source {
  objective: Objective;
  blocks: number;
  heldOutBlocks: number;
  notices: string[];
  /** With the steps that the stage's epochs come to; on resume it is the one that was saved. */
  recipe: Recipe;
}

/** What the run learns from: packed text, or the labelled rows of a stage. */
async function sourceOf(start: RunStart): Promise<Source> {
  const { model, labelled, pipeline, position } = start;
  const { config, special } = model;
  if (labelled !== undefined) {
    const { train, dev } = labelled.task;
    const recipe = position === undefined ? labelled.recipe : start.recipe;
    const objective = taskObjective({ config, special, recipe, head: labelled.info.head, train, dev });
    const { notes: notices } = labelled;
    return { objective, recipe, notices, blocks: train.rows.length, heldOutBlocks: dev.rows.length };
  }
  const text = await loadText(start);
  const blocks = (text.pairs?.train ?? text.sentences?.train.first ?? text.train).count;
  const epochs = pipeline?.stages[pipeline.stage]?.epochs ?? 0;
  const recipe = position === undefined ? withEpochs(start.recipe, epochs, blocks) : start.recipe;
  const objective = openObjective({ ...text, config, special, recipe });
  return { objective, recipe, notices: text.notices, blocks, heldOutBlocks: text.heldOut.count };
}

/** Plain sentences on what is not as it was, or not as one might think. */
function notices(position: TrainingPosition | undefined, device: Device, onText: readonly string[]): string[] {
  const said = [...onText];
  if (position === undefined) return said;
  const { kind, threads, runtime } = device.report;
  if (position.device !== kind || position.threads !== threads || position.runtime !== runtime)
    said.push(
      `The run was saved on ${position.device} with ${position.threads} threads (${position.runtime}) and goes on on ${kind} with ${threads} (${runtime}): the same batches and masks, but not the same numbers to the last bit.`,
    );
  return said;
}
