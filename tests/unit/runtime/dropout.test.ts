/** Dropout masks: the generator against its published vectors, both kernels against the plain loop bit by bit, statistics. */
import { expect, test } from "vitest";
import { dropoutNumbers } from "../../../src/runtime/dropout.ts";
import { readBuffers } from "../../../src/runtime/gpu-buffers.ts";
import { GpuDropout } from "../../../src/runtime/gpu-dropout.ts";
import { HostDropout } from "../../../src/runtime/host-dropout.ts";
import type { DropoutSite } from "../../../src/runtime/index.ts";
import { startDawn } from "../../support/dawn.ts";
import { plainMask, threefry } from "../../support/threefry.ts";

/** Whole blocks, one value, not a multiple of 16, more sites than a dispatch has room for. */
const shapes = [[48], [1], [3, 5, 7], [2, 2, 33, 33], [4096], [17], [16], [31], [64], [2], [100], [1000], [12], [9]];
const sites: DropoutSite[] = shapes.map((shape, i) => ({ input: `mask.${i}`, shape, keep: [0.9, 0.5, 0.75][i % 3]! }));
const names = [
  { seed: 42, step: 1, batch: 0 },
  { seed: 0, step: 1_000_000, batch: 255 },
  { seed: 2_147_483_647, step: 7, batch: 3 },
];
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const bits = (data: Float32Array): number[] => [...new Uint32Array(data.slice().buffer)];

test("Threefry-2x32 gives Random123's known answers (kat_vectors of Random123 1.14)", () => {
  const hex = (words: number[]): string[] => words.map((word) => word.toString(16).padStart(8, "0"));
  const ones = 0xffffffff;
  expect(hex(threefry(13, [0, 0], [0, 0]))).toEqual(["9d1c5ec6", "8bd50731"]);
  expect(hex(threefry(13, [ones, ones], [ones, ones]))).toEqual(["fd36d048", "2d17272c"]);
  expect(hex(threefry(13, [0x243f6a88, 0x85a308d3], [0x13198a2e, 0x03707344]))).toEqual(["ba3e4725", "f27d669e"]);
  expect(hex(threefry(20, [0x243f6a88, 0x85a308d3], [0x13198a2e, 0x03707344]))).toEqual(["c4923a9c", "483df7a0"]);
});

test("the CPU's masks are the plain loop's, bit by bit", () => {
  const host = new HostDropout(sites);
  for (const { seed, step, batch } of names) {
    const feeds = host.feeds(new Map(), seed, step, batch);
    sites.forEach(({ input, shape, keep }, site) => {
      const expected = plainMask(sizeOf(shape), keep, { seed, step, batch, site });
      expect(bits(feeds.get(input)!.data as Float32Array), `${input}, seed ${seed}`).toEqual(bits(expected));
    });
  }
});

test("the GPU's masks are the plain loop's, bit by bit", async (context) => {
  const device = await (await startDawn())?.requestDevice();
  if (device === undefined) return context.skip("absent: device: no WebGPU adapter in Node");
  const gpu = new GpuDropout(device, sites);
  for (const { seed, step, batch } of names) {
    gpu.fill(seed, step, batch);
    const read = await readBuffers(
      device,
      sites.map(({ input, shape }) => ({ buffer: gpu.buffers.get(input)!, values: sizeOf(shape) })),
    );
    sites.forEach(({ input, shape, keep }, site) => {
      const expected = plainMask(sizeOf(shape), keep, { seed, step, batch, site });
      expect(bits(read[site]!), `${input}, seed ${seed}`).toEqual(bits(expected));
    });
  }
  gpu.dispose();
});

test("the share that is kept is the one asked for, in every mask and between masks", () => {
  const size = 1 << 18;
  const site = { input: "mask", shape: [size], keep: 0.9 };
  const host = new HostDropout([site, { ...site, input: "other" }]);
  const draw = (step: number, input: string): Float32Array =>
    (host.feeds(new Map(), 42, step, 0).get(input)!.data as Float32Array).slice();
  const share = (data: Float32Array): number => data.reduce((sum, x) => sum + (x > 0 ? 1 : 0), 0) / data.length;
  /** Five standard deviations of a mean of so many draws. */
  const spread = (p: number): number => 5 * Math.sqrt((p * (1 - p)) / size);
  const first = draw(1, "mask");
  expect(Math.abs(share(first) - 0.9)).toBeLessThan(spread(0.9));
  expect(Math.abs(first.reduce((a, b) => a + b, 0) / size - 1)).toBeLessThan(spread(0.9) / 0.9);
  // Another step, another site, the next place: kept together in 0.81 of the places, as independent draws are.
  for (const other of [draw(2, "mask"), draw(1, "other"), first.subarray(1)]) {
    const both = Float32Array.from(other, (x, i) => x * first[i]!);
    expect(Math.abs(share(both) - 0.81)).toBeLessThan(spread(0.81));
  }
});

test("a share that 16 bits cannot say is rounded, and the scale is its exact inverse", () => {
  const { limit, scale } = dropoutNumbers({ keep: 0.9 });
  expect(limit).toBe(58982);
  expect(scale * limit).toBe(65536);
});
