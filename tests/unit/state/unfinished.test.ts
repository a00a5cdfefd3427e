/** Evaluations that were left before their end: what a new visit offers of them, and that only the rest is done. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as BaseModule from "../../../src/base/index.ts";
import type { Client } from "../../../src/client/index.ts";
import {
  defaultFineTune,
  defaultRecipe,
  type EvaluationResult,
  type FineTuneRequest,
  type LabelledSetSummary,
  type Project,
  type RunRecord,
} from "../../../src/contract/index.ts";
import type * as StateModule from "../../../src/state/index.ts";
import { openCompiler, type Compiled } from "./compiled.ts";

let compiler: Compiled;
let base: typeof BaseModule;
let state: typeof StateModule;
beforeAll(async () => {
  compiler = await openCompiler();
  base = await compiler.load("/src/base/index.ts");
  state = await compiler.load("/src/state/index.ts");
});
afterAll(() => compiler.close());

const setOf = (id: string): LabelledSetSummary => ({
  ...{ id, name: `Set ${id}`, task: "classification", note: "", labels: ["a", "b"], warnings: [] },
  items: { train: 10, dev: 0, test: 10 },
});
const resultOf = (setId: string): EvaluationResult => ({
  ...{ setId, setName: `Set ${setId}`, task: "classification", trainItems: 10, testItems: 10, seeds: 1 },
  ...{ rows: [], warnings: [], verdict: "", durationMs: 1 },
});
const bundled = { kind: "bundled" } as const;
const run: RunRecord = {
  ...{ status: "completed", base: bundled, baseName: "Base", tokenizedId: "t", recipe: defaultRecipe() },
  ...{ step: 4, totalSteps: 4, lastCheckpoint: "", bestCheckpoint: "best" },
};
const request: FineTuneRequest = {
  ...{ setId: "one", base: bundled, tuned: { kind: "stored", id: "best" }, settings: defaultFineTune() },
  ...{ recipe: defaultRecipe(), device: "wasm", keep: "none", project: "main" },
};

/** What the browser keeps, and who fails to answer; hears what the workers are asked to compute. */
function visit(project: Project | null, { sets = ["one", "two"], failing = "", checkpoints = ["best"] } = {}) {
  const asked: string[] = [];
  const answer = <T>(name: string, value: T): Promise<T> => {
    asked.push(name);
    return name === failing
      ? Promise.reject(new base.UnmaskError("runtime/device-lost", "Lost."))
      : Promise.resolve(value);
  };
  const checkpoint = { createdAt: 1, sizeBytes: 1, tensors: 1, name: "Tuned", project: "main" };
  const api = {
    loadProject: () => Promise.resolve(project),
    listCheckpoints: () =>
      Promise.resolve(checkpoints.map((id) => ({ ...checkpoint, id, kind: "best", step: 4, resumable: false }))),
    listCorpora: () => Promise.resolve([]),
    listSets: () => Promise.resolve(sets.map(setOf)),
    deleteSet: () => Promise.resolve(),
    storageReport: () => Promise.resolve({ usedBytes: 1, quotaBytes: 2, persisted: false }),
    encodeSet: (id: string) => Promise.resolve({ set: { id } }),
    heldOut: () => answer("held-out", { tokens: 1 }),
    evaluateSet: ({ set }: { set: { id: string } }) => answer(set.id, resultOf(set.id)),
    fineTuneSet: async (given: FineTuneRequest, onProgress: (progress: object) => void) => {
      await Promise.resolve();
      onProgress({ phase: "", done: 3, total: 6, unit: "steps", trainings: { done: 3, total: 6 } });
      return answer(`tune ${given.setId}`, { ...resultOf(given.setId), method: "fine-tune" });
    },
  };
  const ask = (job: (a: typeof api) => unknown): unknown => job(api);
  const host = { call: ask, run: ask };
  return { asked, app: new state.AppState({ data: host, compute: host } as unknown as Client, ["tiny"]) };
}
const empty: Project = {
  ...{ id: "main", version: 1, savedAt: 0, screen: "evaluate", model: null, corpus: null, tokenized: null },
  ...{ recipe: defaultRecipe(), device: "wasm", run, heldOut: null, evaluations: [], sentence: "" },
};

test("a comparison that failed on its second set goes on with it in the next visit, and does the first no more", async () => {
  const first = visit(empty, { failing: "two" });
  await state.restoreVisit(first.app, "");
  expect(await first.app.evaluation.scoreAll(first.app.comparison!)).toBe(false);
  expect(first.asked).toEqual(["held-out", "one", "two"]);
  expect(first.app.evaluation.unfinished).toEqual({ left: ["two"], total: 3 });
  expect(first.app.evaluation.scoring.error?.code).toBe("runtime/device-lost");

  const second = visit(structuredClone(first.app.project));
  await state.restoreVisit(second.app, "");
  expect(second.app.evaluation.unfinished).toEqual({ left: ["two"], total: 3 });
  expect(await second.app.evaluation.scoreRest(second.app.comparison!)).toBe(true);
  expect(second.asked).toEqual(["two"]);
  expect(second.app.evaluation.results.map(({ setId }) => setId)).toEqual(["one", "two"]);
  expect([second.app.evaluation.heldOut, second.app.evaluation.unfinished]).toEqual([{ tokens: 1 }, null]);
});

test("what the recipe holds without meaning it is no part of a comparison, before a reload as after it", async () => {
  const recipe = { ...defaultRecipe(), loraRank: 3, termShare: 0.1 };
  const { app } = visit({ ...empty, run: { ...run, recipe } });
  await state.restoreVisit(app, "");
  expect(app.run.request?.recipe.loraRank).toBe(3);
  expect(app.comparison?.recipe).toEqual(defaultRecipe());
});

test("what was left of a comparison goes on with its own two models only", async () => {
  const checkpoints = ["best", "picked"];
  const first = visit(empty, { failing: "two", checkpoints });
  await state.restoreVisit(first.app, "");
  first.app.chosenTuned = "picked";
  await first.app.evaluation.scoreAll(first.app.comparison!);
  first.app.chosenTuned = "best";
  expect(first.app.evaluation.isAbout(first.app.comparison!)).toBe(false);
  expect(await first.app.evaluation.scoreRest(first.app.comparison!)).toBe(false);
  expect(first.asked).toEqual(["held-out", "one", "two"]);
  expect(first.app.evaluation.unfinished).toEqual({ left: ["two"], total: 3 });

  const project = structuredClone(first.app.project);
  const second = visit(project, { checkpoints });
  await state.restoreVisit(second.app, "");
  expect(second.app.comparison?.tuned).toEqual({ kind: "stored", id: "picked" });
  expect(await second.app.evaluation.scoreRest(second.app.comparison!)).toBe(true);
  expect(second.app.evaluation.results.length).toBe(2);
  const gone = visit(project);
  await state.restoreVisit(gone.app, "");
  expect(gone.app.comparison?.tuned).toEqual({ kind: "stored", id: "best" });
  expect([gone.app.evaluation.heldOut, gone.app.evaluation.unfinished]).toEqual([null, null]);
});

test("nothing to go on from where nothing was done, or where a set or model is gone", async () => {
  const { app } = visit(empty, { failing: "held-out" });
  await state.restoreVisit(app, "");
  await app.evaluation.scoreAll(app.comparison!);
  expect(app.evaluation.unfinished).toBeNull();

  const fineTuning = { request, setName: "Set one", trainings: { done: 2, total: 6 } };
  const gone = visit({ ...empty, fineTuning }, { sets: ["two"] });
  await state.restoreVisit(gone.app, "");
  expect(gone.app.fineTune.unfinished).toBeNull();
  const other = { ...request, tuned: { kind: "stored", id: "deleted" } as const };
  const lost = visit({ ...empty, fineTuning: { ...fineTuning, request: other } });
  await state.restoreVisit(lost.app, "");
  expect(lost.app.fineTune.unfinished).toBeNull();
});

test("a fine-tuning that was left is asked for again as it was, and is over when it is done", async () => {
  const fineTuning = { request, setName: "Set one", trainings: { done: 2, total: 6 } };
  const failing = visit({ ...empty, fineTuning }, { failing: "tune one" });
  await state.restoreVisit(failing.app, "");
  expect(failing.app.fineTune.canGoOn).toBe(true);
  expect(await state.goOnFineTuning(failing.app)).toBe(false);
  expect(failing.app.fineTune.unfinished?.trainings).toEqual({ done: 3, total: 6 });

  const { app, asked } = visit(structuredClone(failing.app.project));
  await state.restoreVisit(app, "");
  expect(await state.goOnFineTuning(app)).toBe(true);
  expect(asked).toEqual(["tune one"]);
  expect([app.fineTune.unfinished, app.evaluation.results[0]?.method]).toEqual([null, "fine-tune"]);
});

test("a fine-tuning that is forgotten while it runs leaves nothing to go on with, though it still reports", async () => {
  const { app } = visit(empty, { failing: "tune one" });
  await state.restoreVisit(app, "");
  const left = app.fineTune.run(request, "Set one");
  expect(app.fineTune.unfinished).not.toBeNull();
  app.fineTune.forget();
  expect(await left).toBeUndefined();
  expect(app.fineTune.unfinished).toBeNull();
});

test("a run that replaces the checkpoint of a fine-tuning that was left takes the way on with it", async () => {
  const { app } = visit(empty);
  await state.restoreVisit(app, "");
  const other = { ...request, tuned: { kind: "stored", id: "replaced" } as const };
  for (const [one, left] of [
    [request, 1],
    [other, 0],
  ] as const) {
    app.fineTune.unfinished = { request: one, setName: "Set one", trainings: { done: 2, total: 6 } };
    app.run.onSaved();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(app.fineTune.unfinished === null ? 0 : 1).toBe(left);
  }
});

test("a set that is deleted is no part of a comparison any more; without parts there is nothing to go on with", async () => {
  const { app } = visit({ ...empty, scoring: { left: ["one", "two"], total: 3 } });
  await state.restoreVisit(app, "");
  await app.evaluation.deleteSet("two");
  expect(app.evaluation.unfinished).toEqual({ left: ["one"], total: 2 });
  await app.evaluation.deleteSet("two");
  expect(app.evaluation.unfinished).toEqual({ left: ["one"], total: 2 });
  await app.evaluation.deleteSet("one");
  expect(app.evaluation.unfinished).toBeNull();
});
