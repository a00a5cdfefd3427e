/** The WGSL kernels against the plain loops, on whatever adapter Node finds (Mesa's lavapipe will do). */
import { beforeAll, expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import { Kernel, readBuffers, storageBuffer, uniformBuffer, write } from "../../../src/runtime/gpu-buffers.ts";
import { addKernel } from "../../../src/runtime/gpu-kernels.ts";
import { GpuMoments } from "../../../src/runtime/gpu-moments.ts";
import { GpuTableRows, sortRows } from "../../../src/runtime/gpu-table-rows.ts";
import { addRows } from "../../../src/runtime/gradient-sums.ts";
import { clipScale } from "../../../src/runtime/host-optimiser.ts";
import { GpuOptimiser, type Slot } from "../../../src/runtime/gpu-optimiser.ts";
import { adamwUpdate, sumOfSquares } from "../../support/adamw.ts";
import { startDawn } from "../../support/dawn.ts";

/** f32 sums in another order than the double loop's. */
const tolerance = 2e-5;
const seed = 11;
let device: GPUDevice | undefined;
beforeAll(async () => {
  device = await (await startDawn())?.requestDevice();
});

const noise = (n: number, stream: number, scale = 1): Float32Array => {
  const source = random(seed, stream);
  return Float32Array.from({ length: n }, () => source.normal() * scale);
};
const filled = (gpu: GPUDevice, data: ArrayBufferView & { length: number }): GPUBuffer => {
  const buffer = storageBuffer(gpu, data.length, "test");
  write(gpu, buffer, data);
  return buffer;
};
function near(actual: Float32Array, expected: ArrayLike<number>): void {
  // One expectation for all: a hundred thousand of them take a minute.
  let [worst, at] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
    if (!(error <= worst)) [worst, at] = [error, i];
  }
  expect(actual.length).toBe(expected.length);
  expect(worst, `element ${at}`).toBeLessThan(tolerance);
}

test("sortRows groups equal rows and keeps their order", () => {
  const order = new Uint32Array(6);
  const segments = sortRows(Int32Array.of(7, 2, 7, 50264, 2, 7), order);
  expect([...order]).toEqual([1, 4, 0, 2, 5, 3]);
  expect([...segments]).toEqual([2, 0, 7, 2, 50264, 5, 0, 6]);
});

test("add rows: repeated indices lose nothing", async (context) => {
  if (device === undefined) return context.skip("absent: device: no WebGPU adapter in Node");
  const gpu = device;
  const N = 300;
  const tables = [40, 3, 900].map((V, k) => {
    const pick = random(seed, 1 + k);
    const width = [24, 300, 1][k]!;
    const indices = Int32Array.from({ length: N }, () => pick.below(V));
    const [start, rows] = [noise(V * width, 10 + k), noise(N * width, 15 + k)];
    const expected = start.slice();
    addRows(expected, indices, rows, width);
    return { name: `t${k}`, indices, width, start, rows, expected };
  });
  const buffers = tables.map(({ name, width, start, rows }) => ({
    indices: name,
    count: N,
    width,
    gradient: filled(gpu, start),
    rows: filled(gpu, rows),
  }));
  const feeds = new Map(
    tables.map(({ name, indices }) => [name, { type: "int32" as const, shape: [N], data: indices }]),
  );
  const adder = new GpuTableRows(gpu, buffers);
  submit(gpu, (pass) => adder.encode(pass, feeds));
  const sums = await readBuffers(
    gpu,
    buffers.map(({ gradient }, k) => ({ buffer: gradient, values: tables[k]!.expected.length })),
  );
  sums.forEach((sum, k) => near(sum, tables[k]!.expected));
});

test("accumulate adds every tensor of a group", async (context) => {
  if (device === undefined) return context.skip("absent: device: no WebGPU adapter in Node");
  const parts = [noise(5000, 4), noise(7, 5)];
  const totals = [noise(5000, 6), noise(7, 7)];
  const sizes = uniformBuffer(device, 32);
  write(device, sizes, Uint32Array.of(5000, 0, 0, 0, 7, 0, 0, 0));
  const [a, b] = [filled(device, totals[0]!), filled(device, totals[1]!)];
  const run = new Kernel(device, addKernel(2), "add").bind([
    sizes,
    a,
    filled(device, parts[0]!),
    b,
    filled(device, parts[1]!),
  ]);
  submit(device, (pass) => run(pass, 5, 2));
  const [x, y] = await readBuffers(device, [
    { buffer: a, values: 5000 },
    { buffer: b, values: 7 },
  ]);
  near(
    x!,
    totals[0]!.map((t, i) => t + parts[0]![i]!),
  );
  near(
    y!,
    totals[1]!.map((t, i) => t + parts[1]![i]!),
  );
});

test("norm, clipping, AdamW and the pull to start weights equal the plain loop over three steps with changing rates", async (context) => {
  if (device === undefined) return context.skip("absent: device: no WebGPU adapter in Node");
  const gpu = device;
  const sizes = [100_000, 513, 3, 128, 128, 64, 4097, 1, 999, 31]; // more tensors than one group holds
  const weights = sizes.map((n, i) => noise(n, 20 + i));
  const gradients = sizes.map((n, i) => noise(n, 40 + i, 0.1));
  const starts = sizes.map((n, i) => noise(n, 60 + i));
  const [m, v] = [sizes.map((n) => new Float32Array(n)), sizes.map((n) => new Float32Array(n))];
  const slots: Slot[] = sizes.map((n, i) => ({
    name: `t${i}`,
    decay: i % 2 === 0,
    shape: [n],
    n,
    width: 1,
    dense: true,
    weight: filled(gpu, weights[i]!),
    gradient: filled(gpu, gradients[i]!),
    ...(i % 3 === 0 ? { start: filled(gpu, starts[i]!) } : {}),
  }));
  // Given back by a checkpoint: the one tensor's moments, and nothing of the others.
  const known = {
    first: new Map([["t1", noise(513, 60, 0.1)]]),
    second: new Map([["t1", noise(513, 61).map(Math.abs)]]),
  };
  m[1]!.set(known.first.get("t1")!);
  v[1]!.set(known.second.get("t1")!);
  const moments = new GpuMoments(gpu, slots);
  await moments.fill(known);
  const optimiser = new GpuOptimiser(gpu, slots, moments, (slot) => slot.gradient);
  const norm = Math.sqrt(gradients.reduce((sum, g) => sum + sumOfSquares(g), 0));
  for (let step = 1; step <= 3; step++) {
    const settings = {
      step,
      learningRate: 0.01 * step,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0.1,
      clipNorm: step === 3 ? 0 : 1,
      pullToStart: 3,
    };
    const encoder = gpu.createCommandEncoder();
    optimiser.encode(encoder, settings);
    gpu.queue.submit([encoder.finish()]);
    weights.forEach((w, i) => {
      const [scale, start] = [clipScale(norm, settings.clipNorm), i % 3 === 0 ? starts[i] : undefined];
      adamwUpdate(w, gradients[i]!, m[i]!, v[i]!, settings, i % 2 === 0, scale, start);
    });
  }
  const [stats] = await readBuffers(gpu, [{ buffer: optimiser.stats, values: 2 }]);
  near(stats!, [norm, 1]);
  const read = await readBuffers(
    gpu,
    slots.map((s) => ({ buffer: s.weight, values: s.n })),
  );
  read.forEach((values, i) => near(values, weights[i]!));
  const kept = await moments.read();
  slots.forEach(({ name }, i) => {
    near(kept.first.get(name)!, m[i]!);
    near(kept.second.get(name)!, v[i]!);
  });
});

function submit(gpu: GPUDevice, record: (pass: GPUComputePassEncoder) => void): void {
  const encoder = gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  record(pass);
  pass.end();
  gpu.queue.submit([encoder.finish()]);
}
