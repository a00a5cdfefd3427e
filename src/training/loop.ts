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

  private constructor(plan: RunPlan, trainer: RecipeTrainer, scorer: Scorer) {
    this.#plan = plan;
    this.#trainer = trainer;
    this.#scorer = scorer;
    this.#bestLoss = plan.bestLoss;
    this.#sinceBest = plan.sinceBest ?? 0;
  }

  static async open(plan: RunPlan): Promise<TrainingRun> {
    const trainer = await RecipeTrainer.open(plan);
    const scorer = await plan.objective.openScorer(plan.device);
    return new TrainingRun(plan, trainer, scorer);
  }

  async *signals(control: RunControl): AsyncGenerator<RunSignal, void> {
    const { recipe, startStep, totalSteps, device } = this.#plan;
    let step = startStep;
    const message = precisionNotice(recipe, device.report);
    if (message !== undefined) yield { type: "notice", code: "run/precision", message };
    if (step === 0) yield* this.#evaluate(0);
    while (step < totalSteps && !control.stopping) {
      if (control.paused) {
        yield { type: "paused", step };
        await control.whilePaused();
        if (control.stopping) break;
        yield { type: "resumed", step };
      }
      step++;
      yield* this.#step(step);
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
    if (step < totalSteps && step > startStep && step % recipe.checkpointEvery !== 0) yield this.#save("last", step, 0);
    yield { type: "done", step, reason: step === totalSteps ? "completed" : "stopped" };
  }

  async *#step(step: number): AsyncGenerator<RunSignal, void> {
    const begun = performance.now();
    const { feeds, graphs, tokens, epoch } = this.#plan.objective.batches(step);
    const collatedMs = performance.now() - begun;
    for (const { graph, durationMs } of await this.#trainer.prepare(step, graphs))
      yield {
        type: "notice",
        code: "run/graph",
        message: `The graph for batches of ${graph} tokens a row was made in ${formatDuration(durationMs)}; it is kept for the run.`,
      };
    const started = performance.now() - collatedMs;
    const learningRate = learningRateAt(this.#plan.recipe, step, this.#plan.totalSteps);
    const { loss, gradientNorm, skipped } = await this.#trainer.step(step, feeds, learningRate, graphs);
    const { isHalf, lossScale } = this.#trainer;
    yield {
      type: "step",
      step,
      epoch,
      loss,
      gradientNorm: skipped === true ? NaN : gradientNorm,
      ...(isHalf ? { skipped: lossScale!.skipped.length } : {}),
      learningRate,
      tokens,
      durationMs: performance.now() - started,
    };
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
