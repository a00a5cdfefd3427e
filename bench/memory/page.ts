/**
 * RoBERTa-base's shape in the page itself: the built page in Chromium, isolated so that WASM has its threads, a model
 * folder of random weights dropped, a text, three updates, a checkpoint. Measured is the memory of the whole browser
 * above what it held before the run began.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright";
import { launchOptions } from "../../scripts/browser.mjs";
import { startServer } from "../../scripts/serve.mjs";
import { root } from "../../scripts/setup.mjs";
import { readRecipe, type MemoryPlan, type ModelConfig } from "../../src/contract/index.ts";
import { initialize, parametersOf, toTensors } from "../../src/models/index.ts";
import { planRecipe } from "../../src/training/index.ts";
import { logFile } from "../../tests/e2e/support/texts.ts";
import { Visit } from "../../tests/e2e/support/visit.ts";
import { browserProcess } from "../support/browser-process.ts";
import { idleMb, MemoryWatch } from "../support/memory.ts";
import { noLimits, shapes } from "./shapes.ts";

export interface PageMeasured {
  plan: MemoryPlan;
  /** Training, and training with the checkpoint that follows; MB of 10^6 bytes above idle. */
  peakMb: number;
  savedPeakMb: number;
  /** Of opening the model: from files into the browser's storage. */
  importMb: number;
  importMs: number;
  /** An update, of those after the first. */
  stepMs: number;
  losses: number[];
  threads: number;
}

const STEPS = 3;
const patienceMs = 30 * 60_000;
const tokenizer = join(root, "tests", "fixtures", "folders", "roberta");

/** A Hugging Face folder, written a tensor at a time. */
export function writeModel(folder: string, config: ModelConfig): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ["tokenizer.json", "tokenizer_config.json"])
    writeFileSync(join(folder, name), readFileSync(join(tokenizer, name)));
  const fixture = JSON.parse(readFileSync(join(tokenizer, "config.json"), "utf8")) as object;
  writeFileSync(join(folder, "config.json"), JSON.stringify({ ...fixture, ...config }));
  const parameters = parametersOf(config, "mlm");
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const { parts } of parameters)
    for (const { name, shape } of parts) {
      const begin = end;
      end += shape.reduce((a, b) => a * b, 4);
      header[name] = { dtype: "F32", shape, data_offsets: [begin, end] };
    }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const file = openSync(join(folder, "model.safetensors"), "w");
  writeSync(file, Buffer.concat([length, padded]));
  for (const parameter of parameters)
    for (const { data } of toTensors([parameter], initialize([parameter], config, 1)))
      writeSync(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  closeSync(file);
}

export async function measurePage(say: (line: string) => void): Promise<PageMeasured> {
  const { config, recipe } = shapes.roberta;
  const work = mkdtempSync(join(tmpdir(), "unmask-large-"));
  const server = await startServer({ root: join(root, "dist") });
  const context = await chromium.launchPersistentContext(join(work, "profile"), await launchOptions());
  try {
    writeModel(join(work, "roberta"), config);
    const page = context.pages()[0] ?? (await context.newPage());
    const visit = new Visit(page, server.url);
    const settings = { ...recipe, maxSteps: STEPS, evaluateEvery: 1000, checkpointEvery: 1000 };
    await visit.open("model", settings);
    page.setDefaultTimeout(patienceMs);
    const tree = await browserProcess(context.browser()!);
    const bare = await idleMb(tree, 10);
    const importing = new MemoryWatch(tree);
    const began = performance.now();
    await visit.openFolder(join(work, "roberta"));
    await page.locator('[data-testid="model-card"]', { hasText: "roberta" }).waitFor();
    const importMs = performance.now() - began;
    const importMb = importing.stop() - bare;
    say(`the model is in the browser's storage after ${Math.round(importMs / 1000)} s`);
    await visit.pickText(logFile("log.txt", 400));
    await visit.useText();
    await visit.chooseDevice("wasm");
    const idle = await idleMb(tree, 20);
    const training = new MemoryWatch(tree);
    const started = performance.now();
    await visit.start();
    const losses: number[] = [];
    const ends: number[] = [];
    for (let step = 1; step <= STEPS; step++) {
      await visit.reached(step);
      losses.push((await visit.status()).lastLoss);
      ends.push(performance.now());
      say(
        `step ${step} after ${Math.round((performance.now() - started) / 1000)} s, ${Math.round(training.peakMb - idle)} MB`,
      );
    }
    const peakMb = training.peakMb - idle;
    const stepMs = (ends[STEPS - 1]! - ends[0]!) / (STEPS - 1);
    const { threads } = await visit.phase("completed");
    say(`saved after ${Math.round((performance.now() - started) / 1000)} s`);
    const savedPeakMb = training.stop() - idle;
    const plan = planRecipe(config, readRecipe({ ...settings }), noLimits("wasm"));
    return { plan, peakMb, savedPeakMb, importMb, importMs, stepMs, losses, threads };
  } finally {
    await context.close();
    await server.close();
    rmSync(work, { recursive: true, force: true });
  }
}
