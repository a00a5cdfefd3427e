/**
 * Browsers, hosts and moments that withhold something: no GPU, no isolation, no storage, a second tab, a full
 * disk. Each time the page says so, with a way out and the code to quote, and keeps what the person had.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright";
import { launchOptions } from "../../scripts/browser.mjs";
import { startServer } from "../../scripts/serve.mjs";
import { logFile } from "./support/texts.ts";
import { builtPage, expect, runAt, test, Visit } from "./support/product.ts";

const log = logFile("log.txt", 120);
const small = { batchSize: 2, blockLength: 32 };

async function withText(visit: Visit, nanoFolder: string, settings: Record<string, number>): Promise<Visit> {
  await visit.open("model", { ...small, ...settings });
  await visit.openFolder(nanoFolder);
  await visit.byId("model-card").waitFor();
  await visit.pickText(log);
  await visit.useText();
  await visit.step("train");
  return visit;
}

/** A paused run holds everything that a running one holds, for as long as the test needs. */
async function startAndPause(visit: Visit, saved: number): Promise<void> {
  await visit.startAndPress("run-pause", runAt(["running"], { saved }));
  await visit.phase("paused");
}

test("WebGPU is asked for where no adapter is offered", async ({ productServer }) => {
  const browser = await chromium.launch(await launchOptions({ gpu: "none" }));
  try {
    const visit = await new Visit(await browser.newPage(), productServer.url).open("train");
    const offered = await visit.page.evaluate(async () => (await navigator.gpu?.requestAdapter()) !== null);
    test.skip(offered, "absent: device: a browser without a GPU adapter (UNMASK_GPU is set)");
    await visit.chooseDevice("webgpu");
    const { code, text } = await visit.error("probe-error");
    expect(code).toBe("runtime/no-webgpu");
    expect(text).toContain("This browser has WebGPU but offers no graphics adapter.");
    expect(text).toContain("Choose the WASM device, or open the page in a current Chrome, Edge, Firefox or Safari");
    expect(text).toContain("Code: runtime/no-webgpu");
    await visit.chooseDevice("auto");
    await expect(visit.byId("device-report")).toHaveAttribute("data-kind", "wasm");
    await expect(visit.byId("device-report")).toContainText("because the browser offers no graphics adapter");
    await expect(visit.byId("probe-error")).toHaveCount(0);
    expect(visit.faults).toEqual([]);
  } finally {
    await browser.close();
  }
});

test("on plain http, without WebGPU, threads, locks and service workers, it trains and says what is missing", async ({
  nanoFolder,
  productServer,
}) => {
  // Any name but localhost is an insecure context.
  const name = "unmask.test";
  const args = [`--host-resolver-rules=MAP ${name} 127.0.0.1`];
  const browser = await chromium.launch(await launchOptions({ args }));
  try {
    const visit = new Visit(await browser.newPage(), `http://${name}:${productServer.port}/`);
    await withText(visit, nanoFolder, { maxSteps: 3 });
    expect(await visit.page.evaluate(() => [isSecureContext, "gpu" in navigator, "locks" in navigator])).toEqual([
      false,
      false,
      false,
    ]);
    await expect(visit.byId("device-report")).toContainText("because this browser has no WebGPU; one thread only");
    await visit.chooseDevice("webgpu");
    const { code, text } = await visit.error("probe-error");
    expect(code).toBe("runtime/no-webgpu");
    expect(text).toContain("This browser has no WebGPU.");
    await visit.chooseDevice("auto");
    await visit.start();
    expect(await visit.phase("completed")).toMatchObject({ step: 3, saved: 3, device: "wasm", threads: 1 });
    await expect(visit.byId("run-notices")).toContainText("keep to one tab");
    expect((await visit.exportLast()).has("model.safetensors")).toBe(true);
    expect(visit.faults).toEqual([]);
  } finally {
    await browser.close();
  }
});

test("without cross-origin isolation it trains with one thread, and says why", async ({ browser, nanoFolder }) => {
  const server = await startServer({ root: builtPage, headers: false });
  const context = await browser.newContext({ serviceWorkers: "block" });
  try {
    const visit = await withText(new Visit(await context.newPage(), server.url), nanoFolder, { maxSteps: 3 });
    expect(await visit.page.evaluate(() => self.crossOriginIsolated)).toBe(false);
    await expect(visit.byId("device-report")).toHaveAttribute("data-threads", "1");
    await expect(visit.byId("device-report")).toContainText(
      "one thread only, because the page is not cross-origin isolated",
    );
    await visit.start();
    expect(await visit.phase("completed")).toMatchObject({ step: 3, device: "wasm", threads: 1 });
    expect(visit.faults).toEqual([]);
  } finally {
    await context.close();
    await server.close();
  }
});

test("in a sandboxed frame the page is not blank, and says what it needs", async ({ context }) => {
  // A frame of an opaque origin gets modules only from a host that allows every origin to read its files.
  const server = await startServer({ root: builtPage, cors: true });
  const page = await context.newPage();
  await page.route("**/outer.html", (route) =>
    route.fulfill({
      contentType: "text/html",
      headers: { "Cross-Origin-Embedder-Policy": "require-corp" },
      body: `<!doctype html><iframe sandbox="allow-scripts" width="1200" height="800" src="${server.url}"></iframe>`,
    }),
  );
  await page.goto(`${server.url}outer.html`);
  const frame = page.frameLocator("iframe");
  const error = frame.getByTestId("start-error");
  await error.waitFor();
  await expect(error).toHaveAttribute("data-code", /^(client\/no-worker|storage\/unavailable)$/);
  await expect(error).toContainText(/tab of its own|own tab/);
  await expect(error).toContainText("Code: ");
  await expect(frame.getByTestId("screen-welcome")).toBeVisible();
  await server.close();
});

test("where site data is blocked the page is not blank, and says what it needs", async ({ folder, productServer }) => {
  // The person's own setting: "Block all cookies" also refuses IndexedDB and service workers.
  mkdirSync(join(folder, "Default"), { recursive: true });
  writeFileSync(
    join(folder, "Default", "Preferences"),
    JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }),
  );
  const context = await chromium.launchPersistentContext(folder, await launchOptions());
  try {
    const visit = await new Visit(await context.newPage(), productServer.url).open();
    const { code, text } = await visit.error("start-error");
    expect(code).toBe("storage/unavailable");
    expect(text).toContain("This page needs the browser's storage (IndexedDB) to keep checkpoints and corpora");
    expect(text).toContain("allow site data for this page");
    expect(text).toContain("Code: storage/unavailable");
    await expect(visit.byId("screen-welcome")).toBeVisible();
    // Going on all the same ends in the same words, not in silence.
    await visit.byId("choose-model").click();
    await visit.pickText(log);
    await visit.byId("import-corpus").click();
    expect((await visit.error("import-error")).code).toBe("storage/unavailable");
    expect(visit.faults).toEqual([]);
  } finally {
    await context.close();
  }
});

test("two tabs: the second does not train what the first is training", async ({ visit, context, nanoFolder }) => {
  await withText(visit, nanoFolder, { maxSteps: 300, checkpointEvery: 20 });
  await startAndPause(visit, 0);
  const second = await new Visit(await context.newPage(), visit.url).open("train");
  await second.start();
  const { code, text } = await second.error("run-error");
  expect(code).toBe("storage/project-busy");
  expect(text).toContain("This project is being trained in another tab of this browser.");
  expect(text).toContain("Go on in that tab, or stop its training (or close it) and try again here.");
  expect(text).toContain("Code: storage/project-busy");
  // The first tab does not notice.
  await visit.byId("run-continue").click();
  expect(await visit.phase("completed")).toMatchObject({ step: 300, saved: 300 });
  // After a look at what is there now, the second tab has the run, too.
  await second.reload();
  await second.step("train");
  expect(await second.status()).toMatchObject({ phase: "completed", saved: 300 });
  expect(second.faults).toEqual([]);
});

test("a full quota ends the run with a way out; the earlier checkpoint is whole and goes on", async ({
  browser,
  productServer,
  nanoFolder,
}) => {
  // Without a service worker: its cached files would count, too.
  const context = await browser.newContext({ serviceWorkers: "block" });
  const visit = new Visit(await context.newPage(), productServer.url);
  const session = await context.newCDPSession(visit.page);
  const { origin } = new URL(visit.url);
  const setQuota = (megabytes: number): Promise<unknown> =>
    session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: megabytes * 1e6 });
  // Low from the start: Chromium looks again only when the room that it once saw is used up.
  await setQuota(8);
  const steps = 600;
  await withText(visit, nanoFolder, { maxSteps: steps, checkpointEvery: 5, evaluateEvery: 5000 });
  await startAndPause(visit, 5);
  await setQuota(0.001);
  await visit.byId("run-continue").click();
  const { code, text } = await visit.error("run-error");
  expect(code).toBe("storage/quota-full");
  expect(text).toContain("The browser has no room left for this page's data.");
  expect(text).toContain("Nothing that was saved before is lost.");
  expect(text).toContain("Delete checkpoints or corpora that you no longer need, or free disk space; then try again.");
  expect(text).toContain("Code: storage/quota-full");
  const failed = await visit.status();
  expect(failed.phase).toBe("failed");
  expect(failed.saved).toBeGreaterThanOrEqual(5);
  expect(failed.saved % 5).toBe(0);
  await expect(visit.byId("run-resumable")).toContainText(`Saved at step ${failed.saved} of ${steps}`);

  // Even a reload finds it; with room again the run goes on to its end.
  await visit.reload();
  await expect(visit.byId("run-resumable")).toContainText(`Saved at step ${failed.saved} of ${steps}`);
  await setQuota(100);
  await visit.byId("run-resume").click();
  expect(await visit.phase("completed")).toMatchObject({ saved: steps });
  expect((await visit.exportLast()).get("model.safetensors")!.length).toBeGreaterThan(10_000);
  expect(visit.faults).toEqual([]);
  await context.close();
});
