/**
 * Training on WebGPU in the built page, on whatever adapter the browser offers (Chromium's own software one
 * is enough, so the model is as small as can be): the same losses as WASM, exact batches after a resume, and
 * a GPU that is taken away in the middle of a run.
 */
import type { Page, Worker } from "playwright";
import { readSafetensors, toFloat32 } from "../../src/models/index.ts";
import { lastPosition } from "./support/stored.ts";
import { logFile } from "./support/texts.ts";
import { expect, runAt, test, type Visit } from "./support/product.ts";

const steps = 16;
const settings = {
  maxSteps: steps,
  batchSize: 2,
  blockLength: 16,
  evaluateEvery: 100,
  checkpointEvery: 2,
  learningRate: 0.001,
};
/** Both compute in float32, but sum in another order; over a few steps the difference grows a little. */
const lossTolerance = 1e-3;
/** Same kernels, same device: only a driver that sums in changing order would need it. */
const weightTolerance = 1e-5;
/** A software adapter compiles shaders for 10 to 70 s before the first step of every worker. */
const patience = 240_000;

test.setTimeout(5 * patience);

async function hasAdapter(page: Page): Promise<boolean> {
  return page.evaluate(async () => "gpu" in navigator && (await navigator.gpu.requestAdapter()) !== null);
}

async function runOn(visit: Visit, device: "webgpu" | "wasm"): Promise<number[]> {
  await visit.chooseDevice(device);
  // The graphs are made, and on the GPU run once on zeros, before anyone asks for the run: its numbers must not know.
  await visit.page.locator('[data-ahead="ready"]').waitFor();
  await visit.start();
  const status = await visit.phase("completed");
  expect(status).toMatchObject({ device, step: steps });
  await expect(visit.byId("run-prepared")).toContainText("before you pressed the button");
  return (await lastPosition(visit.page)).history.losses;
}

/** The largest difference between two exported models, relative to the largest weight of each tensor. */
function distance(one: Uint8Array, other: Uint8Array): number {
  const [a, b] = [readSafetensors(one).tensors, readSafetensors(other).tensors];
  expect([...a.keys()]).toEqual([...b.keys()]);
  let worst = 0;
  for (const [name, tensor] of a) {
    const [x, y] = [toFloat32(tensor), toFloat32(b.get(name)!)];
    const scale = x.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    x.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - y[i]!) / scale)));
  }
  return worst;
}

const computeWorker = (page: Page): Worker => page.workers().find((one) => one.url().includes("compute.worker"))!;

/**
 * Asks the compute worker to lose its GPU: `loseDevice` is the worker's test door, called here by comlink's
 * own message, as the page would.
 */
async function loseDevice(worker: Worker): Promise<void> {
  await worker.evaluate(() => {
    const data = { id: "test", type: "APPLY", path: ["loseDevice"], argumentList: [] };
    self.dispatchEvent(new MessageEvent("message", { data }));
  });
}

/** A run in its middle, with something saved. */
async function startAndPause(visit: Visit): Promise<void> {
  await visit.step("train");
  await visit.startAndPress("run-pause", runAt(["running"], { saved: 2 }));
  const { saved } = await visit.phase("paused");
  expect(saved).toBeLessThan(steps);
}

test("training on WebGPU: WASM's losses, a lost device survived, a resume after a reload", async ({
  visit,
  nanoFolder,
}) => {
  visit.waitUpTo(patience);
  await visit.open("model", settings);
  test.skip(!(await hasAdapter(visit.page)), "absent: device: this browser offers no WebGPU adapter");
  await visit.openFolder(nanoFolder);
  await visit.byId("model-card").waitFor();
  await visit.pickText(logFile("log.txt", 200));
  await visit.useText();

  const onWasm = await runOn(visit, "wasm");
  const onGpu = await runOn(visit, "webgpu");
  const differences = onGpu.map((loss, i) => Math.abs(loss - onWasm[i]!) / onWasm[i]!);
  console.log(
    `Losses on WebGPU differ from WASM's by at most ${Math.max(...differences).toExponential(1)} over ${steps} steps.`,
  );
  expect(onGpu).toHaveLength(steps);
  expect(Math.max(...differences)).toBeLessThan(lossTolerance);
  const expected = (await visit.exportLast()).get("model.safetensors")!;

  await test.step("the device is lost in the middle of a run", async () => {
    await startAndPause(visit);
    const worker = computeWorker(visit.page);
    await loseDevice(worker);
    await visit.byId("run-continue").click();
    // Never re-initialised in place: the worker ends, another one begins.
    await expect.poll(() => visit.page.workers().includes(worker), { timeout: patience }).toBe(false);
    await expect(visit.byId("run-notices")).toContainText(
      /The graphics processor was lost\. The run goes on from its last save, step \d/,
    );
    expect(await visit.phase("completed")).toMatchObject({ device: "webgpu", step: steps, saved: steps });
    const off = distance(expected, (await visit.exportLast()).get("model.safetensors")!);
    console.log(`After the lost device the weights differ by ${off.toExponential(1)}.`);
    expect(off).toBeLessThan(weightTolerance);
  });

  await test.step("a stop, a reload and a resume", async () => {
    await startAndPause(visit);
    await visit.byId("run-stop").click();
    const { saved } = await visit.phase("stopped");
    expect(saved).toBeLessThan(steps);
    await visit.reload();
    await visit.byId("run-resume").click();
    await visit.phase("completed");
    const off = distance(expected, (await visit.exportLast()).get("model.safetensors")!);
    console.log(`After a stop at step ${saved} and a reload the weights differ by ${off.toExponential(1)}.`);
    expect(off).toBeLessThan(weightTolerance);
  });
});
