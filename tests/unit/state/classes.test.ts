/** The Svelte classes of the state room: form drafts, jobs, the demo's order, what a reload brings back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as BaseModule from "../../../src/base/index.ts";
import type { Client } from "../../../src/client/index.ts";
import {
  defaultRecipe,
  type CheckpointSummary,
  type DemoDomain,
  type ModelSummary,
  type Project,
  type TrainingPosition,
} from "../../../src/contract/index.ts";
import type * as StateModule from "../../../src/state/index.ts";
import type * as DemoModule from "../../../src/state/demo.svelte.ts";
import type * as JobModule from "../../../src/state/job.svelte.ts";
import type * as ModelModule from "../../../src/state/model.svelte.ts";
import type * as RecipeModule from "../../../src/state/recipe.svelte.ts";
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

describe("recipe form", () => {
  it("keeps a half-typed number and the last good value, and says what is wrong", async () => {
    const { RecipeState } = await compiler.load<typeof RecipeModule>("/src/state/recipe.svelte.ts");
    const recipe = new RecipeState();
    recipe.type("learningRate", "1e-");
    expect(recipe.drafts.learningRate).toBe("1e-");
    expect(recipe.values.learningRate).toBe(5e-4);
    expect(recipe.problems.learningRate).toBe("Learning rate must be a number.");
    expect(recipe.valid).toBe(false);
    recipe.type("learningRate", "1e-3");
    expect([recipe.values.learningRate, recipe.valid]).toEqual([1e-3, true]);
    recipe.type("maskRate", "0,3"); // a decimal comma
    expect(recipe.values.maskRate).toBe(0.3);
    recipe.type("maxSteps", "1,000"); // not a decimal comma
    expect(recipe.problems.maxSteps).toBe("Steps must be a number.");
    recipe.type("maxSteps", "0");
    expect(recipe.problems.maxSteps).toContain("between 1 and");
    expect(recipe.changed).toEqual(["learningRate", "maskRate"]);
    recipe.reset();
    expect(recipe.values).toEqual(defaultRecipe());
  });

  it("a suggestion for another model takes the place of the one before, not of what was typed", async () => {
    const { RecipeState } = await compiler.load<typeof RecipeModule>("/src/state/recipe.svelte.ts");
    const form = new RecipeState();
    form.type("maxSteps", "77");
    form.suggest({ maxSteps: 500, batchSize: 4 });
    expect([form.values.maxSteps, form.values.batchSize, form.suggested.maxSteps]).toEqual([77, 4, 500]);
    expect(form.changed).toEqual(["maxSteps"]);
  });
});

describe("job", () => {
  it("keeps the error for the screen, but not that of a cancelled job", async () => {
    const { Job } = await compiler.load<typeof JobModule>("/src/state/job.svelte.ts");
    const job = new Job();
    expect(await job.run("Reading", () => Promise.resolve(7))).toBe(7);
    await job.run("Reading", () => Promise.reject(new base.UnmaskError("data/no-text", "No text.", "Pick another.")));
    expect(job.error).toMatchObject({ code: "data/no-text", hint: "Pick another." });
    const cancelled = job.run("Reading", ({ signal }) => {
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(new base.UnmaskError("base/aborted", "Stopped."))),
      );
    });
    expect(job.running).toBe(true);
    job.cancel();
    expect(await cancelled).toBeUndefined();
    expect([job.running, job.error]).toEqual([false, null]);
  });
  it("shows a report of progress and forgets it at the end", async () => {
    const { Job } = await compiler.load<typeof JobModule>("/src/state/job.svelte.ts");
    const job = new Job();
    await job.run("Reading", ({ onProgress }) => {
      onProgress({ phase: "files", done: 1, total: 4, unit: "documents" });
      expect(job.progress).toMatchObject({ done: 1, total: 4 });
      return Promise.resolve();
    });
    expect(job.progress).toBeNull();
  });
  it("is held and let go on between two pieces, asks whoever works, and can be cancelled while it is held", async () => {
    const { Job } = await compiler.load<typeof JobModule>("/src/state/job.svelte.ts");
    const job = new Job();
    const [asked, done]: [boolean[], number[]] = [[], []];
    const work = (): Promise<string | undefined> =>
      job.run(
        "Scoring",
        async ({ nextPiece }) => {
          for (let piece = 0; piece < 3; piece++) {
            await nextPiece();
            done.push(piece);
            if (piece === 0) await job.pause();
          }
          return "whole";
        },
        (held) => Promise.resolve(asked.push(held)),
      );
    const first = work();
    await expect.poll(() => job.paused).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([job.pausable, done, asked]).toEqual([true, [0], [true]]);
    await job.resume();
    expect(await first).toBe("whole");
    expect([done, asked, job.paused, job.pausable]).toEqual([[0, 1, 2], [true, false], false, false]);
    const second = work();
    await expect.poll(() => job.paused).toBe(true);
    job.cancel();
    expect(await second).toBeUndefined();
    expect([job.error, job.paused, done]).toEqual([null, false, [0, 1, 2, 0]]);
  });
  it("once cancelled it is not held any more, and a pause that the cancel overtook is no error", async () => {
    const { Job } = await compiler.load<typeof JobModule>("/src/state/job.svelte.ts");
    const job = new Job();
    const asked: boolean[] = [];
    const ended = new base.UnmaskError("base/aborted", "The worker was ended.");
    const running = job.run(
      "Reading",
      ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => setTimeout(reject, 5, ended))),
      (held) => {
        asked.push(held);
        return Promise.reject(ended);
      },
    );
    await job.pause();
    await job.resume();
    job.cancel();
    expect(job.running).toBe(true); // it is on its way to its end
    await job.pause();
    expect(await running).toBeUndefined();
    expect([asked, job.paused, job.error]).toEqual([[true, false], false, null]);
  });
  it("says why work holds itself, until it is let go on", async () => {
    const { Job } = await compiler.load<typeof JobModule>("/src/state/job.svelte.ts");
    const job = new Job();
    let goOn!: () => void;
    const running = job.run(
      "Reading",
      ({ onProgress }) => {
        onProgress({ phase: "files", done: 1, total: 4, unit: "bytes", held: "log.csv did not arrive whole." });
        return new Promise<number>((resolve) => (goOn = () => resolve(7)));
      },
      (held) => Promise.resolve(held || goOn()),
    );
    expect([job.paused, job.heldBy, job.pausable]).toEqual([true, "log.csv did not arrive whole.", true]);
    await job.resume();
    expect([job.heldBy, await running]).toEqual(["", 7]);
  });
});

describe("model", () => {
  it("waits for a model that is being opened instead of giving up or opening another", async () => {
    const { ModelState } = await compiler.load<typeof ModelModule>("/src/state/model.svelte.ts");
    const asked: string[] = [];
    const api = {
      openModel: async ({ kind }: { kind: string }) => {
        asked.push(kind);
        await new Promise((done) => setTimeout(done, 20));
        return { name: kind };
      },
    };
    const compute = { run: (job: (a: typeof api) => unknown) => job(api) };
    const preferences = { bundled: null, keepBundled: () => undefined };
    const model = new ModelState({ compute } as unknown as Client, ["tiny"], preferences, () => "auto");
    const answers = await Promise.all([model.ensure(), model.ensure(), model.ensure()]);
    expect(answers.map((answer) => answer?.name)).toEqual(["bundled", "bundled", "bundled"]);
    expect(asked).toEqual(["bundled"]);
    model.summary = null; // its checkpoint was deleted: what was opened before is no answer any more
    expect((await model.ensure())?.name).toBe("bundled");
    expect(asked).toEqual(["bundled", "bundled"]);
  });

  it("times the bundled models where there are several, once, and then opens what was chosen", async () => {
    const { ModelState } = await compiler.load<typeof ModelModule>("/src/state/model.svelte.ts");
    const asked: string[] = [];
    const api = {
      pickBundled: (sizes: string[], device: string) => {
        asked.push(`time ${sizes.join(" and ")} on ${device}`);
        return Promise.resolve({ size: "mini" });
      },
      openModel: ({ size }: { size?: string }) => {
        asked.push(`open ${size}`);
        return Promise.resolve({ name: size });
      },
    };
    const compute = { run: (job: (a: typeof api) => unknown) => job(api) };
    const kept: (string | null)[] = [];
    const preferences = {
      bundled: null as "tiny" | "mini" | null,
      keepBundled(size: "tiny" | "mini" | null) {
        kept.push(size);
        this.bundled = size;
      },
    };
    const visit = (published: ("tiny" | "mini")[]): InstanceType<typeof ModelModule.ModelState> =>
      new ModelState({ compute } as unknown as Client, published, preferences, () => "wasm");
    await visit(["tiny", "mini"]).ensure();
    await visit(["tiny", "mini"]).ensure();
    expect(asked).toEqual(["time tiny and mini on wasm", "open mini", "open mini"]);
    await visit(["tiny", "mini"]).openBundled("tiny");
    await visit(["tiny", "mini"]).ensure();
    expect(asked.slice(3)).toEqual(["open tiny", "open tiny"]);
    expect(kept).toEqual(["mini", "tiny"]);
    preferences.bundled = "mini"; // of an earlier publication of the page, which had it
    await visit(["tiny"]).ensure();
    expect(asked.slice(5)).toEqual(["open undefined"]);
  });
});

describe("demo", () => {
  const domain = { id: "d", title: "D", description: "" } as DemoDomain;
  const playWith = async (
    failing?: string,
  ): Promise<{ demo: InstanceType<typeof DemoModule.DemoState>; seen: string[]; ended: boolean }> => {
    const { DemoState } = await compiler.load<typeof DemoModule>("/src/state/demo.svelte.ts");
    const demo = new DemoState();
    const seen: string[] = [];
    const stage = (name: string) => (): Promise<boolean> => {
      seen.push(name);
      return Promise.resolve(name !== failing);
    };
    const work = {
      model: stage("model"),
      corpus: stage("corpus"),
      tokens: stage("tokens"),
      train: stage("train"),
      evaluate: stage("evaluate"),
    };
    const ended = await demo.play(domain, work, (screen) => seen.push(`show ${screen}`));
    return { demo, seen, ended };
  };
  it("plays its stages in order, each on its screen", async () => {
    const { demo, seen, ended } = await playWith();
    expect(ended).toBe(true);
    expect(demo.finished).toBe(true);
    expect(seen).toEqual([
      "show model",
      "model",
      "show corpus",
      "corpus",
      "show corpus",
      "tokens",
      "show train",
      "train",
      "show evaluate",
      "evaluate",
    ]);
  });
  it("stops at the stage that fails and leaves the others waiting", async () => {
    const { demo, ended } = await playWith("tokens");
    expect(ended).toBe(false);
    expect(demo.running).toBe(false);
    expect(demo.stages.map(({ status }) => status)).toEqual(["done", "done", "failed", "waiting", "waiting"]);
  });
});

describe("a new visit", () => {
  const model: ModelSummary = {
    ref: { kind: "bundled" },
    name: "Base",
    config: {} as ModelSummary["config"],
    special: {} as ModelSummary["special"],
    parameters: 1,
    sizeBytes: 1,
    tokenizerId: "k",
  };
  const project: Project = {
    id: "main",
    version: 1,
    savedAt: 0,
    screen: "train",
    model,
    corpus: null,
    tokenized: null,
    recipe: { ...defaultRecipe(), maxSteps: 77 },
    device: "wasm",
    run: null,
    heldOut: null,
    evaluations: [],
    sentence: "The [MASK] is hot.",
  };
  const checkpoint: CheckpointSummary = {
    id: "l4",
    createdAt: 5,
    sizeBytes: 1,
    tensors: 1,
    name: "Base, step 4",
    project: "main",
    kind: "last",
    step: 4,
    resumable: true,
  };
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
    bestLoss: 3,
    bestCheckpoint: "",
    tokensSeen: 1,
    history: { steps: [1], losses: [2], evaluationSteps: [], evaluationLosses: [] },
  };

  /** What a data worker with this content answers. */
  function appWith(stored: {
    project?: Project;
    checkpoints?: CheckpointSummary[];
    position?: TrainingPosition;
    broken?: boolean;
  }): StateModule.AppState {
    const api = {
      loadProject: () =>
        stored.broken === true
          ? Promise.reject(new base.UnmaskError("storage/unavailable", "There is no IndexedDB.", "Open it in a tab."))
          : Promise.resolve(stored.project ?? null),
      listCheckpoints: () => Promise.resolve(stored.checkpoints ?? []),
      listCorpora: () => Promise.resolve([]),
      listSets: () => Promise.resolve([]),
      storageReport: () => Promise.resolve({ usedBytes: 1, quotaBytes: 2, persisted: false }),
      checkpointPosition: () => Promise.resolve(stored.position ?? position),
    };
    const host = { call: (job: (a: typeof api) => unknown) => job(api) };
    return new state.AppState({ data: host, compute: host } as unknown as Client, ["tiny"]);
  }

  it("brings back model, recipe, device, screen and sentence", async () => {
    const app = appWith({ project });
    await state.restoreVisit(app, "");
    expect(app.ready).toBe(true);
    expect(app.model.summary?.name).toBe("Base");
    expect(app.recipe.values.maxSteps).toBe(77);
    expect([app.device, app.journey.screen, app.evaluation.sentence]).toEqual(["wasm", "train", "The [MASK] is hot."]);
  });
  it("offers to resume from the newest checkpoint, even without a project", async () => {
    const app = appWith({ checkpoints: [checkpoint] });
    await state.restoreVisit(app, "");
    expect(app.run.resumable).toBe(true);
    expect([app.run.savedStep, app.run.totalSteps]).toEqual([4, 10]);
    expect(app.comparison).toMatchObject({
      base: { kind: "bundled" },
      tuned: { kind: "stored", id: "l4" },
      tokenizedId: "t",
    });
  });
  it("takes the end of a run for its model when its best checkpoint was deleted", async () => {
    const named = { ...position, bestCheckpoint: "b2" };
    const best: CheckpointSummary = { ...checkpoint, id: "b2", kind: "best", resumable: false };
    const gone = appWith({ checkpoints: [checkpoint], position: named });
    await state.restoreVisit(gone, "");
    expect(gone.comparison?.tuned).toEqual({ kind: "stored", id: "l4" });
    const there = appWith({ checkpoints: [checkpoint, best], position: named });
    await state.restoreVisit(there, "");
    expect(there.comparison?.tuned).toEqual({ kind: "stored", id: "b2" });
  });
  it("lets the address win over saved settings, and names a bad one", async () => {
    const app = appWith({ project });
    await state.restoreVisit(app, "#/recipe?maxSteps=300");
    expect([app.recipe.values.maxSteps, app.journey.screen]).toEqual([300, "recipe"]);
    const bad = appWith({ project });
    await state.restoreVisit(bad, "#/recipe?maxSteps=-3");
    expect(bad.startError).toMatchObject({ code: "contract/bad-setting" });
    expect(bad.recipe.values.maxSteps).toBe(77);
  });
  it("starts all the same, with a message, where nothing can be stored", async () => {
    const app = appWith({ broken: true });
    await state.restoreVisit(app, "");
    expect(app.ready).toBe(true);
    expect(app.startError).toMatchObject({ code: "storage/unavailable", hint: "Open it in a tab." });
  });
  it("drops answers whose models are gone", async () => {
    const heldOut = {
      tokens: 1,
      blocks: 1,
      baseLoss: 2,
      tunedLoss: 1,
      difference: { value: -1, low: -1, high: -1 },
      durationMs: 1,
    };
    const gone = appWith({ project: { ...project, heldOut } });
    await state.restoreVisit(gone, "");
    expect(gone.evaluation.heldOut).toBeNull();
    const kept = appWith({ project: { ...project, heldOut }, checkpoints: [checkpoint] });
    await state.restoreVisit(kept, "");
    expect(kept.evaluation.heldOut).toEqual(heldOut);
    expect(kept.evaluation.compared?.baseName).toBe("Base");
  });
});
