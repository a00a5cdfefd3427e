/**
 * `npm run demo`: plays "Try the demo" in a real browser on the built page, as a person would, and prints
 * what a person would see: the device, the first and last loss, the before/after table. Screenshots go to
 * screenshots/. Exit code 0 only when the page finished the demo and the loss fell.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright";
import { ensureBrowser, launchOptions } from "./browser.mjs";
import { startServer } from "./serve.mjs";
import { root } from "./setup.mjs";

const demoLimitMs = 10 * 60_000;
const shots = join(root, "screenshots");
const byTestId = (id) => `[data-testid="${id}"]`;
mkdirSync(shots, { recursive: true });

await ensureBrowser();
const server = await startServer({ root: join(root, "dist") });
const browser = await chromium.launch(await launchOptions());
const problems = [];
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on("pageerror", (error) => problems.push(`page error: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && problems.push(`console: ${message.text()}`));
  const began = Date.now();
  const shoot = (name) => page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });

  await page.goto(server.url);
  await page.locator(byTestId("demo-start")).waitFor();
  await shoot("welcome");
  await page.locator(byTestId("demo-start")).click();
  const losses = await watchTraining(page, shoot, began);
  const over = ["finished", "ended"].map((status) => `${byTestId("demo-status")}[data-status="${status}"]`).join(", ");
  await page.locator(over).waitFor({ timeout: demoLimitMs });
  if ((await page.locator(byTestId("demo-status")).getAttribute("data-status")) !== "finished")
    throw new Error(`the demo did not finish: ${(await page.locator("main").innerText()).slice(0, 2000)}`);
  console.log(`Finished after ${seconds(began)} s.\n`);
  const rows = await readTable(page);
  printTable(rows);
  await shoot("evaluate");
  await page.emulateMedia({ colorScheme: "dark" });
  await shoot("evaluate-dark");

  if (!(losses.last < losses.first)) problems.push(`the loss did not fall: ${losses.first} to ${losses.last}`);
  if (rows.length < 4)
    problems.push(`the before/after table has ${rows.length} rows, expected held-out text and three sets`);
} catch (error) {
  problems.push(error.message);
} finally {
  await browser.close();
  await server.close();
}
for (const problem of problems) console.error(`Problem: ${problem}`);
console.log(problems.length === 0 ? "\nThe demo works." : "\nThe demo did not work.");
process.exit(problems.length === 0 ? 0 : 1);

function seconds(since) {
  return ((Date.now() - since) / 1000).toFixed(1);
}

/** Follows the run by the numbers on the screen, each in one look: the page may go to the next screen between two. */
async function watchTraining(page, shoot, began) {
  const text = (id) => page.locator(byTestId(id)).evaluateAll(([shown]) => shown?.innerText ?? "–");
  const number = async (id) => Number((await text(id)).replace("–", "NaN"));
  await page.locator(byTestId("screen-train")).waitFor({ timeout: demoLimitMs });
  let first = NaN;
  let last = NaN;
  for (;;) {
    const stage = await page.locator(byTestId("demo-stage-train")).getAttribute("data-status");
    const loss = await number("stat-loss");
    if (Number.isFinite(loss)) {
      if (Number.isNaN(first)) {
        first = loss;
        console.log(`Device: ${(await text("device-report")).replace(/\s+/g, " ")}`);
        console.log(`First loss ${loss.toFixed(3)}, ${seconds(began)} s after the page was asked for.`);
      }
      last = loss;
    }
    if (stage !== "running" && stage !== "waiting") break;
    if (Date.now() - began > demoLimitMs) throw new Error("training took more than ten minutes");
    await page.waitForTimeout(250);
  }
  await page.locator(byTestId("step-train")).click();
  await shoot("train");
  // A quick machine may have been done between two looks; the page remembers.
  if (Number.isNaN(first)) first = Number(await page.locator(byTestId("run-status")).getAttribute("data-first-loss"));
  const smoothed = await number("stat-loss");
  if (Number.isFinite(smoothed)) last = smoothed;
  console.log(`Last loss ${last.toFixed(3)}.`);
  await page.locator(byTestId("step-evaluate")).click();
  return { first, last };
}

function readTable(page) {
  return page
    .locator(`${byTestId("before-after")} tbody tr`)
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.innerText.replace(/\s+/g, " ").trim())),
    );
}

function printTable(rows) {
  const head = ["Measured on", "Measure", "Before", "After", "Difference (95 % interval)", "Verdict"];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)));
  for (const row of [head, widths.map((w) => "-".repeat(w)), ...rows])
    console.log(row.map((cell, i) => cell.padEnd(widths[i])).join("  "));
}
