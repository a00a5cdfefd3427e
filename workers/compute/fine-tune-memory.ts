/**
 * Trainings of an evaluation as they are kept in the browser: each under what determines its numbers (the model's
 * weights, the set, the settings, the seed, the device), so that whoever asks for the same one again gets it, be it after
 * a reload, with more seeds or beside another tuned model.
 */
import { crc32, fingerprint, hasCode, sortedJson } from "../../src/base/index.ts";
import type { DeviceReport, FineTuneRequest, LabelledSet, ModelRef } from "../../src/contract/index.ts";
import type { TrainingMemory, TrainingName } from "../../src/evaluation/index.ts";
import { tokenizerId } from "../../src/models/index.ts";
import { listCheckpoints, loadFineTuning, saveFineTuning, type FineTuningName } from "../../src/storage/index.ts";
import type { OpenModel } from "../shared/open-model.ts";

/** Rises when a training of the same name gives other numbers than before. */
const version = 1;

export interface MemoryPlan {
  request: FineTuneRequest;
  set: LabelledSet;
  /** The comparison's base: its tokenizer cuts the texts, its configuration is both networks'. */
  model: OpenModel;
  open: (ref: ModelRef) => Promise<OpenModel>;
  device: DeviceReport;
}

export class StoredTrainings implements TrainingMemory {
  /** Plain sentences on what could not be kept. */
  readonly notices: string[] = [];
  /** The checkpoint of the model that the person wants to keep. */
  saved: string | undefined;
  readonly #plan: MemoryPlan;
  readonly #fixed: string;

  constructor(plan: MemoryPlan) {
    const { request, set, model, device } = plan;
    // More seeds are more trainings, and the longest answer is chosen after them.
    const settings = { ...request.settings, seeds: 0, longestAnswer: 0 };
    const { kind, threads, adapter, runtime, float16 } = device;
    this.#plan = plan;
    this.#fixed = sortedJson([
      version,
      fingerprint(JSON.stringify([set.task, set.items])),
      tokenizerId(model.files),
      [model.config, model.special, settings],
      { kind, threads, adapter, runtime, float16 },
    ]);
  }

  async find(one: TrainingName): Promise<Awaited<ReturnType<typeof loadFineTuning>>> {
    const found = await loadFineTuning(await this.nameOf(one));
    if (found === undefined || !this.isWanted(one)) return found;
    // Its weights are asked for, too: without them the training is done again.
    const isThere = (await listCheckpoints()).some(({ id }) => id === found.saved);
    if (!isThere) return undefined;
    this.saved = found.saved;
    return found;
  }

  async keep(one: TrainingName, trained: Parameters<TrainingMemory["keep"]>[1]): Promise<void> {
    const saved = this.isWanted(one) && this.saved !== undefined ? { saved: this.saved } : {};
    let why = "its answers are larger than what is set aside for that";
    try {
      if (await saveFineTuning(await this.nameOf(one), { ...trained, ...saved })) return;
    } catch (error) {
      if (!hasCode(error, "storage/quota-full")) throw error;
      why = "the browser has no room left";
    }
    const notice = `Trainings could not be kept, because ${why}: after a reload they would have to be done again.`;
    if (!this.notices.includes(notice)) this.notices.push(notice);
  }

  /** Whether the model of this training is to be kept as a checkpoint. */
  isWanted({ arm, seed }: TrainingName): boolean {
    return arm === this.#plan.request.keep && seed === 1;
  }

  /** The same for two trainings that give the same numbers, and for no others. */
  async nameOf({ arm, recipe }: TrainingName): Promise<FineTuningName> {
    const { base, tuned, setId } = this.#plan.request;
    const ref = arm === "base" || tuned === null ? base : tuned;
    const key = fingerprint(sortedJson([this.#fixed, recipe]));
    return { setId, model: await weightsName(ref, this.#plan.open), key };
  }
}

/** Which weights these are: a checkpoint never changes, nor does a commit; what came with the page may, with the page. */
async function weightsName(ref: ModelRef, open: MemoryPlan["open"]): Promise<string> {
  switch (ref.kind) {
    case "stored":
      return ref.id;
    case "hub":
      return `hub:${ref.id}@${(await open(ref)).commit ?? ref.revision}`;
    case "bundled": {
      let checksum = 0;
      for (const { read } of (await open(ref)).tensors.values()) checksum = crc32(await read(), checksum);
      return `bundled:${ref.size ?? "tiny"}:${checksum.toString(16)}`;
    }
  }
}
