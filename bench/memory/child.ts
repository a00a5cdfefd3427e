/**
 * One training run in a process of its own: random weights, a held-out score, some steps; then what it took at most
 * above what the process held before: on WASM before the runtime was loaded. Prints one line of JSON.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { random } from "../../src/base/index.ts";
import { readRecipe, type DeviceKind } from "../../src/contract/index.ts";
import { packBlocks } from "../../src/data/index.ts";
import { initialize, parametersOf } from "../../src/models/index.ts";
import { openDevice, type Device } from "../../src/runtime/index.ts";
import { openObjective, planRecipe, RecipeTrainer } from "../../src/training/index.ts";
import { startDawn } from "../../tests/support/dawn.ts";
import { installCounters, liveGpuBytes } from "../step/gpu-counters.ts";
import { noLimits, shapes, type Measured, type ShapeName } from "./shapes.ts";
import { openNative } from "../../tests/support/native.ts";

const [kind, name, steps] = process.argv.slice(2) as [DeviceKind, ShapeName, string];
const MB = 1e6;
/** After so many steps, and a while, V8 has optimised what a step runs: its compiler takes up to 80 MB, at any moment. */
const WARM_STEPS = 60;
const COMPILED_MS = 3000;
const collect = (globalThis as { gc?: () => void }).gc ?? ((): void => undefined);
const status = (field: string): number =>
  (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024) / MB;

/** The runtime's WebAssembly heaps, which only grow. */
const heaps: WebAssembly.Memory[] = [];
const Memory = WebAssembly.Memory;
WebAssembly.Memory = new Proxy(Memory, {
  construct: (target, [descriptor]: [WebAssembly.MemoryDescriptor]) => {
    const memory = new target(descriptor);
    if (descriptor.shared === true) heaps.push(memory);
    return memory;
  },
});

async function open(): Promise<Device> {
  Object.defineProperty((globalThis as { navigator?: object }).navigator ?? {}, "hardwareConcurrency", {
    value: 2,
    configurable: true,
  });
  if (kind === "native") {
    return openNative(2);
  }
  if (kind === "webgpu") {
    if ((await startDawn()) === undefined) throw new Error("No WebGPU adapter in Node.");
    installCounters();
  }
  return openDevice(kind);
}

async function train(device: Device, shape: ShapeName, updates: number, idle: number): Promise<Measured> {
  const { config, recipe: given } = shapes[shape];
  const recipe = readRecipe({ ...given });
  const special = { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 };
  const source = random(7);
  const tokens = Int32Array.from({ length: 40 * recipe.blockLength }, () =>
    Math.floor(5 + source.next() ** 2 * (config.vocab_size - 5)),
  );
  // Documents of a quarter, a half, three quarters of a block and a whole one, in turn, for a recipe that takes each alone.
  const ends = [0];
  for (let i = 1; ends.at(-1)! < tokens.length; i++)
    ends.push(
      Math.min(tokens.length, ends.at(-1)! + Math.floor(((((i - 1) >> 3) % 4) + 1) * (recipe.blockLength / 4)) - 2),
    );
  const documents = recipe.packing === "lines" ? Uint32Array.from(ends) : Uint32Array.of(0, tokens.length);
  const blocks = packBlocks({ tokens, documents }, recipe, special);
  // Scored on two batches: memory needs no more, and a software GPU takes seconds for each of a large model.
  const few = tokens.subarray(0, 2 * recipe.batchSize * recipe.blockLength);
  const heldOut = packBlocks({ tokens: few, documents: Uint32Array.of(0, few.length) }, recipe, special);
  const objective = openObjective({ config, special, recipe, train: blocks, heldOut });
  const plan = planRecipe(config, recipe, noLimits(kind));
  collect();
  writeFileSync("/proc/self/clear_refs", "5"); // the high-water mark begins anew
  const gpuBefore = kind === "webgpu" ? liveGpuBytes().now : 0;
  const parameters = parametersOf(config, "mlm");
  const trainer = await RecipeTrainer.open({
    device,
    config,
    recipe,
    objective,
    // One tensor at a time, as a loader gives them.
    weights: {
      has: () => true,
      get: (wanted) =>
        initialize(
          parameters.filter((p) => p.name === wanted),
          config,
          1,
        ).get(wanted),
    },
    startStep: 0,
  });
  const opened = status("VmHWM") - idle;
  collect(); // what graphs were made of; a browser under pressure does the same
  writeFileSync("/proc/self/clear_refs", "5");
  const scorer = await objective.openScorer(device);
  const losses = [(await scorer.score(trainer.weights)).loss];
  const times: number[] = [];
  for (let step = 1; step <= updates; step++) {
    collect();
    const began = performance.now();
    const { feeds, graphs } = objective.batches(step);
    losses.push((await trainer.step(step, feeds, 1e-4, graphs)).loss);
    times.push(performance.now() - began);
  }
  const measured = {
    plan,
    losses,
    times,
    openedMb: opened,
    processMb: status("VmHWM") - idle,
    heapMb: Math.max(0, ...heaps.map(({ buffer }) => buffer.byteLength)) / MB,
    gpuMb: kind === "webgpu" ? (liveGpuBytes().peak - gpuBefore) / MB : 0,
    idleMb: idle,
  };
  await scorer.dispose();
  await trainer.dispose();
  return measured;
}

collect();
const bare = status("VmRSS");
const device = await open();
// What the native runtime takes for itself is no part of a plan; what WebAssembly takes is, once V8 has compiled it.
await train(device, "nano", kind === "wasm" ? WARM_STEPS : 1, bare);
if (kind === "wasm") await setTimeout(COMPILED_MS);
collect();
console.log(JSON.stringify(await train(device, name, Number(steps), kind === "wasm" ? bare : status("VmRSS"))));
process.exit(0);
