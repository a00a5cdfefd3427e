/** Fine-tuning on a stored labelled set, base against tuned; keeps the model that the page asks for. */
import {
  fineTuneNotice,
  type CheckpointMeta,
  type EvaluationResult,
  type FineTuneRequest,
  type ModelRef,
  type Progress,
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
import { rowsFor } from "./labelled-stage.ts";
import { modelWeights } from "./model-weights.ts";

export async function fineTune(
  { setId, base, tuned, settings, recipe, device: setting, keep, project }: FineTuneRequest,
  control: RunControl,
  onProgress: (progress: Progress) => void,
): Promise<EvaluationResult> {
  const device = await theDevice(setting);
  const set = await loadSet(setId);
  const model = await openModel(base, onProgress);
  const { rows, notes } = await rowsFor(set, model, settings);
  const encoder = (ref: ModelRef) => async (): Promise<WeightSource> =>
    modelWeights(await openModel(ref, () => {}), 0, "none");
  let saved: string | undefined;
  let postedAt = -Infinity;
  const result = await fineTuneSet({
    ...{ device, set, rows, settings, recipe, control, breathe },
    model: { config: model.config, special: model.special },
    arms: { base: encoder(base), ...(tuned === null ? {} : { tuned: encoder(tuned) }) },
    onProgress: (progress) => {
      // Each report is a message to the page.
      if (performance.now() - postedAt < 100) return;
      postedAt = performance.now();
      onProgress(progress);
    },
    onModel: async (arm, seed, labels, weights) => {
      if (arm !== keep || seed !== 1) return;
      const origin = await openModel(arm === "base" || tuned === null ? base : tuned, () => {});
      const task: TaskInfo = { task: set.task, ...labels, setId: set.id, setName: set.name };
      const { config, special, files } = origin;
      const meta: CheckpointMeta = {
        name: `${origin.name}, fine-tuned on ${set.name}`,
        project,
        kind: "model",
        ...{ config, special, files, origin: origin.origin, task },
      };
      const tensors = storeTensors(parametersOf(config, labels.head), weights);
      ({ id: saved } = await saveCheckpoint({ meta, weights: tensors, firstMoment: [], secondMoment: [] }));
    },
  });
  const fineTuning = { ...result.fineTuning!, ...(saved === undefined ? {} : { saved }) };
  for (const notice of [precisionNotice(recipe, device.report), fineTuneNotice(recipe)])
    if (notice !== undefined) notes.push(notice);
  return { ...result, warnings: [...notes, ...result.warnings], fineTuning };
}
