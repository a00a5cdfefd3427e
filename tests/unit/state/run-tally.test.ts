import { describe, expect, it } from "vitest";
import { defaultRecipe, type RunEvent, type StepEvent, type TrainingPosition } from "../../../src/contract/index.ts";
import { RunTally } from "../../../src/state/run-tally.ts";

const step = (n: number, loss = 10 - n, durationMs = 200): StepEvent => ({
  type: "step",
  step: n,
  epoch: 0,
  loss,
  gradientNorm: 1,
  learningRate: 1e-4,
  tokens: 1000,
  durationMs,
});
const started = (at: number): RunEvent => ({
  type: "started",
  step: at,
  totalSteps: 10,
  device: { kind: "wasm", threads: 2, adapter: "", software: false, reason: "No GPU.", runtime: "1" },
  prepareMs: 300,
  blocks: 50,
  heldOutBlocks: 5,
  notices: [],
});
function play(events: RunEvent[], tally = new RunTally()): RunTally {
  for (const event of events) tally.apply(event);
  return tally;
}

describe("run tally", () => {
  it("folds a run into step, pace, losses and checkpoints", () => {
    const tally = play([
      started(0),
      { type: "evaluation", step: 0, loss: 9, tokens: 100, durationMs: 5 },
      step(1),
      step(2),
      { type: "evaluation", step: 2, loss: 7, tokens: 100, durationMs: 5 },
      { type: "checkpoint", step: 2, id: "b", kind: "best", sizeBytes: 1 },
      { type: "checkpoint", step: 2, id: "l", kind: "last", sizeBytes: 1 },
      step(3),
      { type: "evaluation", step: 3, loss: 8, tokens: 100, durationMs: 5 },
    ]);
    const view = tally.view();
    expect(view).toMatchObject({
      step: 3,
      totalSteps: 10,
      msPerStep: 200,
      tokensPerSecond: 5000,
      timeLeftMs: 1400,
      heldOutLoss: 8,
      bestHeldOutLoss: 7,
      savedStep: 2,
      blocks: 50,
    });
    expect(view.series.loss.toArray()).toEqual([9, 8, 7]);
    expect(tally.lastCheckpoint).toBe("l");
    expect(tally.bestCheckpoint).toBe("b");
  });

  it("does not let one slow step throw the time left about", () => {
    const tally = play([started(0), step(1), step(2), step(3, 5, 2200)]);
    expect(tally.view().msPerStep).toBeCloseTo(200 + 0.1 * 2000, 9);
  });

  it("drops the steps after the checkpoint when a lost run starts again from it", () => {
    const tally = play([
      started(0),
      step(1),
      step(2),
      { type: "checkpoint", step: 2, id: "l", kind: "last", sizeBytes: 1 },
      step(3),
      step(4),
      { type: "evaluation", step: 4, loss: 6, tokens: 1, durationMs: 1 },
    ]);
    play([started(2)], tally);
    expect(tally.view().step).toBe(2);
    expect(tally.view().series.steps.toArray()).toEqual([1, 2]);
    expect(tally.view().series.evaluationSteps.length).toBe(0);
    play([step(3, 5.5)], tally);
    expect(tally.view().series.loss.toArray()).toEqual([9, 8, 5.5]);
  });

  it("shows a saved run before it is resumed", () => {
    const position: TrainingPosition = {
      step: 4,
      totalSteps: 10,
      recipe: defaultRecipe(),
      tokenizedId: "t",
      baseModel: "Base",
      baseRef: '{"kind":"bundled"}',
      device: "wasm",
      threads: 2,
      runtime: "1",
      bestLoss: 6,
      bestCheckpoint: "b",
      tokensSeen: 4000,
      history: { steps: [1, 2, 4], losses: [9, 8, 7], evaluationSteps: [0, 4], evaluationLosses: [9, 6] },
    };
    const view = RunTally.from(position).view();
    expect(view).toMatchObject({ step: 4, totalSteps: 10, savedStep: 4, heldOutLoss: 6 });
    expect(view.series.loss.toArray()).toEqual([9, 8, 7]);
    expect(view.timeLeftMs).toBeNaN();
  });

  it("says each notice once", () => {
    const tally = play([
      { type: "notice", code: "a", message: "x" },
      { type: "notice", code: "a", message: "x" },
      { type: "notice", code: "a", message: "y" },
    ]);
    tally.note("b", "z");
    expect(tally.view().notices.map((one) => one.message)).toEqual(["x", "y", "z"]);
  });

  it("counts every event in its version, so that a chart knows when to redraw", () => {
    const tally = new RunTally();
    const before = tally.view().version;
    play([step(1), step(2)], tally);
    expect(tally.view().version - before).toBe(2);
  });
});
