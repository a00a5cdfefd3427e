/**
 * A pipeline's stages one after the other, each from the model that the one before it made, with a checkpoint after
 * each. Where it stands travels in every checkpoint, so it goes on in the middle after a reload. A request without
 * stages is one plain run.
 */
import {
  textsFor,
  type PipelinePosition,
  type RunEvent,
  type StageDone,
  type TrainingPosition,
  type TrainRequest,
} from "../../src/contract/index.ts";
import { loadCheckpointMeta } from "../../src/storage/index.ts";
import type { RunControl } from "../../src/training/index.ts";
import { scoreStage } from "./labelled-stage.ts";
import { stageModel, type StageContext } from "./stage-model.ts";
import { trainRun } from "./train-run.ts";

type Post = (events: RunEvent[]) => Promise<void>;
type Finished = Extract<RunEvent, { type: "finished" }>;

export async function runStages(request: TrainRequest, control: RunControl, post: Post): Promise<void> {
  const { resumeFrom } = request;
  const position = resumeFrom === undefined ? undefined : (await loadCheckpointMeta(resumeFrom)).position;
  const begun = position === undefined ? plain(request) : position.pipeline;
  if (begun === undefined) return void (await trainRun(request, control, post));
  let place = begun;
  let resume = resumeFrom;
  let base: StageContext["base"];
  if (position !== undefined) {
    base = { name: position.baseModel, ref: position.baseRef };
    if (position.step >= position.totalSteps && resumeFrom !== undefined) {
      place = after(place, doneBy(place, position, resumeFrom));
      resume = undefined;
    }
  }
  for (;;) {
    const plan = place.stages[place.stage];
    if (plan === undefined) return;
    await post([stageEvent(place)]);
    const { finished, base: own } = await oneStage(
      {
        project: request.project,
        device: request.device,
        model: stageModel(place) ?? request.model,
        recipe: plan.recipe,
        tokenizedId: plan.tokenizedId,
        ...textsFor(plan.recipe, plan),
        ...(resume === undefined ? {} : { resumeFrom: resume }),
      },
      control,
      post,
      { pipeline: place, ...(base === undefined ? {} : { base }) },
    );
    if (finished === undefined) return;
    base = own;
    if (finished.reason === "stopped") return post([finished]);
    const { lastCheckpoint } = finished;
    const { position: end } = await loadCheckpointMeta(lastCheckpoint);
    const done = doneBy(place, end!, lastCheckpoint);
    if (plan.task !== undefined)
      done.scores = await scoreStage(plan.task, done.bestCheckpoint || lastCheckpoint, request.device);
    place = after(place, done);
    if (place.stage === place.stages.length) return post([stageEvent(place), finished]);
    resume = undefined;
  }
}

const plain = ({ pipeline }: TrainRequest): PipelinePosition | undefined =>
  pipeline === undefined ? undefined : { stages: pipeline, stage: 0, done: [] };

const after = (place: PipelinePosition, done: StageDone): PipelinePosition => ({
  stages: place.stages,
  stage: place.stage + 1,
  done: [...place.done, done],
});

/** What a stage left, by the position in its last checkpoint. */
function doneBy({ stages, stage }: PipelinePosition, position: TrainingPosition, id: string): StageDone {
  const { step, bestLoss, bestCheckpoint, history } = position;
  const { name, kind } = stages[stage]!;
  const curve = { steps: history.evaluationSteps, losses: history.evaluationLosses };
  return { name, kind, steps: step, loss: bestLoss, curve, lastCheckpoint: id, bestCheckpoint };
}

const stageEvent = ({ stages, stage, done }: PipelinePosition): RunEvent => ({
  type: "stage",
  stage,
  stages: stages.map(({ name, kind }) => ({ name, kind })),
  done,
});

/** Runs one stage; its end is told to us and not to the page, for which the pipeline goes on. */
async function oneStage(
  request: TrainRequest,
  control: RunControl,
  post: Post,
  context: StageContext,
): Promise<{ finished: Finished | undefined; base: NonNullable<StageContext["base"]> }> {
  let finished: Finished | undefined;
  const base = await trainRun(
    request,
    control,
    (events) => {
      for (const event of events) if (event.type === "finished") finished = event;
      const others = events.filter(({ type }) => type !== "finished");
      return others.length === 0 ? Promise.resolve() : post(others);
    },
    context,
  );
  return { finished, base };
}
