/**
 * `npm run bench -- corpus [--sizes 100,1000] [--stages 32]`: generated text into the page. Memory: files of each size
 * are dropped into the real page in a Chromium with a profile on the disk, and imported; the figures are the peak of
 * the sum of PSS over its processes above idle, from the drop to the stored corpus. Speed: MB/s of each stage by
 * itself, in a worker under the same policy. With sizes left out, their figures are left out too.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium, type Page } from "playwright";
import { launchOptions } from "../../scripts/browser.mjs";
import { startServer } from "../../scripts/serve.mjs";
import { root } from "../../scripts/setup.mjs";
import { buildPages, mounts, outDir } from "../../tests/browser/harness/build.ts";
import { callRoom } from "../../tests/browser/harness/index.ts";
import type { StageTime } from "../../tests/browser/pages/corpus-stages.ts";
import { Visit } from "../../tests/e2e/support/visit.ts";
import { browserProcess } from "../support/browser-process.ts";
import { canMeasure, idleMb, MemoryWatch } from "../support/memory.ts";
import { printTable, round, shown } from "../support/print.ts";
import { writeGenerated } from "./generated-text.ts";

const patienceMs = 60 * 60_000;
const nameOf = (megabytes: number): string => (megabytes % 1000 === 0 ? `${megabytes / 1000}gb` : `${megabytes}mb`);

interface Import {
  megabytes: number;
  idle: number;
  peak: number;
  seconds: number;
}

export async function run(args: string[] = []): Promise<Record<string, number>> {
  const { values } = parseArgs({ args, options: { sizes: { type: "string" }, stages: { type: "string" } } });
  const sizes = (values.sizes ?? "100,1000")
    .split(",")
    .map(Number)
    .filter((size) => size > 0);
  const folder = mkdtempSync(join(tmpdir(), "unmask-corpus-"));
  const figures: Record<string, number> = {};
  try {
    const imports: Import[] = [];
    if (!canMeasure()) console.log("Memory is measured on Linux only: its figures are left out.");
    else for (const megabytes of sizes) imports.push(await importSize(megabytes, folder));
    for (const { megabytes, peak, idle } of imports) figures[`peak_mb_${nameOf(megabytes)}`] = round(peak - idle);
    const [first, last] = [imports[0], imports.at(-1)];
    if (first !== undefined && last !== undefined && last !== first)
      figures[`peak_growth_${nameOf(first.megabytes)}_to_${nameOf(last.megabytes)}`] = round(
        (last.peak - last.idle) / (first.peak - first.idle),
      );
    printTable(
      "Dropped into the page and imported (read and stored)",
      ["MB", "seconds", "MB/s", "idle MB", "peak MB", "above idle MB"],
      imports.map(({ megabytes, seconds, idle, peak }) =>
        [megabytes, seconds, megabytes / seconds, idle, peak, peak - idle].map((value) => shown(value)),
      ),
    );
    const staged = Number(values.stages ?? 32);
    if (staged > 0) Object.assign(figures, await timeStages(staged, folder));
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
  }
}

/** A browser of its own for each size: memory that one import leaves behind is no matter of the next. */
async function importSize(megabytes: number, folder: string): Promise<Import> {
  const [path, warm, profile] = [
    join(folder, `text-${megabytes}.txt`),
    join(folder, "warm.txt"),
    join(folder, `profile-${megabytes}`),
  ];
  writeGenerated(path, megabytes);
  writeGenerated(warm, 1);
  const server = await startServer({ root: process.env["UNMASK_DIST"] ?? join(root, "dist") });
  const context = await chromium.launchPersistentContext(profile, {
    ...(await launchOptions()),
    viewport: { width: 1280, height: 900 },
  });
  try {
    const pid = await browserProcess(context.browser()!);
    const page = context.pages()[0] ?? (await context.newPage());
    const visit = await new Visit(page, server.url).open("corpus");
    page.setDefaultTimeout(patienceMs);
    // Workers, model and tokenizer are there before anything is measured.
    await bring(page, visit, warm);
    await visit.byId("train-tokens").waitFor();
    await visit.byId("batch-preview").waitFor({ state: "attached" }); // its part of the screen is folded
    const idle = await idleMb(pid);
    const watch = new MemoryWatch(pid);
    const began = performance.now();
    await bring(page, visit, path);
    const seconds = (performance.now() - began) / 1000;
    const peak = watch.stop();
    console.log(`${megabytes} MB: ${shown(seconds)} s, peak ${shown(peak - idle)} MB above idle (${shown(idle)} MB)`);
    return { megabytes, idle, peak, seconds };
  } finally {
    await context.close();
    await server.close();
    rmSync(path, { force: true });
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
  }
}

/** From the drop to the stored corpus. */
async function bring(page: Page, visit: Visit, path: string): Promise<void> {
  await visit.byId("corpus-files").setInputFiles(path);
  await visit.byId("import-corpus").click();
  const name = path.split("/").at(-1)!.replace(".txt", "");
  const done = page.locator('[data-testid="corpus-card"]', { hasText: name });
  const failed = visit.byId("import-error");
  await done.or(failed).first().waitFor();
  if ((await failed.count()) > 0) throw new Error(`The import failed: ${await failed.innerText()}`);
}

async function timeStages(megabytes: number, folder: string): Promise<Record<string, number>> {
  await buildPages();
  writeGenerated(join(folder, "stages.txt"), megabytes);
  const server = await startServer({ root: outDir, mounts: { ...mounts, "/texts/": folder } });
  const browser = await chromium.launch(await launchOptions());
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}room.html?room=corpus-stages&in=worker`);
    await page.waitForFunction(() => "callRoom" in globalThis);
    const { bytes, times } = await callRoom<{ bytes: number; times: StageTime[] }>(page, "stages", [
      `${server.url}texts/stages.txt`,
    ]);
    const rate = ({ milliseconds }: StageTime): number => bytes / 1e6 / (milliseconds / 1000);
    printTable(
      `Stages by themselves, ${megabytes} MB, one worker`,
      ["stage", "MB/s", "seconds", "gave"],
      times.map((time) => [time.stage, shown(rate(time)), shown(time.milliseconds / 1000), time.gave]),
    );
    const seconds = times.reduce((sum, { milliseconds }) => sum + milliseconds / 1000, 0);
    console.log(`From the file to packed blocks, with the default cleaning: ${shown(seconds)} s.`);
    return {
      ...Object.fromEntries(times.map((time) => [`${time.stage}_mb_s`, round(rate(time))])),
      [`seconds_${nameOf(megabytes)}`]: round(seconds),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}
