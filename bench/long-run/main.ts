/**
 * `npm run bench -- long-run`: 1,000 steps of one run, tiny on WASM in Chromium and nano on lavapipe in Node: the
 * memory of its last hundred steps over that of its first hundred, and the milliseconds a step, both to stay within 5 % of
 * 1. A machine that is shared changes its pace within minutes, so the first hundred's time is taken again at the end: a
 * second run's, which takes turns with the hundred that follow the thousand.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { wasmThreads } from "../../src/runtime/index.ts";
import { lavapipe } from "../step/driver.ts";
import { openBrowser } from "../step/hosts/browser.ts";
import { startChild } from "../step/hosts/node.ts";
import type { Remote } from "../step/hosts/remote.ts";
import type { Backend } from "../step/contestant.ts";
import { describeShape, type ShapeName } from "../step/problem.ts";
import { canMeasure, pssOf } from "../support/memory.ts";
import { median, printTable, round, shown } from "../support/print.ts";

export const needs = { browser: true };

/** Code is compiled and buffers are made in these: a run of thousands does not notice them. */
const WARM_STEPS = 50;
const HUNDRED = 100;
const VISITS_A_HUNDRED = 10;
const VISIT_STEPS = HUNDRED / VISITS_A_HUNDRED;

interface Hundred {
  ms: number;
  mb: number;
}
interface Ratios {
  ms: number;
  mb: number;
}

export async function run(args: string[]): Promise<Record<string, number>> {
  const { values } = parseArgs({ args, options: { steps: { type: "string", default: "1000" } } });
  const steps = Number(values.steps);
  if (!Number.isInteger(steps) || steps < 2 * HUNDRED || steps % HUNDRED !== 0)
    throw new Error("--steps takes whole hundreds, from 200.");
  if (!canMeasure()) console.log("absent: device: memory is read from Linux's /proc; it is reported as 0 MB");
  const ratios = [await onWasm(steps), await onLavapipe(steps)];
  const [wasm, gpu] = ratios;
  const known = ratios.filter((one) => one !== undefined);
  const worst = (of: (one: Ratios) => number): number => round(Math.max(...known.map(of)), 4);
  return {
    last_over_first_ms: worst(({ ms }) => ms),
    last_over_first_mb: worst(({ mb }) => mb),
    ...(wasm === undefined
      ? {}
      : { wasm_last_over_first_ms: round(wasm.ms, 4), wasm_last_over_first_mb: round(wasm.mb, 4) }),
    ...(gpu === undefined
      ? {}
      : { webgpu_last_over_first_ms: round(gpu.ms, 4), webgpu_last_over_first_mb: round(gpu.mb, 4) }),
  };
}

async function onWasm(steps: number): Promise<Ratios> {
  const browser = await openBrowser("none");
  try {
    const title = `Tiny on WASM, Chromium ${browser.version}: memory of the whole browser`;
    const pid = await browser.process();
    return await longRun(
      () => browser.start(),
      () => pid,
      "wasm",
      "tiny",
      steps,
      title,
    );
  } finally {
    await browser.close();
  }
}

async function onLavapipe(steps: number): Promise<Ratios | undefined> {
  const driver = lavapipe();
  if (driver === undefined) {
    console.log("absent: device: lavapipe (Mesa's software Vulkan driver) is not installed; no long run on WebGPU");
    return undefined;
  }
  const title = "Nano on WebGPU in Node, lavapipe: memory of its process";
  return longRun(
    () => startChild(driver),
    ({ pid }) => pid,
    "webgpu",
    "nano",
    steps,
    title,
  );
}

async function longRun<R extends Remote>(
  start: () => R | Promise<R>,
  processOf: (remote: R) => number,
  backend: Backend,
  shape: ShapeName,
  steps: number,
  title: string,
): Promise<Ratios> {
  const started: R[] = [];
  const begin = async (): Promise<R> => {
    const remote = await start();
    started.push(remote);
    await remote.open({ player: "ours", backend, shape, threads: wasmThreads(availableParallelism()) });
    await remote.visit(WARM_STEPS);
    return remote;
  };
  try {
    const old = await begin();
    const hundreds: Hundred[] = [];
    for (let done = 0; done < steps; done += HUNDRED) hundreds.push(await hundred(old, processOf(old)));
    const [last, first] = await inTurn(old, await begin());
    const rows = hundreds.map(({ ms, mb }, i) => [
      `${i * HUNDRED + 1} to ${(i + 1) * HUNDRED}`,
      shown(ms),
      shown(mb, 4),
    ]);
    printTable(`${title}. ${describeShape(shape)}`, ["Steps", "ms a step", "MB"], rows);
    console.log(
      `In turn: steps ${steps + 1} to ${steps + HUNDRED} ${shown(last)} ms, a second run's first ${shown(first)} ms.`,
    );
    const [from, to] = [hundreds[0]!.mb, hundreds.at(-1)!.mb];
    return { ms: last / first, mb: from === 0 ? 1 : to / from };
  } finally {
    for (const remote of started) {
      await remote.close();
      await remote.end();
    }
  }
}

/** A hundred steps of each, a visit here and a visit there: milliseconds a step. */
async function inTurn(old: Remote, young: Remote): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  const visit = async (which: 0 | 1): Promise<void> => {
    const { ms } = await [old, young][which]!.visit(VISIT_STEPS);
    times[which].push(ms / VISIT_STEPS);
  };
  for (let i = 0; i < VISITS_A_HUNDRED; i++) {
    const begins = i % 2 === 0 ? 0 : 1; // neither always comes after the other
    await visit(begins);
    await visit(begins === 0 ? 1 : 0);
  }
  return [median(times[0]), median(times[1])];
}

/** The median visit's milliseconds a step: another program's burst of work falls on some visits, a leak on all. */
async function hundred(remote: Remote, pid: number): Promise<Hundred> {
  const [times, sizes]: [number[], number[]] = [[], []];
  for (let i = 0; i < VISITS_A_HUNDRED; i++) {
    const { ms } = await remote.visit(VISIT_STEPS);
    times.push(ms / VISIT_STEPS);
    sizes.push(pssOf(pid));
  }
  return { ms: median(times), mb: median(sizes) };
}
