/** When the page asks for a run to be prepared: once things have come to rest, and never in a person's way. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { UnmaskError } from "../../../src/base/index.ts";
import type { Client } from "../../../src/client/index.ts";
import { defaultRecipe, type AheadRequest, type ModelConfig, type Recipe } from "../../../src/contract/index.ts";
import type * as AheadModule from "../../../src/state/ahead.svelte.ts";
import { openCompiler, type Compiled } from "./compiled.ts";

let AheadState: typeof AheadModule.AheadState;
let compiler: Compiled;
beforeAll(async () => {
  compiler = await openCompiler();
  ({ AheadState } = await compiler.load<typeof AheadModule>("/src/state/ahead.svelte.ts"));
});
afterAll(() => compiler.close());
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const request = (settings: Partial<Recipe> = {}): AheadRequest => ({
  config: { hidden_size: 8 } as ModelConfig,
  recipe: { ...defaultRecipe(), ...settings },
  device: "auto",
});
const longEnough = 2000;

/** A host that answers as told; Node has no worker to start. */
function hostWith(...answers: (boolean | Error)[]) {
  const asked: AheadRequest[] = [];
  const api = {
    prepareAhead: (one: AheadRequest) => {
      asked.push(one);
      const answer = answers.shift() ?? true;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  const compute = { idle: true, call: (job: (a: typeof api) => unknown) => job(api) };
  return { asked, compute, ahead: new AheadState({ compute } as unknown as Client) };
}

it("asks once for what it comes to rest at, and not again for what changes no graph", async () => {
  const { ahead, asked } = hostWith();
  for (const batchSize of [1, 2, 4]) ahead.want(request({ batchSize }));
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(longEnough);
  expect(asked.map(({ recipe }) => recipe.batchSize)).toEqual([4]);
  expect(ahead.phase).toBe("ready");
  ahead.want(request({ batchSize: 4, learningRate: 1e-3, maxSteps: 7 }));
  await vi.advanceTimersByTimeAsync(longEnough);
  expect(asked).toHaveLength(1);
  ahead.want(request({ batchSize: 4, blockLength: 64 }));
  expect(ahead.phase).toBe("");
  await vi.advanceTimersByTimeAsync(longEnough);
  expect(asked).toHaveLength(2);
});

it("asks nothing of a worker that has a job, nor after a run has come", async () => {
  const { ahead, asked, compute } = hostWith();
  compute.idle = false;
  ahead.want(request());
  await vi.advanceTimersByTimeAsync(longEnough);
  compute.idle = true;
  ahead.want(request());
  ahead.want(null);
  await vi.advanceTimersByTimeAsync(longEnough);
  expect(asked).toEqual([]);
});

it("asks again when somebody came between", async () => {
  const { ahead, asked } = hostWith(false);
  ahead.want(request());
  await vi.advanceTimersByTimeAsync(longEnough);
  expect(ahead.phase).toBe("");
  ahead.want(request());
  await vi.advanceTimersByTimeAsync(longEnough);
  expect([asked.length, ahead.phase]).toEqual([2, "ready"]);
});

it("asks again after a job, which may have taken what lay ready; not for what the run just took", async () => {
  const { ahead, asked } = hostWith();
  ahead.want(request());
  await vi.advanceTimersByTimeAsync(longEnough);
  ahead.want(null);
  expect(ahead.phase).toBe("");
  ahead.want(request());
  await vi.advanceTimersByTimeAsync(longEnough);
  expect([asked.length, ahead.phase]).toEqual([2, "ready"]);
  ahead.taken(request({ maxSteps: 7 }));
  ahead.want(null);
  ahead.want(request());
  await vi.advanceTimersByTimeAsync(longEnough);
  expect([asked.length, ahead.phase]).toEqual([2, ""]);
});

it("is ready again after a change that was taken back", async () => {
  const { ahead } = hostWith();
  ahead.want(request());
  await vi.advanceTimersByTimeAsync(longEnough);
  ahead.want(request({ batchSize: 4 }));
  ahead.want(request());
  await vi.advanceTimersByTimeAsync(longEnough);
  expect(ahead.phase).toBe("ready");
});

it("keeps a failure to itself, and does not try the same again", async () => {
  const { ahead, asked } = hostWith(new Error("does not fit"));
  ahead.want(request());
  await vi.advanceTimersByTimeAsync(longEnough);
  expect(ahead.phase).toBe("");
  expect(ahead.error?.message).toContain("does not fit");
  ahead.want(request());
  await vi.advanceTimersByTimeAsync(longEnough);
  expect(asked).toHaveLength(1);
});

it("asks for nothing more once preparing has cost the worker its device", async () => {
  const { ahead, asked } = hostWith(new UnmaskError("runtime/out-of-memory", "There is no memory left."));
  for (const batchSize of [1, 2, 4]) {
    ahead.want(request({ batchSize }));
    await vi.advanceTimersByTimeAsync(longEnough);
  }
  expect([asked.length, ahead.phase]).toEqual([1, ""]);
});

it("does without on the visit after one that preparing ended, and prepares again on the next", async () => {
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
  const counts: number[] = [];
  for (const answer of [new UnmaskError("runtime/device-lost", "The device was lost."), true, true, true]) {
    const { ahead, asked } = hostWith(answer);
    ahead.want(request());
    await vi.advanceTimersByTimeAsync(longEnough);
    ahead.leave();
    counts.push(asked.length);
  }
  expect(counts).toEqual([1, 0, 1, 1]);
  vi.unstubAllGlobals();
});
