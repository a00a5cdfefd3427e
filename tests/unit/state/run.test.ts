/** RunState's dealings with its worker: revival after a lost device, forced stop, restore. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as BaseModule from "../../../src/base/index.ts";
import type { Client } from "../../../src/client/index.ts";
import {
  defaultRecipe,
  type CheckpointSummary,
  type RunEvent,
  type TrainingPosition,
  type TrainRequest,
} from "../../../src/contract/index.ts";
import type * as RunModule from "../../../src/state/run.svelte.ts";
import { openCompiler, type Compiled } from "./compiled.ts";

let RunState: typeof RunModule.RunState;
let UnmaskError: typeof BaseModule.UnmaskError;
let compiler: Compiled;
beforeAll(async () => {
  compiler = await openCompiler();
  ({ UnmaskError } = await compiler.load<typeof BaseModule>("/src/base/index.ts"));
  ({ RunState } = await compiler.load<typeof RunModule>("/src/state/run.svelte.ts"));
});
afterAll(() => compiler.close());

type Train = (request: TrainRequest, onEvents: (events: RunEvent[]) => void) => Promise<void>;

/** A host whose worker trains by the given script: one function a start. Node has no device to lose. */
function clientWith(...scripts: Train[]): { client: Client; requests: TrainRequest[]; asked: string[] } {
  const requests: TrainRequest[] = [];
  const asked: string[] = [];
  const api = {
    train: (request: TrainRequest, onEvents: (events: RunEvent[]) => void) => {
      requests.push(request);
      return scripts[requests.length - 1]!(request, onEvents);
    },
    pause: () => Promise.resolve(void asked.push("pause")),
    resume: () => Promise.resolve(void asked.push("resume")),
    stop: () => Promise.resolve(void asked.push("stop")),
  };
  const host = {
    run: (job: (a: typeof api) => unknown) => job(api),
    call: (job: (a: typeof api) => unknown) => job(api),
  };
  return { client: { compute: host, data: host } as unknown as Client, requests, asked };
}
const request: TrainRequest = {
  project: "main",
  model: { kind: "bundled" },
  tokenizedId: "t",
  recipe: defaultRecipe(),
  device: "auto",
};
const source = { base: request.model, baseName: "Base" };
const started = (step: number): RunEvent => ({
  type: "started",
  step,
  totalSteps: 10,
  device: { kind: "webgpu", threads: 1, adapter: "x", software: false, reason: "", runtime: "" },
  prepareMs: 1,
  blocks: 1,
  heldOutBlocks: 1,
  notices: [],
});
const saved = (step: number, id: string): RunEvent => ({ type: "checkpoint", step, id, kind: "last", sizeBytes: 1 });
const finished: RunEvent = {
  type: "finished",
  step: 10,
  reason: "completed",
  lastCheckpoint: "l10",
  bestCheckpoint: "b10",
};
const lost = (): Promise<never> => Promise.reject(new UnmaskError("runtime/device-lost", "The device was lost."));

describe("run state", () => {
  it("goes on from the last save after the device was lost, and says so", async () => {
    const { client, requests } = clientWith(
      (_, post) => {
        post([started(0), saved(4, "l4")]);
        return lost();
      },
      (_, post) => {
        post([started(4), finished]);
        return Promise.resolve();
      },
    );
    const run = new RunState(client);
    expect(await run.start(request, source)).toBe(true);
    expect(requests.map((one) => one.resumeFrom)).toEqual([undefined, "l4"]);
    expect(run.phase).toBe("completed");
    expect(run.error).toBeNull();
    expect(run.view.notices.map((one) => one.code)).toEqual(["run/device-lost"]);
    expect(run.view.notices[0]!.message).toContain("step 4");
    expect(run.tuned).toEqual({ kind: "stored", id: "b10" });
  });

  it("gives up with a remedy when the device is lost again and again without progress", async () => {
    const { client, requests } = clientWith(lost, lost, lost, lost);
    const run = new RunState(client);
    expect(await run.start(request, source)).toBe(false);
    expect(requests.length).toBe(3);
    expect(run.phase).toBe("failed");
    expect(run.error).toMatchObject({ code: "runtime/device-lost" });
    expect(run.error!.hint).toContain("WASM");
  });

  it("shows nothing of the run before while a new one is prepared", async () => {
    let whilePreparing: [number, string, number] | undefined;
    const run = new RunState(
      clientWith(
        (_, post) => {
          post([started(0), saved(10, "l10"), finished]);
          return Promise.resolve();
        },
        () => {
          whilePreparing = [run.view.savedStep, run.lastCheckpoint, run.view.totalSteps];
          return Promise.resolve();
        },
      ).client,
    );
    await run.start(request, source);
    expect(run.view.savedStep).toBe(10);
    await run.start(request, source);
    expect(whilePreparing).toEqual([0, "", 0]);
  });

  it("keeps the position of a failed run so that it can be resumed", async () => {
    const { client, requests } = clientWith(
      (_, post) => {
        post([started(0), saved(5, "l5")]);
        return Promise.reject(new UnmaskError("storage/quota", "The disk is full.", "Delete something."));
      },
      (_, post) => {
        post([started(5), finished]);
        return Promise.resolve();
      },
    );
    const run = new RunState(client);
    expect(await run.start(request, source)).toBe(false);
    expect(run.error).toMatchObject({ code: "storage/quota", hint: "Delete something." });
    expect(run.resumable).toBe(true);
    expect(run.record).toMatchObject({ status: "failed", step: 5, lastCheckpoint: "l5" });
    expect(await run.resumeFromCheckpoint()).toBe(true);
    expect(requests[1]!.resumeFrom).toBe("l5");
    expect(run.resumable).toBe(false);
  });

  it("pauses, resumes and stops through the worker", async () => {
    let end!: () => void;
    const { client, asked } = clientWith((_, post) => {
      post([started(0)]);
      return new Promise<void>((resolve) => (end = resolve));
    });
    const run = new RunState(client);
    const whole = run.start(request, source);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(run.phase).toBe("running");
    await run.pause();
    expect(run.phase).toBe("pausing");
    await run.resume();
    await run.stop();
    expect(run.phase).toBe("stopping");
    expect(asked).toEqual(["pause", "resume", "stop"]);
    end();
    await whole;
    expect(run.active).toBe(false);
  });

  it("restores a run of an earlier visit from its checkpoint", () => {
    const { client } = clientWith();
    const run = new RunState(client);
    const summary = { id: "l6", step: 6 } as CheckpointSummary;
    const position = {
      step: 6,
      totalSteps: 10,
      recipe: defaultRecipe(),
      baseModel: "Base",
      bestCheckpoint: "",
      history: { steps: [6], losses: [3], evaluationSteps: [], evaluationLosses: [] },
    } as unknown as TrainingPosition;
    run.restore(summary, position, request);
    expect(run.resumable).toBe(true);
    expect(run.savedStep).toBe(6);
    run.forgetCheckpoint("l6");
    expect(run.resumable).toBe(false);
  });
});
