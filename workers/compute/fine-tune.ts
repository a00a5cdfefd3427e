/**
 * Fine-tuning on a stored labelled set, base against tuned; what is done of it is kept as it goes, and the model that the
 * page asks for.
 */
import {
  fineTuneNotice,
  type CheckpointMeta,
  type EvaluationResult,
  type FineTuneProgress,
  type FineTuneRequest,
  type ModelRef,
  type TaskInfo,
} from "../../src/contract/index.ts";
import { fineTuneSet } from "../../src/evaluation/index.ts";
import { parametersOf } from "../../src/models/index.ts";
import type { WeightSource } from "../../src/runtime/index.ts";
import { loadSet, saveCheckpoint } from "../../src/storage/index.ts";
import { precisionNotice, storeTensors, type RunControl } from "../../src/training/index.ts";
import { openModel } from "../shared/open-model.ts";
import { theDevice } from "./device.ts";
import { breathe } from "./event-posts.ts";
import { StoredTrainings } from "./fine-tune-memory.ts";
import { rowsFor } from "./labelled-stage.ts";
import { modelWeights } from "./model-weights.ts";

export async function fineTune(
  request: FineTuneRequest,
  control: RunControl,
  onProgress: (progress: FineTuneProgress) => void,
): Promise<EvaluationResult> {
  const { setId, base, tuned, settings, recipe, device: setting, project } = request;
  const device = await theDevice(setting);
  const set = await loadSet(setId);
  const open = (ref: ModelRef): ReturnType<typeof openModel> => openModel(ref, () => {});
  const model = await openModel(base, onProgress);
  const { rows, notes } = await rowsFor(set, model, settings);
  const encoder = (ref: ModelRef) => async (): Promise<WeightSource> => modelWeights(await open(ref), 0, "none");
  const memory = new StoredTrainings({ request, set, model, open, device: device.report });
  const result = await fineTuneSet({
    ...{ device, set, rows, settings, recipe, control, breathe, memory },
    model: { config: model.config, special: model.special },
    arms: { base: encoder(base), ...(tuned === null ? {} : { tuned: encoder(tuned) }) },
    onProgress: spaced(onProgress),
    onModel: async (one, labels, weights) => {
      if (!memory.isWanted(one)) return;
      const origin = await open(one.arm === "base" || tuned === null ? base : tuned);
      const task: TaskInfo = { task: set.task, ...labels, setId: set.id, setName: set.name };
      const { config, special, files } = origin;
      const meta: CheckpointMeta = {
        name: `${origin.name}, fine-tuned on ${set.name}`,
        project,
        kind: "model",
        ...{ config, special, files, origin: origin.origin, task },
      };
      const tensors = storeTensors(parametersOf(config, labels.head), weights);
      ({ id: memory.saved } = await saveCheckpoint({ meta, weights: tensors, firstMoment: [], secondMoment: [] }));
    },
  });
  const fineTuning = { ...result.fineTuning!, ...(memory.saved === undefined ? {} : { saved: memory.saved }) };
  for (const notice of [precisionNotice(recipe, device.report), fineTuneNotice(recipe), ...memory.notices])
    if (notice !== undefined) notes.push(notice);
  return { ...result, warnings: [...notes, ...result.warnings], fineTuning };
}

/** Each report is a message to the page: ten a second, and each training's end. */
function spaced(onProgress: (progress: FineTuneProgress) => void): (progress: FineTuneProgress) => void {
  let [postedAt, done] = [-Infinity, 0];
  return (progress) => {
    if (performance.now() - postedAt < 100 && progress.trainings?.done === done) return;
    postedAt = performance.now();
    done = progress.trainings?.done ?? done;
    onProgress(progress);
  };
}
