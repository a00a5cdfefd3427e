/**
 * What becomes of a run's signals: events for the page and checkpoints in storage. Knows no graph and no batch.
 */
import {
  generalLoss,
  loraOf,
  textsFor,
  type CheckpointSource,
  type CheckpointMeta,
  type LossScaleState,
  type ModelRef,
  type PipelinePosition,
  type TrainingPosition,
} from "../../src/contract/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import { saveCheckpoint } from "../../src/storage/index.ts";
import { History, momentSources, weightSources, type RunSignal } from "../../src/training/index.ts";
import type { EventPosts } from "./event-posts.ts";
import type { RunStart } from "./run-start.ts";

/**
 * Turns signals into events and saves. A new "last" and the one that it replaces change places in one moment.
 * A "best" that was surpassed goes with the next "last": until then the stored "last" still names it.
 */
export class RunKeeper {
  readonly #project: string;
  readonly #start: RunStart;
  readonly #device: Device;
  #totalSteps: number;
  readonly #posts: EventPosts;
  readonly #history: History;
  #tokensSeen: number;
  #bestLoss: number;
  #last: string;
  #best: string;
  #surpassed: string[] = [];

  constructor(project: string, start: RunStart, device: Device, totalSteps: number, posts: EventPosts) {
    this.#project = project;
    this.#start = start;
    this.#device = device;
    this.#totalSteps = totalSteps;
    this.#posts = posts;
    const { position } = start;
    this.#history = new History(position?.history);
    this.#tokensSeen = position?.tokensSeen ?? 0;
    this.#bestLoss = position?.bestLoss ?? Infinity;
    this.#best = position?.bestCheckpoint ?? "";
    this.#last = start.resumedFrom ?? "";
  }

  async take(signal: RunSignal): Promise<void> {
    switch (signal.type) {
      case "save":
        return this.#save(signal);
      case "done":
        this.#posts.add({
          type: "finished",
          step: signal.step,
          reason: signal.reason,
          lastCheckpoint: this.#last,
          bestCheckpoint: this.#best,
        });
        return;
      case "step":
        this.#tokensSeen += signal.tokens;
        this.#history.addStep(signal.step, signal.loss);
        break;
      case "evaluation":
        this.#history.addEvaluation(signal.step, signal.loss, generalLoss(signal.measures));
        break;
      case "early":
        this.#totalSteps = signal.step;
        this.#posts.add({
          type: "notice",
          code: "run/early",
          message: `The run ended early, after ${signal.step} steps: the held-out loss had not improved for ${signal.evaluations} evaluations. The best checkpoint is kept.`,
        });
        return;
      default:
    }
    this.#posts.add(signal);
  }

  async #save({
    kind,
    step,
    loss,
    sinceBest,
    lossScale,
    tensors,
  }: Extract<RunSignal, { type: "save" }>): Promise<void> {
    this.#posts.flush();
    if (kind === "best") this.#bestLoss = loss;
    const { first, second } = kind === "best" ? { first: [], second: [] } : momentSources(tensors);
    const { config, special, files, origin } = this.#start.model;
    const position = this.#position(step, sinceBest, lossScale);
    const checkpoint: CheckpointSource = {
      meta: {
        name: `${this.#start.baseName}${stageName(this.#start.pipeline)}, step ${step}`,
        project: this.#project,
        kind,
        config,
        special,
        files,
        origin,
        ...(this.#start.labelled === undefined ? {} : { task: this.#start.labelled.info }),
        ...(kind === "best" ? { heldOutLoss: loss } : lastLoss(position)),
        ...(kind === "last" ? { position } : { step }),
        ...this.#lora(),
      },
      weights: weightSources(tensors),
      firstMoment: first,
      secondMoment: second,
    };
    if (kind === "last") {
      const replaced = [this.#last, ...this.#surpassed].filter((old) => old !== "");
      const { id, sizeBytes } = await saveCheckpoint(checkpoint, replaced);
      this.#last = id;
      this.#surpassed = [];
      this.#posts.add({ type: "checkpoint", step, id, kind, sizeBytes });
    } else {
      const { id, sizeBytes } = await saveCheckpoint(checkpoint);
      this.#surpassed.push(this.#best);
      this.#best = id;
      this.#posts.add({ type: "checkpoint", step, id, kind, sizeBytes });
    }
  }

  /** Whom the adapters belong to: a Hub model's id, else the name it had here. */
  #lora(): Pick<CheckpointMeta, "lora"> {
    const { recipe, baseRef, baseName } = this.#start;
    const lora = loraOf(recipe);
    if (lora === undefined) return {};
    const ref = JSON.parse(baseRef) as ModelRef;
    return { lora: { ...lora, base: ref.kind === "hub" ? ref.id : baseName } };
  }

  #position(step: number, sinceBest: number, lossScale: LossScaleState | undefined): TrainingPosition {
    const { kind, threads, runtime } = this.#device.report;
    return {
      step,
      totalSteps: this.#totalSteps,
      recipe: this.#start.recipe,
      tokenizedId: this.#start.tokenizedId,
      ...textsFor(this.#start.recipe, this.#start),
      baseModel: this.#start.baseName,
      baseRef: this.#start.baseRef,
      device: kind,
      threads,
      runtime,
      bestLoss: this.#bestLoss,
      sinceBest,
      bestCheckpoint: this.#best,
      tokensSeen: this.#tokensSeen,
      ...(lossScale === undefined ? {} : { lossScale }),
      ...(this.#start.pipeline === undefined ? {} : { pipeline: this.#start.pipeline }),
      history: this.#history.data(),
    };
  }
}

/** ", TAPT": which stage of a pipeline a checkpoint is of. */
const stageName = (pipeline: PipelinePosition | undefined): string => {
  const stage = pipeline?.stages[pipeline.stage];
  return stage === undefined ? "" : `, ${stage.name}`;
};

function lastLoss({ history }: TrainingPosition): { heldOutLoss?: number } {
  const loss = history.evaluationLosses.at(-1);
  return loss === undefined ? {} : { heldOutLoss: loss };
}
