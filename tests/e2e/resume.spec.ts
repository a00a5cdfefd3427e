/**
 * The sharpest test of the page: a run that was stopped, or whose tab or browser died, ends with the very
 * weights of a run that was left alone, bit for bit, on WASM with two threads or more.
 */
import type { Page } from "playwright";
import { crc32 } from "../../src/base/index.ts";
import { wasmThreads } from "../../src/runtime/index.ts";
import { lastPosition } from "./support/stored.ts";
import { logFile } from "./support/texts.ts";
import { expect, runAt, test, Visit } from "./support/product.ts";

const totalSteps = 10;
const log = logFile("log.txt", 300);
/** Accumulation makes a step slow enough to be stopped in the middle of a run of ten. */
const settings = {
  maxSteps: totalSteps,
  batchSize: 2,
  accumulation: 16,
  blockLength: 32,
  evaluateEvery: 100,
  checkpointEvery: 5,
};

async function weightsOf(visit: Visit): Promise<number> {
  return crc32((await visit.exportLast()).get("model.safetensors")!);
}

/** A whole run without any disturbance. */
async function straight(visit: Visit, steps: number): Promise<number> {
  await visit.step("train");
  await visit.start();
  expect(await visit.phase("completed")).toMatchObject({ step: steps, saved: steps });
  return weightsOf(visit);
}

test("stop and save, reload, resume: bit for bit the run that was not stopped", async ({ visit }) => {
  await visit.open("corpus", settings);
  await visit.pickText(log);
  await visit.useText();
  const expected = await straight(visit, totalSteps);

  await visit.step("train");
  await visit.startAndPress("run-stop", runAt(["running"], { saved: 5 }));
  const threads = visit.page.workers().filter((worker) => worker.url().includes("/ort/"));
  const stopped = await visit.phase("stopped");
  expect(stopped.saved).toBeGreaterThanOrEqual(5);
  expect(stopped.saved).toBeLessThan(totalSteps);
  const halfway = await weightsOf(visit);
  expect(halfway).not.toBe(expected);

  await visit.reload();
  await visit.step("train");
  await expect(visit.byId("run-resumable")).toContainText(`Saved at step ${stopped.saved} of ${totalSteps}`);
  await visit.byId("run-resume").click();
  const resumed = await visit.phase("completed");
  expect(await weightsOf(visit)).toBe(expected);

  // The production build under its policy really computes with several threads: the runtime started the others.
  const cores = await visit.page.evaluate(() => navigator.hardwareConcurrency);
  expect(cores, "this test needs two cores").toBeGreaterThanOrEqual(2);
  expect(resumed.threads).toBe(wasmThreads(cores));
  expect(threads).toHaveLength(resumed.threads - 1);
  await visit.step("train");
  await expect(visit.byId("device-report")).toHaveAttribute("data-threads", String(resumed.threads));
  // Thread count and build are recorded: an exact resume needs the same.
  const position = await lastPosition(visit.page);
  expect(position).toMatchObject({ step: totalSteps, device: "wasm", threads: wasmThreads(cores) });
  expect(position.runtime).toMatch(/^onnxruntime-web \d+\.\d+/);
  console.log(`10 steps = ${stopped.saved} + reload + ${totalSteps - stopped.saved}; ${resumed.threads} threads.`);
});

test("a tab that crashes and a tab that is closed: the run goes on from its last save, bit for bit", async ({
  visit,
  context,
  nanoFolder,
}) => {
  const steps = 800;
  const often = { maxSteps: steps, batchSize: 2, blockLength: 32, evaluateEvery: 300, checkpointEvery: 5 };
  await visit.open("model", often);
  await visit.openFolder(nanoFolder);
  await visit.byId("model-card").waitFor();
  await visit.pickText(log);
  await visit.useText();
  const expected = await straight(visit, steps);

  await visit.step("train");
  await visit.start();
  let alive = visit;
  // Far enough from each other and from the run's end for a machine many times as fast.
  const endings: [string, number, (page: Page) => Promise<unknown>][] = [
    ["crashed", 20, crash],
    ["closed", 250, (page) => page.close()],
  ];
  for (const [how, after, end] of endings) {
    await alive.saved(after);
    const reported = (await alive.status()).saved;
    expect(reported, "the run was over too soon").toBeLessThan(steps);
    await end(alive.page);
    alive = await new Visit(await context.newPage(), visit.url).open("train");
    const offered = (await alive.status()).saved;
    console.log(`Tab ${how} after step ${reported} was saved; resumed from step ${offered}.`);
    expect(offered).toBeGreaterThanOrEqual(reported);
    await alive.byId("run-resume").click();
  }
  await alive.phase("completed");
  expect(await weightsOf(alive)).toBe(expected);
  // Two runs, each with its best and its end, and the model they began from: the endings left nothing behind.
  await expect(alive.byId("checkpoints-row")).toHaveCount(5);
});

async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  // Never answered: the process is gone.
  session.send("Page.crash").catch(() => undefined);
  await crashed;
  await page.close();
}
