/**
 * `npm test`: types and lint, then unit, golden and gradient tests in Node, then browser tests and the
 * journey; at the end what passed, failed and was skipped, and why. Set-up has been done before by
 * scripts/setup.mjs. One part alone: `npm test -- --only check|node|browser`.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";
import { summarize } from "./testing/summary.mjs";

const modules = join(root, "node_modules");
const reports = join(root, ".cache", "test-reports");

const checks = {
  lint: ["eslint/bin/eslint.js", ".", "--max-warnings", "0"], // the longest first
  "types of the page": ["svelte-check/bin/svelte-check", "--tsconfig", "tsconfig.json", "--fail-on-warnings"],
  "types of the ground floor": ["typescript/bin/tsc", "-p", "tsconfig.ground.json"],
  "types of the workers": ["typescript/bin/tsc", "-p", "tsconfig.worker.json"],
  "types of tests and scripts": ["typescript/bin/tsc", "-p", "tsconfig.node.json"],
  format: ["prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."],
};

function start([script, ...args], env, stdio) {
  return spawn(process.execPath, [join(modules, script), ...args], {
    cwd: root,
    stdio,
    env: { ...process.env, ...env },
  });
}

/** @returns {Promise<{ status: number | null, output: string }>} */
function finished(child) {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (status) => done({ status, output }));
  });
}

/** Two at a time: each keeps one core busy. */
async function runChecks() {
  const waiting = Object.entries(checks);
  const tests = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, command] = next;
      const began = Date.now();
      const { status, output } = await finished(start(command, {}, ["ignore", "pipe", "pipe"]));
      const state = status === 0 ? "passed" : "failed";
      console.log(`  ${state === "passed" ? "ok  " : "FAIL"} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      if (state === "failed") console.log(output);
      tests.push({ name, state });
    }
  };
  await Promise.all([worker(), worker()]);
  return tests;
}

/** Runs a test runner that leaves its report; a runner that breaks off counts as one failure. */
async function runRunner(name, command) {
  mkdirSync(reports, { recursive: true });
  const report = join(reports, `${name}.json`);
  rmSync(report, { force: true });
  const { status } = await finished(start(command, { UNMASK_TEST_REPORT: report }, "inherit"));
  const tests = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : [];
  const broken = status !== 0 && !tests.some(({ state }) => state === "failed");
  if (broken || tests.length === 0)
    tests.push({ name: `the ${name} runner ended with ${status} after ${tests.length} tests`, state: "failed" });
  return tests;
}

const report = (file) => `./scripts/testing/${file}`;
const parts = {
  check: runChecks,
  node: () =>
    runRunner("node", ["vitest/vitest.mjs", "run", "--reporter=default", `--reporter=${report("vitest-report.mjs")}`]),
  browser: () =>
    runRunner("browser", ["playwright/cli.js", "test", `--reporter=list,${report("playwright-report.mjs")}`]),
};

const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1] : undefined;
if (only !== undefined && !Object.hasOwn(parts, only)) {
  console.error(`There is no part "${only}": choose ${Object.keys(parts).join(", ")}.`);
  process.exit(1);
}
const tests = [];
for (const [name, run] of Object.entries(parts)) {
  if (only !== undefined && name !== only) continue;
  console.log(`\n== ${name} ==`);
  const began = Date.now();
  tests.push(...(await run()));
  console.log(`== ${name}: ${((Date.now() - began) / 1000).toFixed(0)} s ==`);
}

const { passed, failed, skipped, failures, skips } = summarize(tests);
console.log("");
for (const line of skips) console.log(`skipped  ${line}`);
for (const line of failures) console.log(`FAILED   ${line}`);
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
