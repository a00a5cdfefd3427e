/**
 * Folds run events into what the Train screen shows. Plain values and typed arrays: no runes, no
 * timers, so it is tested as it is; `RunState` publishes its `view()` a few times a second.
 */
import {
  generalLoss,
  type DeviceReport,
  type Measure,
  type RunEvent,
  type StageDone,
  type StepEvent,
  type TrainingPosition,
} from "../contract/index.ts";
import { Series } from "./series.ts";

export interface RunNotice {
  code: string;
  message: string;
}
export interface RunSeries {
  steps: Series;
  loss: Series;
  learningRate: Series;
  gradientNorm: Series;
  tokensPerSecond: Series;
  evaluationSteps: Series;
  evaluationLoss: Series;
  /** On the general text that is replayed; NaN where it was not measured. */
  generalLoss: Series;
}
/** A still picture of the run; `series` grows in place, `version` says that it did. */
export interface RunView {
  version: number;
  step: number;
  totalSteps: number;
  epoch: number;
  last: StepEvent | null;
  /** Of the last steps, so that one slow step does not make the number jump. */
  msPerStep: number;
  tokensPerSecond: number;
  timeLeftMs: number;
  heldOutLoss: number;
  bestHeldOutLoss: number;
  /** What else the last evaluation measured. */
  measures: readonly Measure[];
  savedStep: number;
  device: DeviceReport | null;
  prepareMs: number;
  /** Spent on it before the run was asked for; not a number where nothing was. */
  aheadMs: number;
  blocks: number;
  heldOutBlocks: number;
  notices: readonly RunNotice[];
  series: RunSeries;
}

/** Weight of the newest step in the running pace. */
const paceWeight = 0.1;

const emptySeries = (): RunSeries => ({
  steps: new Series(),
  loss: new Series(),
  learningRate: new Series(),
  gradientNorm: new Series(),
  tokensPerSecond: new Series(),
  evaluationSteps: new Series(),
  evaluationLoss: new Series(),
  generalLoss: new Series(),
});

export class RunTally {
  #version = 0;
  #totalSteps = 0;
  #startStep = 0;
  #msPerStep = NaN;
  #tokensPerSecond = NaN;
  #savedStep = 0;
  #last: StepEvent | null = null;
  #device: DeviceReport | null = null;
  #prepareMs = NaN;
  #aheadMs = NaN;
  #blocks = 0;
  #heldOutBlocks = 0;
  #notices: RunNotice[] = [];
  #measures: readonly Measure[] = [];
  series: RunSeries = emptySeries();
  lastCheckpoint = "";
  bestCheckpoint = "";

  /** The run as a checkpoint remembers it: loss curves, but no learning rate or pace. */
  static from(position: TrainingPosition): RunTally {
    const tally = new RunTally();
    const { history } = position;
    history.steps.forEach((step, i) => tally.#append(step, history.losses[i] ?? NaN, NaN, NaN, NaN));
    history.evaluationSteps.forEach((step, i) => {
      tally.series.evaluationSteps.push(step);
      tally.series.evaluationLoss.push(history.evaluationLosses[i] ?? NaN);
      tally.series.generalLoss.push(history.generalLosses?.[i] ?? NaN);
    });
    tally.#totalSteps = position.totalSteps;
    tally.#startStep = tally.#savedStep = position.step;
    tally.bestCheckpoint = position.bestCheckpoint;
    return tally;
  }

  apply(event: RunEvent): void {
    this.#version++;
    switch (event.type) {
      case "started":
        this.#rewind(event.step);
        this.#startStep = event.step;
        this.#totalSteps = event.totalSteps;
        this.#device = event.device;
        this.#prepareMs = event.prepareMs;
        this.#aheadMs = event.aheadMs ?? NaN;
        this.#blocks = event.blocks;
        this.#heldOutBlocks = event.heldOutBlocks;
        for (const message of event.notices) this.#note("run/started", message);
        break;
      case "step":
        this.#step(event);
        break;
      case "evaluation":
        this.series.evaluationSteps.push(event.step);
        this.series.evaluationLoss.push(event.loss);
        this.series.generalLoss.push(generalLoss(event.measures) ?? NaN);
        this.#measures = event.measures ?? [];
        break;
      case "checkpoint":
        this.#savedStep = Math.max(this.#savedStep, event.step);
        if (event.kind === "best") this.bestCheckpoint = event.id;
        else this.lastCheckpoint = event.id;
        break;
      case "notice":
        this.#note(event.code, event.message);
        break;
      case "finished":
        if (event.reason === "completed") this.#totalSteps = event.step; // it may have stopped early
        if (event.lastCheckpoint !== "") {
          this.lastCheckpoint = event.lastCheckpoint;
          this.#savedStep = Math.max(this.#savedStep, event.step); // a run saves before it says that it ended
        }
        if (event.bestCheckpoint !== "") this.bestCheckpoint = event.bestCheckpoint;
        break;
      case "stage":
      case "paused":
      case "resumed":
        break;
    }
  }

  /** A pipeline goes on with its next stage: curves and counts begin anew, a lost run goes on from the last stage's end. */
  beginStage({ lastCheckpoint, bestCheckpoint }: Pick<StageDone, "lastCheckpoint" | "bestCheckpoint">): void {
    this.#version++;
    this.series = emptySeries();
    this.#totalSteps = this.#startStep = this.#savedStep = 0;
    this.#last = null;
    this.#measures = [];
    this.#msPerStep = this.#tokensPerSecond = NaN;
    this.lastCheckpoint = lastCheckpoint;
    this.bestCheckpoint = bestCheckpoint;
  }

  note(code: string, message: string): void {
    this.#version++;
    this.#note(code, message);
  }

  view(): RunView {
    const { series } = this;
    const step = this.#last?.step ?? this.#startStep;
    let best = NaN;
    for (let i = 0; i < series.evaluationLoss.length; i++) {
      const loss = series.evaluationLoss.values[i]!;
      if (!(loss >= best)) best = loss;
    }
    return {
      version: this.#version,
      step,
      totalSteps: this.#totalSteps,
      epoch: this.#last?.epoch ?? 0,
      last: this.#last,
      msPerStep: this.#msPerStep,
      tokensPerSecond: this.#tokensPerSecond,
      timeLeftMs: (this.#totalSteps - step) * this.#msPerStep,
      heldOutLoss: series.evaluationLoss.last,
      bestHeldOutLoss: best,
      measures: this.#measures,
      savedStep: this.#savedStep,
      device: this.#device,
      prepareMs: this.#prepareMs,
      aheadMs: this.#aheadMs,
      blocks: this.#blocks,
      heldOutBlocks: this.#heldOutBlocks,
      notices: this.#notices,
      series,
    };
  }

  #step(event: StepEvent): void {
    const perSecond = event.durationMs > 0 ? (event.tokens / event.durationMs) * 1000 : NaN;
    this.#append(event.step, event.loss, event.learningRate, event.gradientNorm, perSecond);
    this.#msPerStep = mixed(this.#msPerStep, event.durationMs);
    this.#tokensPerSecond = mixed(this.#tokensPerSecond, perSecond);
    this.#last = event;
  }

  #append(step: number, loss: number, learningRate: number, norm: number, perSecond: number): void {
    const { series } = this;
    series.steps.push(step);
    series.loss.push(loss);
    series.learningRate.push(learningRate);
    series.gradientNorm.push(norm);
    series.tokensPerSecond.push(perSecond);
  }

  /** A resumed run repeats the steps after its checkpoint: the curve must not fold back on itself. */
  #rewind(step: number): void {
    const { series } = this;
    const kept = countUpTo(series.steps, step);
    for (const one of [series.steps, series.loss, series.learningRate, series.gradientNorm, series.tokensPerSecond])
      one.cut(kept);
    const evaluations = countUpTo(series.evaluationSteps, step);
    series.evaluationSteps.cut(evaluations);
    series.evaluationLoss.cut(evaluations);
    series.generalLoss.cut(evaluations);
    this.#last = null;
    this.#msPerStep = this.#tokensPerSecond = NaN;
  }

  #note(code: string, message: string): void {
    if (this.#notices.some((one) => one.code === code && one.message === message)) return;
    this.#notices = [...this.#notices, { code, message }];
  }
}

const mixed = (old: number, fresh: number): number => (Number.isFinite(old) ? old + paceWeight * (fresh - old) : fresh);

function countUpTo(steps: Series, limit: number): number {
  let count = steps.length;
  while (count > 0 && steps.values[count - 1]! > limit) count--;
  return count;
}
