/**
 * From the press on "Start training" to the first loss, in a page that was just loaded: at once, and after the page has
 * had the graphs compiled. The held-out loss before the first step is part of both.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright";
import { launchOptions } from "../../scripts/browser.mjs";
import { nanoModel, writeFolder } from "../../tests/e2e/support/nano-model.ts";
import { logFile } from "../../tests/e2e/support/texts.ts";
import { Visit, type Settings } from "../../tests/e2e/support/visit.ts";

interface Case {
  device: "wasm" | "webgpu";
  model: "tiny" | "nano";
  settings: Settings;
  rounds: number;
}
/** A software adapter compiles shaders for a quarter of a minute, and is too slow for the tiny model. */
const patience = 240_000;
const short: Settings = { maxSteps: 2, evaluateEvery: 1000 };
const cases: Case[] = [
  { device: "wasm", model: "tiny", settings: short, rounds: 3 },
  { device: "webgpu", model: "nano", settings: { ...short, batchSize: 2, blockLength: 16 }, rounds: 1 },
];

export interface Pressed extends Case {
  coldMs: number;
  preparedMs: number;
}

export async function pressToFirstLoss(url: string): Promise<Pressed[]> {
  const browser = await chromium.launch(await launchOptions());
  const folder = mkdtempSync(join(tmpdir(), "unmask-press-"));
  try {
    const results: Pressed[] = [];
    for (const one of cases) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const visit = new Visit(await context.newPage(), url);
      await visit.open("corpus", one.settings);
      if (one.model === "nano") {
        await visit.openFolder(writeFolder(folder, "nano", nanoModel()));
        await visit.byId("model-card").waitFor();
      }
      await visit.pickText(logFile("log.txt", 4000));
      await visit.useText();
      await visit.chooseDevice(one.device);
      visit.page.setDefaultTimeout(patience);
      const cold: number[] = [];
      const prepared: number[] = [];
      for (let i = 0; i < one.rounds; i++) {
        cold.push(await press(visit, false));
        prepared.push(await press(visit, true));
      }
      results.push({ ...one, coldMs: median(cold), preparedMs: median(prepared) });
      await context.close();
    }
    return results;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function press(visit: Visit, wait: boolean): Promise<number> {
  await visit.page.waitForTimeout(1500); // the project saves itself a moment after a change
  await visit.reload();
  if (wait) await visit.page.locator('[data-ahead="ready"]').waitFor();
  const took = await visit.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const status = document.querySelector<HTMLElement>('[data-testid="run-status"]')!;
        const began = performance.now();
        document.querySelector<HTMLElement>('[data-testid="run-start"]')!.click();
        let hasBegun = false; // the curve of the run before is shown until then
        const look = (): void => {
          hasBegun ||= status.dataset["firstLoss"] === "";
          if (hasBegun && (status.dataset["firstLoss"] !== "" || status.dataset["phase"] === "failed"))
            resolve(performance.now() - began);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  await visit.phase("completed");
  return took;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
