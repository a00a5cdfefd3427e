/**
 * `npm run bench -- hostile [--files 10000] [--seed N]`: generated hostile and broken files of all formats, looked
 * at and read in a worker of a real Chromium under the page's policy, as an import does. Each must end within 10 s in
 * text or in a reason with one of our codes. Memory: the sum of PSS over Chromium's processes, above idle.
 */
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { launchOptions } from "../../scripts/browser.mjs";
import { startServer } from "../../scripts/serve.mjs";
import { buildPages, mounts, outDir } from "../../tests/browser/harness/build.ts";
import { callRoom } from "../../tests/browser/harness/index.ts";
import type { Outcome } from "../../tests/support/reading/read-hostile.ts";
import { idleMb, MemoryWatch } from "../support/memory.ts";
import { browserProcess } from "../support/browser-process.ts";
import { printTable, round, shown } from "../support/print.ts";

export const needs = { browser: true };
const atOnce = 50;
const hangMs = 10_000;

export async function run(args: string[] = []): Promise<Record<string, number>> {
  const { values } = parseArgs({ args, options: { files: { type: "string" }, seed: { type: "string" } } });
  const files = Number(values.files ?? 10_000);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  console.log(`${files} files, seed ${seed}.`);
  await buildPages();
  const server = await startServer({ root: outDir, mounts });
  const browser = await chromium.launch(await launchOptions());
  try {
    const pid = await browserProcess(browser);
    const page = await browser.newPage();
    const open = async (): Promise<void> => {
      await page.goto(`${server.url}room.html?room=reading&in=worker`);
      await page.waitForFunction(() => "callRoom" in globalThis);
      await callRoom(page, "samples", []); // every reader is loaded: that is no cost of a hostile file
    };
    await open();
    const idle = await idleMb(pid);
    const watch = new MemoryWatch(pid);
    const outcomes: Outcome[] = [];
    let crashes = 0;
    for (let from = 0; from < files; from += atOnce) {
      const to = Math.min(files, from + atOnce);
      try {
        outcomes.push(...(await callRoom<Outcome[]>(page, "hostile", [seed, from, to])));
      } catch (error) {
        crashes++;
        console.log(`CRASH between files ${from} and ${to}: ${error instanceof Error ? error.message : String(error)}`);
        await open();
      }
      if (from % 1000 === 0) console.log(`${to} files, peak ${shown(watch.peakMb - idle)} MB above idle`);
    }
    const peak = watch.stop() - idle;
    return report(outcomes, crashes, peak, files);
  } finally {
    await browser.close();
    await server.close();
  }
}

function report(outcomes: Outcome[], crashes: number, peak: number, files: number): Record<string, number> {
  const faults = outcomes.filter(({ fault }) => fault !== "");
  const hangs = outcomes.filter(({ milliseconds }) => milliseconds > hangMs);
  for (const { kind, fault } of faults.slice(0, 20)) console.log(`FAULT  ${kind}: ${fault}`);
  for (const { kind, milliseconds } of hangs) console.log(`HANG  ${kind}: ${shown(milliseconds / 1000)} s`);
  const codes = new Map<string, number>();
  for (const one of outcomes) for (const code of new Set(one.codes)) codes.set(code, (codes.get(code) ?? 0) + 1);
  printTable(
    "What the files were told",
    ["code", "files"],
    [...codes].sort((a, b) => b[1] - a[1]).map(([code, count]) => [code, String(count)]),
  );
  const slowest = [...outcomes].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, 8);
  printTable(
    "The slowest",
    ["file", "ms"],
    slowest.map(({ kind, milliseconds }) => [kind, milliseconds.toFixed(0)]),
  );
  const read = outcomes.filter(({ documents }) => documents > 0).length;
  console.log(
    `\n${read} gave some text, ${outcomes.length - read} only a reason. Faults ${faults.length}, hangs ${hangs.length}.`,
  );
  if (outcomes.length + crashes * atOnce < files) console.log("Some files were not reached.");
  return { files: outcomes.length, crashes: crashes + faults.length + hangs.length, peak_mb: round(peak) };
}
