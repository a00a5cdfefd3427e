/**
 * The training run: starts it, feeds events into the tally, publishes a view a few times a second, and
 * brings a run back after a lost GPU or a reload. Storage and charts are somebody else's.
 */
import { asUnmaskError, hasCode, type UnmaskError } from "../base/index.ts";
import { ScreenLock, type Client } from "../client/index.ts";
import {
  completeRecipe,
  type CheckpointSummary,
  type ModelRef,
  type RunEvent,
  type RunRecord,
  type RunStatus,
  type StagesView,
  type TrainRequest,
  type TrainingPosition,
} from "../contract/index.ts";
import { RunTally, type RunView } from "./run-tally.ts";
import { trainWithRevival } from "./train-with-revival.ts";

export type RunPhase = "idle" | "preparing" | "running" | "pausing" | "stopping" | RunStatus;

/** Redraws a second: four. */
const publishMs = 250;
/** After this long a stop that the worker did not answer may be forced. */
const forceAfterMs = 30_000;

export interface RunSource {
  base: ModelRef;
  baseName: string;
}

export class RunState {
  phase = $state<RunPhase>("idle");
  view = $state.raw<RunView>(new RunTally().view());
  error = $state.raw<UnmaskError | null>(null);
  /** Set by the run's own start or by a restored checkpoint. */
  request = $state.raw<TrainRequest | null>(null);
  source = $state.raw<RunSource | null>(null);
  lastCheckpoint = $state("");
  bestCheckpoint = $state("");
  savedStep = $state(0);
  totalSteps = $state(0);
  /** Of a pipeline: its stages, the one that runs or ran last, what those before it left. */
  stages = $state.raw<StagesView | null>(null);
  canForce = $state(false);
  /** Called when a checkpoint was written or the run ended. */
  onSaved: () => void = () => undefined;
  onFinished: (reason: "completed" | "stopped") => void = () => undefined;
  readonly #client: Client;
  readonly #screen = new ScreenLock();
  #tally = new RunTally();
  #control: AbortController | undefined;
  #publishTimer: ReturnType<typeof setTimeout> | undefined;
  #forceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  get active(): boolean {
    return (
      ["preparing", "running", "pausing", "paused", "stopping"].includes(this.phase) && this.#control !== undefined
    );
  }
  /** A run with a saved position and steps still to do. */
  get resumable(): boolean {
    return !this.active && this.lastCheckpoint !== "" && (this.savedStep < this.totalSteps || this.stagesLeft > 0);
  }
  /** Stages after the one that runs or ran last. */
  get stagesLeft(): number {
    return this.stages === null ? 0 : Math.max(0, this.stages.stages.length - 1 - this.stages.stage);
  }
  /** The model that the run made, as far as it is saved: the best one, else the last. */
  get tuned(): ModelRef | null {
    const { stages } = this;
    // A head for labels cannot guess words: what is compared is the model of the last stage that read text.
    const labels = stages !== null && (stages.stages[stages.stage] ?? stages.stages.at(-1))?.kind === "set";
    const text = labels ? stages.done.findLast(({ kind }) => kind !== "set") : undefined;
    const id =
      text === undefined ? this.bestCheckpoint || this.lastCheckpoint : text.bestCheckpoint || text.lastCheckpoint;
    return id === "" ? null : { kind: "stored", id };
  }

  /** Runs to the end. Gives true when it completed or was stopped with its position saved. */
  async start(request: TrainRequest, source: RunSource): Promise<boolean> {
    if (this.active) return false;
    if (request.resumeFrom === undefined) {
      this.#tally = new RunTally();
      this.stages = null;
      this.#publishNow(); // numbers and curves of the run before must not stand under the new one's name
    }
    this.request = request;
    this.source = source;
    this.error = null;
    const control = new AbortController();
    this.#control = control;
    this.phase = "preparing";
    try {
      await this.#screen.acquire();
      return await this.#train(request, control.signal);
    } catch (error) {
      if (hasCode(error, "base/aborted")) {
        this.phase = "stopped";
        return false;
      }
      this.error = asUnmaskError(error);
      this.phase = "failed";
      return false;
    } finally {
      this.#control = undefined;
      this.canForce = false;
      clearTimeout(this.#forceTimer);
      this.#publishNow();
      this.onSaved();
      await this.#screen.release();
    }
  }

  /** Goes on from the last saved step. */
  async resumeFromCheckpoint(): Promise<boolean> {
    const { request, source, lastCheckpoint } = this;
    if (request === null || source === null || lastCheckpoint === "") return false;
    return this.start({ ...request, resumeFrom: lastCheckpoint }, source);
  }

  async pause(): Promise<void> {
    this.phase = "pausing";
    await this.#ask((api) => api.pause());
  }

  async resume(): Promise<void> {
    await this.#ask((api) => api.resume());
  }

  async stop(): Promise<void> {
    this.phase = "stopping";
    this.#forceTimer = setTimeout(() => (this.canForce = true), forceAfterMs);
    await this.#ask((api) => api.stop());
  }

  /** Ends the worker: steps since the last save are lost. */
  force(): void {
    this.#control?.abort();
  }

  /** Shows a run of an earlier visit, ready to be resumed or evaluated. */
  restore(summary: CheckpointSummary, position: TrainingPosition, request: Omit<TrainRequest, "recipe">): void {
    const { pipeline } = position;
    this.stages =
      pipeline === undefined ? null : { stages: pipeline.stages, stage: pipeline.stage, done: pipeline.done };
    this.#tally = RunTally.from(position);
    this.#tally.lastCheckpoint = summary.id;
    this.request = { ...request, recipe: completeRecipe(position.recipe) };
    this.source = { base: request.model, baseName: position.baseModel };
    this.phase = position.step < position.totalSteps || this.stagesLeft > 0 ? "stopped" : "completed";
    this.error = null;
    this.#publishNow();
  }

  forget(): void {
    this.#tally = new RunTally();
    this.stages = null;
    this.request = null;
    this.source = null;
    this.phase = "idle";
    this.error = null;
    this.#publishNow();
  }

  /** A checkpoint was deleted: do not offer it any more. */
  forgetCheckpoint(id: string): void {
    if (this.#tally.lastCheckpoint === id) this.#tally.lastCheckpoint = "";
    if (this.#tally.bestCheckpoint === id) this.#tally.bestCheckpoint = "";
    this.#publishNow();
  }

  /** What a project keeps of the run; changes only when it starts, saves or ends. */
  readonly record = $derived.by((): RunRecord | null => {
    const { request, source, phase } = this;
    if (request === null || source === null || phase === "idle") return null;
    const status: RunStatus =
      phase === "completed" || phase === "stopped" || phase === "failed" || phase === "paused" ? phase : "running";
    return {
      status,
      ...source,
      tokenizedId: request.tokenizedId,
      ...(request.replay === undefined ? {} : { replay: request.replay }),
      recipe: request.recipe,
      step: this.savedStep,
      totalSteps: this.totalSteps,
      ...(this.stages === null ? {} : { stages: this.stages }),
      lastCheckpoint: this.lastCheckpoint,
      bestCheckpoint: this.bestCheckpoint,
    };
  });

  /** A run of which only its model is left: it can be compared, but not resumed. */
  adopt(record: RunRecord, request: Omit<TrainRequest, "recipe">): void {
    this.stages = record.stages ?? null;
    this.#tally = new RunTally();
    this.#tally.bestCheckpoint = record.bestCheckpoint;
    this.request = { ...request, recipe: completeRecipe(record.recipe) };
    this.source = { base: record.base, baseName: record.baseName };
    this.phase = record.status === "completed" ? "completed" : "stopped";
    this.#publishNow();
  }

  async #train(request: TrainRequest, signal: AbortSignal): Promise<boolean> {
    const finished = await trainWithRevival(this.#client, request, signal, this.#tally, {
      onAttempt: () => (this.phase = "preparing"),
      onEvents: (events) => {
        for (const event of events) this.#follow(event);
        this.#publishSoon();
      },
    });
    this.phase = finished ?? "stopped";
    if (finished !== undefined) this.onFinished(finished);
    return true;
  }

  #follow(event: RunEvent): void {
    this.#tally.apply(event);
    switch (event.type) {
      case "started":
        if (this.phase === "preparing") this.phase = "running";
        break;
      case "stage": {
        const before = event.done.at(-1);
        if (before !== undefined && event.stage < event.stages.length) this.#tally.beginStage(before);
        const { stages, stage, done } = event;
        this.stages = { stages, stage, done };
        this.phase = stage < stages.length ? "preparing" : this.phase;
        this.#publishNow();
        break;
      }
      case "paused":
        this.phase = "paused";
        this.#publishNow();
        break;
      case "resumed":
        this.phase = "running";
        break;
      case "checkpoint":
        this.#publishNow();
        this.onSaved();
        break;
      default:
        break;
    }
  }

  /** A light question to the running worker; its failure is shown, and the run itself goes on. */
  async #ask(job: Parameters<Client["compute"]["call"]>[0]): Promise<void> {
    try {
      await this.#client.compute.call(job);
    } catch (error) {
      this.error = asUnmaskError(error);
    }
  }

  #publishSoon(): void {
    this.#publishTimer ??= setTimeout(() => this.#publishNow(), publishMs);
  }

  #publishNow(): void {
    clearTimeout(this.#publishTimer);
    this.#publishTimer = undefined;
    this.view = this.#tally.view();
    this.lastCheckpoint = this.#tally.lastCheckpoint;
    this.bestCheckpoint = this.#tally.bestCheckpoint;
    this.savedStep = this.view.savedStep;
    this.totalSteps = this.view.totalSteps;
  }
}
