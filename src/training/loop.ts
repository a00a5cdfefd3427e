/**
 * A training run as an async iterable of signals. The consumer decides where checkpoints go
 * and who watches; this file knows no storage, no worker and no screen.
 *
 * Everything chance touches is a function of (seed, step), so a run resumed at step n sees the batches
 * it would have seen: 10 steps equal 5 + reload + 5.
 */
import { formatDuration } from "../base/index.ts";
import {
  learningRateAt,
  type LossScaleState,
  type ModelConfig,
  type Recipe,
  type RunEvent,
  type StepEvent,
} from "../contract/index.ts";
import type { Parameter } from "../models/index.ts";
import type { Arrays, Device, Moments, MomentSource, WeightSource } from "../runtime/index.ts";
import type { RunTensors } from "./checkpoint-contents.ts";
import type { RunControl } from "./control.ts";
import type { Objective, Scorer } from "./objective.ts";
import { precisionNotice } from "./precision.ts";
import { RecipeTrainer } from "./recipe-trainer.ts";

export interface RunPlan {
  device: Device;
  config: ModelConfig;
  recipe: Recipe;
  objective: Objective;
  weights: WeightSource;
  moments?: MomentSource;
  /** What the run once began with: see TrainerPlan. */
  start?: WeightSource;
  /** Updates already done. */
  startStep: number;
  totalSteps: number;
  bestLoss: number;
  /** Evaluations since the best one: for a run that stops early. */
  sinceBest?: number;
  /** Of a run in half precision that goes on. */
  lossScale?: LossScaleState;
}
/** What a save is made of, all at once in memory. */
export interface Snapshot {
  parameters: readonly Parameter[];
  weights: Arrays;
  moments: Moments;
}
export type RunSignal =
  | Extract<RunEvent, { type: "step" | "evaluation" | "notice" | "paused" | "resumed" }>
  /** `sinceBest`: evaluations since the best one, for the run that goes on from here. */
  | {
      type: "save";
      kind: "last" | "best";
      step: number;
      loss: number;
      sinceBest: number;
      /** Of a run in half precision, for the one that goes on from here. */
      lossScale?: LossScaleState;
      /** Read from the device only when asked for, before the run goes on. */
      read: () => Promise<Snapshot>;
      /** The same, tensor by tensor. */
      tensors: RunTensors;
    }
  /** The held-out loss has not improved for `recipe.patience` evaluations: the run is complete here. */
  | { type: "early"; step: number; evaluations: number }
  | { type: "done"; step: number; reason: "completed" | "stopped" };

export class TrainingRun {
  readonly #plan: RunPlan;
  readonly #trainer: RecipeTrainer;
  readonly #scorer: Scorer;
  #bestLoss: number;
  #sinceBest: number;
  /** When the last update was done: the next one's time counts from there, if it was asked for before. */
  #doneAt = -Infinity;

  private constructor(plan: RunPlan, trainer: RecipeTrainer, scorer: Scorer) {
    this.#plan = plan;
    this.#trainer = trainer;
    this.#scorer = scorer;
    this.#bestLoss = plan.bestLoss;
    this.#sinceBest = plan.sinceBest ?? 0;
  }

  static async open(plan: RunPlan): Promise<TrainingRun> {
    const trainer = await RecipeTrainer.open(plan);
    try {
      return new TrainingRun(plan, trainer, await plan.objective.openScorer(plan.device));
    } catch (error) {
      await trainer.dispose();
      throw error;
    }
  }

  async *signals(control: RunControl): AsyncGenerator<RunSignal, void> {
    const { recipe, startStep, totalSteps, device } = this.#plan;
    let step = startStep;
    /** Where the device computes by itself, an update is asked for while the one before it is computed. */
    let running: Promise<StepEvent> | undefined;
    const message = precisionNotice(recipe, device.report);
    if (message !== undefined) yield { type: "notice", code: "run/precision", message };
    if (step === 0) yield* this.#evaluate(0);
    while (step < totalSteps && !control.stopping) {
      if (control.paused) {
        if (running !== undefined) yield await running;
        running = undefined;
        yield { type: "paused", step };
        await control.whilePaused();
        if (control.stopping) break;
        yield { type: "resumed", step };
      }
      step++;
      const begun = await this.#begin(step);
      if (running !== undefined) yield await running;
      yield* begun.notices;
      running = begun.event;
      if (begun.isRunning && !this.#isBoundary(step)) continue;
      yield await running;
      running = undefined;
      const last = step === totalSteps;
      if (last || step % recipe.evaluateEvery === 0) yield* this.#evaluate(step);
      if (!last && recipe.patience > 0 && this.#sinceBest >= recipe.patience) {
        yield { type: "early", step, evaluations: this.#sinceBest };
        yield this.#save("last", step, 0);
        yield { type: "done", step, reason: "completed" };
        return;
      }
      if (last || step % recipe.checkpointEvery === 0) yield this.#save("last", step, 0);
    }
    if (running !== undefined) yield await running;
    if (step < totalSteps && step > startStep && step % recipe.checkpointEvery !== 0) yield this.#save("last", step, 0);
    yield { type: "done", step, reason: step === totalSteps ? "completed" : "stopped" };
  }

  /** After this update something is looked at, or kept, that the next one changes. */
  #isBoundary(step: number): boolean {
    const { recipe, totalSteps } = this.#plan;
    const { evaluateEvery, checkpointEvery, patience } = recipe;
    if (step === totalSteps || step % evaluateEvery === 0 || step % checkpointEvery === 0) return true;
    return patience > 0 && this.#sinceBest >= patience;
  }

  /** Asks the device for update `step`; the event tells how it went. */
  async #begin(step: number): Promise<{ notices: RunSignal[]; event: Promise<StepEvent>; isRunning: boolean }> {
    const begun = performance.now();
    const { feeds, graphs, tokens, epoch } = this.#plan.objective.batches(step);
    const collatedMs = performance.now() - begun;
    const notices = (await this.#trainer.prepare(step, graphs)).map(({ graph, durationMs }): RunSignal => {
      const message = `The graph for batches of ${graph} tokens a row was made in ${formatDuration(durationMs)}; it is kept for the run.`;
      return { type: "notice", code: "run/graph", message };
    });
    const started = performance.now() - collatedMs;
    const learningRate = learningRateAt(this.#plan.recipe, step, this.#plan.totalSteps);
    const { result, isRunning } = await this.#trainer.begin(step, feeds, learningRate, graphs);
    const event = result.then(({ loss, gradientNorm, skipped }): StepEvent => {
      const { isHalf, lossScale } = this.#trainer;
      const since = Math.max(started, this.#doneAt);
      this.#doneAt = performance.now();
      return {
        type: "step",
        step,
        epoch,
        loss,
        gradientNorm: skipped === true ? NaN : gradientNorm,
        ...(isHalf ? { skipped: lossScale!.skipped.length } : {}),
        learningRate,
        tokens,
        durationMs: this.#doneAt - since,
      };
    });
    event.catch(() => undefined); // thrown where it is awaited; a run that fails before that has its own reason
    return { notices, event, isRunning };
  }

  async *#evaluate(step: number): AsyncGenerator<RunSignal, void> {
    const started = performance.now();
    const { loss, tokens, measures } = await this.#scorer.score(this.#trainer.weights);
    const durationMs = performance.now() - started;
    yield { type: "evaluation", step, loss, tokens, ...(measures ? { measures } : {}), durationMs };
    if (step === 0) return;
    this.#sinceBest++;
    if (loss < this.#bestLoss) {
      this.#bestLoss = loss;
      this.#sinceBest = 0;
      yield this.#save("best", step, loss);
    }
  }

  #save(kind: "last" | "best", step: number, loss: number): RunSignal {
    const read = async (): Promise<Snapshot> => ({
      parameters: this.#trainer.parameters,
      weights: await this.#trainer.weights.read(),
      moments: kind === "best" ? { first: new Map(), second: new Map() } : await this.#trainer.readMoments(),
    });
    const { lossScale } = this.#trainer;
    return {
      ...{ type: "save", kind, step, loss, sinceBest: this.#sinceBest },
      ...(lossScale === undefined ? {} : { lossScale }),
      ...{ read, tensors: this.#trainer.tensors() },
    };
  }

  async dispose(): Promise<void> {
    await this.#trainer.dispose();
    await this.#scorer.dispose();
  }
}
