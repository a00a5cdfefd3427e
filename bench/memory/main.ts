/**
 * `npm run bench -- memory [--large]`: the memory plan against what a run really took, each in a process of its own:
 * on WASM and native the process's resident memory above idle (WASM's runtime counts, the native one does not), on WebGPU
 * (Dawn over lavapipe) all buffers made. With --large RoBERTa-base's shape instead, 125M random weights, on both and in
 * the page itself (page.ts): it wants 5 GB and a quarter of an hour. One of wasm, native, webgpu, page as a word measures
 * that alone. Linux only.
 */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { root, setup } from "../../scripts/setup.mjs";
import type { DeviceKind, MemoryPlan } from "../../src/contract/index.ts";
import { lavapipe } from "../step/driver.ts";
import { canMeasure } from "../support/memory.ts";
import { median, printTable, round, shown } from "../support/print.ts";
import { measurePage } from "./page.ts";
import { describe, type Measured, type ShapeName } from "./shapes.ts";

export const needs = {};
interface Job {
  kind: DeviceKind;
  shape: ShapeName;
  steps: number;
}
const jobs: Job[] = [
  { kind: "wasm", shape: "mini", steps: 3 },
  { kind: "wasm", shape: "mini-accumulate", steps: 2 },
  { kind: "wasm", shape: "mini-long", steps: 2 },
  { kind: "wasm", shape: "mini-recompute", steps: 2 },
  { kind: "wasm", shape: "minilm", steps: 2 },
  { kind: "native", shape: "mini-long", steps: 2 },
  { kind: "native", shape: "minilm", steps: 2 },
  { kind: "webgpu", shape: "tiny", steps: 2 },
  { kind: "webgpu", shape: "tiny-cut", steps: 8 },
  { kind: "webgpu", shape: "mini-recompute-short", steps: 2 },
];
const large: Job[] = [
  { kind: "wasm", shape: "roberta", steps: 3 },
  { kind: "webgpu", shape: "roberta", steps: 3 },
];

export async function run(args: string[]): Promise<Record<string, number>> {
  if (!canMeasure()) {
    console.log("absent: platform: resident memory is read from Linux' /proc; nothing measured");
    return {};
  }
  const only = args.find((arg) => !arg.startsWith("--"));
  const chosen = (args.includes("--large") ? large : jobs).filter(({ kind }) => only === undefined || kind === only);
  const driver = lavapipe();
  const file = await bundled();
  const rows: string[][] = [];
  const figures: Record<string, number> = {};
  let worst = 0;
  const add = (run: string, shape: ShapeName, plan: MemoryPlan, peak: number, ms: number, losses: number[]): void => {
    const planned = plan.totalBytes / 1e6;
    const error = Math.abs(peak - planned) / peak;
    worst = Math.max(worst, error);
    const parts = plan.parts.map(({ bytes }) => shown(bytes / 1e6));
    const told = losses.map((loss) => loss.toFixed(3)).join(" ");
    rows.push([run, describe(shape), ...parts, shown(planned), shown(peak), shown(100 * error), shown(ms), told]);
    const name = run.replaceAll(/[ -]/g, "_");
    figures[`${name}_peak_mb`] = round(peak);
    figures[`${name}_plan_mb`] = round(planned);
    figures[`${name}_ms`] = round(ms);
  };
  try {
    for (const job of chosen) {
      if (job.kind === "webgpu" && driver === undefined) {
        console.log("absent: device: lavapipe (Mesa's software Vulkan driver) is not installed; WebGPU not measured");
        continue;
      }
      const began = performance.now();
      const { plan, losses, times, processMb, gpuMb } = await measure(file, job, driver);
      console.log(`${job.kind} ${job.shape}: ${shown((performance.now() - began) / 1000)} s`);
      add(
        `${job.kind} ${job.shape}`,
        job.shape,
        plan,
        job.kind === "webgpu" ? gpuMb : processMb,
        median(times),
        losses,
      );
    }
    if (args.includes("--large") && (only === undefined || only === "page")) {
      await setup({ build: true, browser: true });
      const { plan, peakMb, stepMs, losses, savedPeakMb, importMb, threads } = await measurePage(console.log);
      add("page roberta", "roberta", plan, peakMb, stepMs, losses);
      figures["page_roberta_saved_peak_mb"] = round(savedPeakMb);
      figures["page_roberta_import_mb"] = round(importMb);
      figures["page_roberta_threads"] = threads;
    }
  } finally {
    rmSync(file, { force: true });
  }
  const head = "weights,gradients,optimiser,activations,copies,plan MB,peak MB,missed %,ms a step,losses".split(",");
  printTable("Planned and measured memory, MB", ["Run", "Shape", ...head], rows);
  return { plan_error_max: round(worst), ...figures };
}

/** The child's code as one plain file: a bundler's own memory must not count. */
async function bundled(): Promise<string> {
  const file = join(root, ".cache", "run", `memory-child.${process.pid}.mjs`);
  const bundle = await rolldown({
    input: join(root, "bench", "memory", "child.ts"),
    platform: "node",
    external: (id) => !id.startsWith(".") && !id.startsWith("/"),
    logLevel: "silent",
  });
  await bundle.write({ file, format: "esm", codeSplitting: false });
  await bundle.close();
  return file;
}

/** glibc gives back what is freed: its own habits keep up to 130 MB, now more and now less, which no browser has. */
const givingBack = { MALLOC_ARENA_MAX: "1", MALLOC_MMAP_THRESHOLD_: "131072" };

function measure(file: string, { kind, shape, steps }: Job, driver: string | undefined): Promise<Measured> {
  const env = { ...process.env, ...givingBack, ...(driver === undefined ? {} : { VK_ICD_FILENAMES: driver }) };
  // A software GPU computes on the same processors: V8's optimising of code that hardly runs there would take turns with it.
  const flags = kind === "webgpu" ? ["--no-wasm-tier-up"] : [];
  const child = spawn(process.execPath, [...flags, "--expose-gc", file, kind, shape, String(steps)], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      const line = text.split("\n").findLast((one) => one.startsWith("{"));
      if (code === 0 && line !== undefined) resolve(JSON.parse(line) as Measured);
      else reject(new Error(`${kind} ${shape} ended early (${signal ?? code}).`));
    });
  });
}
