/**
 * `npm run bench -- step`: milliseconds a training step (forward, backward, AdamW) of ours, of TensorFlow.js and of
 * jax-js, on WASM and WebGPU in Chromium, beside native ONNX Runtime; the same weights and batch for all, losses
 * compared first. On software GPUs the times say nothing of real ones; dispatches and bytes do.
 */
import { availableParallelism } from "node:os";
import { wasmThreads } from "../../src/runtime/index.ts";
import { printTable, round, shown } from "../support/print.ts";
import type { Backend, Player } from "./contestant.ts";
import { lavapipe } from "./driver.ts";
import { openBrowser, type BenchBrowser } from "./hosts/browser.ts";
import { startChild } from "./hosts/node.ts";
import type { Remote } from "./hosts/remote.ts";
import { readOptions, type StepOptions } from "./options.ts";
import { installPeers } from "./peers/install.ts";
import type { ShapeName } from "./problem.ts";
import { printProducts, profileNodes } from "./profile.ts";
import { checkParity, printTimes, race, timesOf, type Result, type Runner } from "./race.ts";

type Figures = Record<string, number>;

const titles: Record<Player, string> = { ours: "Unmask", tfjs: "TensorFlow.js", jax: "jax-js" };
const threads = wasmThreads(availableParallelism());

export const needs = { browser: true };

export async function run(args: string[]): Promise<Figures> {
  const options = readOptions(args);
  installPeers();
  const figures: Figures = {};
  if (options.parts.has("wasm") || options.parts.has("native"))
    for (const shape of options.shapes) Object.assign(figures, await cpuRace(shape, options));
  if (options.parts.has("webgpu")) Object.assign(figures, await lavapipeRaces(options));
  if (options.parts.has("swiftshader")) await swiftshaderRace(options);
  return figures;
}

async function withBrowser<T>(gpu: "software" | "none", job: (browser: BenchBrowser) => Promise<T>): Promise<T> {
  const browser = await openBrowser(gpu);
  try {
    console.log(
      `\nChromium ${browser.version}, ${gpu === "none" ? `${threads} threads for each contestant` : "SwiftShader"}`,
    );
    return await job(browser);
  } finally {
    await browser.close();
  }
}

async function cpuRace(shape: ShapeName, { parts, rounds, profile }: StepOptions): Promise<Figures> {
  const native = async (): Promise<Runner[]> =>
    parts.has("native") ? [runner("ours", "native", shape, startChild())] : [];
  if (!parts.has("wasm")) {
    report("native", shape, await race(await native(), rounds));
    return {};
  }
  return withBrowser("none", async (browser) => {
    const runners = [
      { ...runner("ours", "wasm", shape, await browser.start()), products: true },
      runner("jax", "wasm", shape, await browser.start()),
      runner("tfjs", "wasm", shape, await browser.start()),
      ...(await native()),
    ];
    const results = await race(runners, rounds);
    const { ours, fastestPeer } = report("WASM", shape, results);
    printProducts(ours);
    if (profile) await profileNodes(await browser.start(), runners[0]!.entry, ours.ms, rounds);
    return cpuFigures(
      shape,
      ours,
      fastestPeer,
      results.find(({ entry }) => entry.backend === "native"),
    );
  });
}

function cpuFigures(shape: ShapeName, ours: Result, peer: Result | undefined, native: Result | undefined): Figures {
  const figures: Figures = { [`wasm_${shape}_ms`]: round(ours.ms) };
  if (peer !== undefined) figures[`wasm_${shape}_x_peer`] = round(peer.ms / ours.ms);
  if (native !== undefined) figures[`wasm_${shape}_x_native`] = round(native.ms / ours.ms);
  figures[`wasm_${shape}_of_gemm`] = round(ours.productsMs! / ours.ms);
  return figures;
}

/** Software adapters need seconds a step for what is larger, and SwiftShader for what is larger than nano. */
const gpuShapes: readonly ShapeName[] = ["nano", "tiny"];
/** Tiny's steps take seconds: it has fewer, and its rounds are one step each. */
const fewSteps = { paritySteps: 3, warmSeconds: 0, mostRounds: 5 };
const players: Player[] = ["ours", "jax", "tfjs"];

function swiftshaderRace({ rounds, shapes }: StepOptions): Promise<void> | undefined {
  if (!shapes.includes("nano")) return undefined;
  return withBrowser("software", async (browser) => {
    const runners: Runner[] = [];
    for (const player of players) runners.push(runner(player, "webgpu", "nano", await browser.start()));
    const results = await race(runners, rounds);
    report("WebGPU in Chromium, SwiftShader (software)", "nano", results);
    printGpu(results);
  });
}

async function lavapipeRaces({ rounds, shapes }: StepOptions): Promise<Figures> {
  const driver = lavapipe();
  if (driver === undefined) {
    console.log(
      "\nabsent: device: lavapipe (Mesa's software Vulkan driver) is not installed; WebGPU in Node not measured",
    );
    return {};
  }
  const figures: Figures = {};
  for (const shape of gpuShapes.filter((one) => shapes.includes(one))) {
    const runners = players.map((player) => runner(player, "webgpu", shape, startChild(driver)));
    const results = await race(runners, rounds, shape === "tiny" ? fewSteps : undefined);
    const { ours, fastestPeer } = report("WebGPU in Node, lavapipe (software)", shape, results);
    printGpu(results);
    Object.assign(figures, gpuFigures(shape, ours, fastestPeer, results.slice(1)));
  }
  return figures;
}

/** As for the CPU, more than 1 is better than the peer: of times the fastest one, of bytes the one with the least. */
function gpuFigures(shape: ShapeName, ours: Result, fastest: Result | undefined, peers: readonly Result[]): Figures {
  const figures: Figures = { [`webgpu_${shape}_dispatches`]: round(ours.gpu!.dispatches, 4) };
  if (fastest === undefined) return figures;
  figures[`webgpu_${shape}_x_peer`] = round(timesOf(fastest, ours));
  const least = Math.min(...peers.map(({ gpu }) => gpu!.peakBytes));
  figures[`webgpu_${shape}_peak_x_peer`] = round(least / ours.gpu!.peakBytes);
  return figures;
}

function runner(player: Player, backend: Backend, shape: ShapeName, remote: Remote): Runner {
  const label = backend === "native" ? `${titles[player]}, native` : titles[player];
  return { label, entry: { player, backend, shape, threads }, remote };
}

/** Parity, then times; the fastest of the others is whom we are compared with. */
function report(where: string, shape: ShapeName, results: Result[]): { ours: Result; fastestPeer: Result | undefined } {
  const ours = results[0]!;
  checkParity(`${where}, ${shape}: losses`, results, ours.losses);
  printTimes(`${where}, ${shape}`, results, ours);
  const peers = results.filter(({ entry }) => entry.player !== "ours").sort((a, b) => a.ms - b.ms);
  return { ours, fastestPeer: peers[0] };
}

function printGpu(results: readonly Result[]): void {
  const rows = results.map(({ label, gpu }) => [
    label,
    shown(gpu!.dispatches),
    shown(gpu!.submits),
    shown(gpu!.buffers),
    shown(gpu!.bufferBytes / 1e3),
    shown(gpu!.peakBytes / 1e6),
  ]);
  const head = ["Contestant", "dispatches", "submits", "new buffers", "new kB", "peak MB"];
  printTable("GPU work a step, and the most memory held", head, rows);
}
