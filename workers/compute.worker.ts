/**
 * The compute worker: owns the device; trains and evaluates. One job at a time: the page's client queues.
 */
import { expose } from "comlink";
import { asUnmaskError } from "../src/base/index.ts";
import { installWire, type CheckpointMeta, type ComputeWorker, type ModelRef } from "../src/contract/index.ts";
import { exportFolder, hubSize, loadFolder, defaultHubHost, type CardFacts } from "../src/models/index.ts";
import { probeDevice } from "../src/runtime/index.ts";
import { listCheckpoints, listCorpora, loadTokenized, saveCheckpoint, withProjectLock } from "../src/storage/index.ts";
import { devices } from "./compute/device.ts";
import { documentLosses, neighbourScores } from "./compute/document-scores.ts";
import { sweepRates } from "./compute/find-rate.ts";
import { adapterFolder } from "./compute/export-adapter.ts";
import { compareHeldOut, evaluate, guessMasks } from "./compute/evaluate.ts";
import { fineTune } from "./compute/fine-tune.ts";
import { fillManyMasks } from "./compute/many-masks.ts";
import { planMemory } from "./compute/plan-memory.ts";
import { prepareAhead } from "./compute/prepare-ahead.ts";
import { modelMaking } from "./compute/make-models.ts";
import { beginJob, jobDoor } from "./compute/job-control.ts";
import { measureCosts } from "./compute/measure-step.ts";
import { mapTexts } from "./compute/map-texts.ts";
import { pickBundled } from "./compute/pick-bundled.ts";
import { runStages } from "./compute/run-stages.ts";
import { openModel, storedTensors, summarize, tensorsOf } from "./shared/open-model.ts";

/** A job whose shapes are its own: what the device keeps of them is not kept for ever. */
const tidied =
  <A extends unknown[], R>(job: (...given: A) => Promise<R>) =>
  async (...given: A): Promise<R> => {
    try {
      return await job(...given);
    } finally {
      await devices.tidy();
    }
  };

const worker: ComputeWorker = {
  async probe(setting) {
    return { ...(await probeDevice(setting)), runtime: "" };
  },
  async openModel(ref, onProgress) {
    return summarize(ref, await openModel(ref, onProgress));
  },
  hubSize: (id, revision) => hubSize({ host: defaultHubHost, id, revision }),
  async importModel(files, onProgress) {
    const model = await loadFolder(files, onProgress);
    const { name, config, special, origin } = model;
    const meta = { name, project: "", kind: "model" as const, config, special, files: model.files, origin };
    const { id } = await saveCheckpoint({ meta, weights: tensorsOf(model), firstMoment: [], secondMoment: [] });
    return summarize({ kind: "stored", id }, model);
  },
  async exportModel(ref) {
    const model = await openModel(ref, () => {});
    const { name, config, special, files, origin } = model;
    return exportFolder(
      model.meta ?? { name, project: "", kind: "model", config, special, files, origin },
      await storedTensors(model),
      model.meta === undefined ? {} : await cardFacts(model.meta, ref),
    );
  },
  exportAdapter: adapterFolder,
  async train(request, onEvents) {
    const control = beginJob();
    // A proxied callback answers with a promise; a page that is gone must not end the run.
    const post = async (events: Parameters<typeof onEvents>[0]): Promise<void> => {
      try {
        await onEvents(events);
      } catch (error) {
        console.warn(asUnmaskError(error).message);
      }
    };
    await withProjectLock(request.project, async ({ notice }) => {
      if (notice !== "") await post([{ type: "notice", code: "run/no-lock", message: notice }]);
      await tidied(runStages)(request, control, post);
    });
  },
  findRate: tidied(sweepRates),
  measureStep: tidied(measureCosts),
  planMemory,
  prepareAhead,
  ...jobDoor,
  heldOut: tidied(compareHeldOut),
  evaluateSet: tidied(evaluate),
  fineTuneSet: tidied((request, onProgress) => fineTune(request, beginJob(), onProgress)),
  fillMask: guessMasks,
  fillManyMasks,
  neighbourScores,
  documentLosses,
  mapTexts,
  ...modelMaking,
  pickBundled,
  loseDevice: () => devices.lose(),
};

/** What the card of a saved checkpoint says beside its own record: the corpus' name and the day. */
async function cardFacts({ position }: CheckpointMeta, ref: ModelRef): Promise<CardFacts> {
  const [saved, corpora] = await Promise.all([listCheckpoints(), listCorpora()]);
  // A corpus deleted since has no name any more; the card then says so.
  const tokens = position === undefined ? undefined : await loadTokenized(position.tokenizedId).catch(() => undefined);
  const corpusName = corpora.find(({ id }) => id === tokens?.corpusId)?.name;
  const createdAt = saved.find(({ id }) => ref.kind === "stored" && id === ref.id)?.createdAt;
  return { ...(corpusName === undefined ? {} : { corpusName }), ...(createdAt === undefined ? {} : { createdAt }) };
}

installWire();
expose(worker);
