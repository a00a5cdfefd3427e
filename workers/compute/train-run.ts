/** One training run from request to last save: the loop's signals go to storage and to the page. */
import type { RunEvent, TrainingPosition, TrainRequest } from "../../src/contract/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import { openObjective, TrainingRun, type RunControl } from "../../src/training/index.ts";
import { theDevice } from "./device.ts";
import { breathe, EventPosts } from "./event-posts.ts";
import { RunKeeper } from "./run-keeper.ts";
import { fromCheckpoint, fromModel, loadText } from "./run-start.ts";

export async function trainRun(
  request: TrainRequest,
  control: RunControl,
  post: (events: RunEvent[]) => Promise<void>,
): Promise<void> {
  const began = performance.now();
  const posts = new EventPosts(post);
  const device = await theDevice(request.device);
  const start = request.resumeFrom === undefined ? await fromModel(request) : await fromCheckpoint(request.resumeFrom);
  const text = await loadText(start);
  const totalSteps = start.recipe.maxSteps;
  const { model, recipe } = start;
  const run = await TrainingRun.open({
    device,
    config: model.config,
    recipe,
    objective: openObjective({ ...text, config: model.config, special: model.special, recipe }),
    weights: start.weights,
    ...(start.moments ? { moments: start.moments } : {}),
    ...(start.start ? { start: start.start } : {}),
    startStep: start.position?.step ?? 0,
    totalSteps,
    bestLoss: start.position?.bestLoss ?? Infinity,
    sinceBest: start.position?.sinceBest ?? 0,
  });
  try {
    posts.add({
      type: "started",
      step: start.position?.step ?? 0,
      totalSteps,
      device: device.report,
      prepareMs: performance.now() - began,
      blocks: (text.pairs?.train ?? text.sentences?.train ?? text.train).count,
      heldOutBlocks: text.heldOut.count,
      notices: [...start.notices, ...notices(start.position, device, text.notices)],
    });
    const keeper = new RunKeeper(request.project, start, device, totalSteps, posts);
    for await (const signal of run.signals(control)) {
      await keeper.take(signal);
      await breathe();
    }
  } finally {
    posts.flush();
    await run.dispose();
    await posts.delivered();
  }
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
