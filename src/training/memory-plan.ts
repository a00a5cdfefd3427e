/**
 * What a run takes on a device, from the graphs alone: nothing is allocated, nothing is run. Where the runtime's own
 * habits decide, the number is a measured one and says so (`npm run bench -- memory` holds plan against peak).
 */
import { BufferPool, bytesOf, liveness, runtimeOrder, type Graph } from "../autodiff/index.ts";
import { formatBytes } from "../base/index.ts";
import type { MemoryLimits, MemoryPart, MemoryPlan } from "../contract/index.ts";
import type { ForwardGraph, StepGraph } from "../models/index.ts";

export interface PlannedRun {
  step: StepGraph;
  /** The same for batches of shorter rows, where the recipe cuts padding: each keeps its own inputs on a GPU. */
  shorter?: readonly StepGraph[];
  /** The graph of the held-out score, where there is one: its buffers stay between evaluations. */
  heldOut?: ForwardGraph;
  /** Batches an update. */
  accumulation: number;
}

const total = (sizes: Iterable<number>): number => [...sizes].reduce((sum, size) => sum + size, 0);
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 4);

/** Bytes that the graph's parts have whatever the device. */
function tensorsOf({ step, accumulation }: PlannedRun) {
  const size = new Map(step.parameters.map(({ name, shape }) => [name, sizeOf(shape)]));
  const learns = step.parameters.filter(({ name }) => step.dense.has(name) || step.rows.has(name));
  const trained = total(learns.map(({ name }) => size.get(name)!));
  const isWeight = new Set(size.keys());
  const outputs = new Set(step.graph.outputs.map(({ name }) => name));
  return {
    weights: total(size.values()),
    trained,
    dense: total([...step.dense.keys()].map((name) => size.get(name)!)),
    feeds: total(step.graph.inputs.filter(({ name }) => !isWeight.has(name)).map(bytesOf)),
    outputs,
    outputBytes: total(step.graph.outputs.map(bytesOf)),
    several: accumulation > 1,
  };
}

/** As the runtime will run it: see `encodeModel`. */
const inRuntimeOrder = (graph: Graph, lastFirst: boolean): Graph => ({
  ...graph,
  nodes: runtimeOrder(lastFirst ? [...graph.nodes].reverse() : graph.nodes),
});

type Parts = Record<MemoryPart, number>;

function onGpu(run: PlannedRun): { parts: Parts; heapBytes: number } {
  const { weights, trained, feeds, outputs, outputBytes, dense, several } = tensorsOf(run);
  const pool = new BufferPool();
  // The first thing that a run does is to score the held-out text.
  if (run.heldOut) pool.run(inRuntimeOrder(run.heldOut.graph, false));
  pool.run(inRuntimeOrder(run.step.graph, run.step.lastFirst === true), outputs);
  let copies = feeds + outputBytes - dense;
  for (const step of run.shorter ?? []) {
    const own = tensorsOf({ ...run, step });
    pool.run(inRuntimeOrder(step.graph, step.lastFirst === true), own.outputs);
    copies += own.feeds + own.outputBytes - own.dense;
  }
  return {
    parts: {
      weights,
      gradients: trained * (several ? 2 : 1),
      optimiser: 2 * trained,
      activations: pool.bytes,
      copies,
    },
    heapBytes: 0,
  };
}

/**
 * Beside what lies in it, WebAssembly's heap holds gaps and what it has grown ahead (Emscripten grows by a fifth), and
 * the process the runtime's own code, compiled. Measured by `npm run bench -- memory`: five runs from 20 to 90 MB of
 * weights, peaks of 334 to 926 MB from before the runtime was loaded, each within 6 %.
 */
const HEAP_GROWTH = 0.2;
const WASM_RUNTIME_BYTES = 160e6;

function onHost(run: PlannedRun, kind: MemoryLimits["kind"]): { parts: Parts; heapBytes: number } {
  const { weights, trained, feeds, outputBytes, several } = tensorsOf(run);
  const graph = inRuntimeOrder(run.step.graph, run.step.lastFirst === true);
  const alive = liveness(graph, { inPlace: run.step.open !== true }).peakBytes;
  const inHeap = weights + feeds + alive;
  // The native runtime reads weights and leaves gradients where they are: its outputs are among what is alive.
  const isWasm = kind === "wasm";
  return {
    parts: {
      weights,
      gradients: outputBytes * ((isWasm ? 1 : 0) + (several ? 1 : 0)),
      optimiser: 2 * trained,
      activations: alive,
      copies: feeds + (isWasm ? weights + HEAP_GROWTH * inHeap + WASM_RUNTIME_BYTES : 0),
    },
    heapBytes: (1 + HEAP_GROWTH) * inHeap,
  };
}

/** Plans one run. */
export function planRun(run: PlannedRun, limits: MemoryLimits): MemoryPlan {
  const { parts, heapBytes } = limits.kind === "webgpu" ? onGpu(run) : onHost(run, limits.kind);
  // A table's gradient is split with its table.
  const gradients = new Set(run.step.dense.values());
  const { largestBytes } = liveness(run.step.graph, { inPlace: false, preallocated: gradients });
  const plan = {
    kind: limits.kind,
    parts: (Object.keys(parts) as MemoryPart[]).map((part) => ({ part, bytes: parts[part] })),
    totalBytes: total(Object.values(parts)),
    heapBytes,
    largestBytes,
    limits,
  };
  return { ...plan, problems: problemsOf(plan) };
}

function problemsOf({ totalBytes, heapBytes, largestBytes, limits }: Omit<MemoryPlan, "problems">): string[] {
  const problems: string[] = [];
  if (limits.totalBytes !== null && totalBytes > limits.totalBytes)
    problems.push(
      `The run needs about ${formatBytes(totalBytes)}; ${limits.totalFrom} ${formatBytes(limits.totalBytes)}.`,
    );
  if (limits.heapBytes !== null && heapBytes > limits.heapBytes)
    problems.push(
      `A step needs about ${formatBytes(heapBytes)} inside the runtime, which can address ${formatBytes(limits.heapBytes)}.`,
    );
  if (limits.tensorBytes !== null && largestBytes > limits.tensorBytes)
    problems.push(
      `The largest tensor of a step has ${formatBytes(largestBytes)}; the device takes ${formatBytes(limits.tensorBytes)} in one piece.`,
    );
  return problems;
}
