/**
 * `npm run bench -- journey`: the demo as a first visitor has it, in a fresh browser profile with nothing cached:
 * seconds from asking for the page to its first loss point and to its first before/after answer, and the bytes
 * fetched on the way. The button is pressed as soon as it is there. Then, on a text of its own, how long a press on
 * "Start training" takes to the first loss: at once, and with the graphs compiled ahead. `--press` does only that.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright";
import { launchOptions } from "../../scripts/browser.mjs";
import { startServer } from "../../scripts/serve.mjs";
import { root } from "../../scripts/setup.mjs";
import { printTable, round, shown } from "../support/print.ts";
import { countingProxy } from "./counting-proxy.ts";
import { pressToFirstLoss } from "./press.ts";

/** A person would have given up long before. */
const limitMs = 10 * 60_000;
const byTestId = (id: string): string => `[data-testid="${id}"]`;

export async function run(args: readonly string[]): Promise<Record<string, number>> {
  const server = await startServer({ root: join(root, "dist") });
  try {
    return { ...(args.includes("--press") ? {} : await demo(server)), ...(await presses(server.url)) };
  } finally {
    await server.close();
  }
}

async function presses(url: string): Promise<Record<string, number>> {
  const pressed = await pressToFirstLoss(url);
  printTable(
    "From the press on “Start training” to the first loss",
    ["device", "model", "pressed at once, ms", "prepared, ms"],
    pressed.map((one) => [one.device, one.model, shown(one.coldMs), shown(one.preparedMs)]),
  );
  const of = (device: string) => pressed.find((one) => one.device === device)!;
  return {
    cold_ms: round(of("wasm").coldMs),
    prepared_ms: round(of("wasm").preparedMs),
    webgpu_cold_ms: round(of("webgpu").coldMs),
    webgpu_prepared_ms: round(of("webgpu").preparedMs),
  };
}

async function demo(server: { port: number }): Promise<Record<string, number>> {
  const proxy = await countingProxy(server.port);
  const profile = mkdtempSync(join(tmpdir(), "unmask-journey-"));
  const context = await chromium.launchPersistentContext(profile, {
    ...(await launchOptions()),
    viewport: { width: 1280, height: 900 },
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const times = await play(page, proxy.url, () => proxy.bytes());
    printTable(
      "The demo, cold cache",
      ["moment", "seconds", "MB fetched so far"],
      times.map(({ label, seconds, bytes }) => [label, seconds.toFixed(1), shown(bytes / 1e6)]),
    );
    const largest = [...proxy.files()].sort(([, a], [, b]) => b - a).slice(0, 12);
    printTable(
      "The largest files",
      ["file", "kB"],
      largest.map(([name, size]) => [name, shown(size / 1e3)]),
    );
    const [loss, answer, end] = times.slice(-3) as [Moment, Moment, Moment];
    return {
      first_loss_s: round(loss.seconds),
      download_mb: round(end.bytes / 1e6),
      before_after_s: round(answer.seconds),
    };
  } finally {
    await context.close();
    await proxy.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

interface Moment {
  label: string;
  seconds: number;
  bytes: number;
}

async function play(page: Page, url: string, bytes: () => number): Promise<Moment[]> {
  const moments: Moment[] = [];
  const began = performance.now();
  const mark = (label: string): void => {
    moments.push({ label, seconds: (performance.now() - began) / 1000, bytes: bytes() });
  };
  await page.goto(url, { waitUntil: "commit" });
  await page.locator(byTestId("demo-start")).click({ timeout: limitMs });
  mark("button pressed");
  await arrives(page, "first loss point", `${byTestId("loss-chart")}:not([data-points="0"])`);
  mark("first loss point");
  const device = page.locator(byTestId("device-report"));
  console.log(
    `\nDevice: ${(await device.count()) > 0 ? (await device.innerText()).replace(/\s+/g, " ") : "not shown"}`,
  );
  await arrives(page, "first before/after answer", byTestId("before-after-row"));
  mark("first before/after answer");
  await arrives(
    page,
    "end of the demo",
    `${byTestId("demo-status")}:is([data-status="finished"], [data-status="ended"])`,
  );
  mark("demo finished");
  const status = await page.locator(byTestId("demo-status")).getAttribute("data-status");
  if (status !== "finished") throw new Error("The demo ended without finishing: run `npm run demo` to see where.");
  return moments;
}

async function arrives(page: Page, what: string, selector: string): Promise<void> {
  const failed = `${byTestId("demo-status")}[data-status="ended"]`;
  await page.locator(`${selector}, ${failed}`).first().waitFor({ state: "attached", timeout: limitMs });
  if ((await page.locator(selector).count()) === 0)
    throw new Error(`The demo ended before the ${what}: run \`npm run demo\` to see where.`);
}
