/** The memory plan: what it counts, what it refuses, what it proposes; no device. */
import { expect, test } from "vitest";
import { liveness, runtimeOrder } from "../../../src/autodiff/index.ts";
import { readRecipe, type MemoryLimits } from "../../../src/contract/index.ts";
import { buildMlmTraining, recomputeLayers } from "../../../src/models/index.ts";
import { adviseMemory, doesNotFit, planRecipe, runShape } from "../../../src/training/index.ts";
import { tinyBert } from "../../support/tiny-bert.ts";

const config = tinyBert({ vocab_size: 96, intermediate_size: 64, max_position_embeddings: 64 });
const unlimited: MemoryLimits = {
  kind: "native",
  totalBytes: null,
  totalFrom: "the test gives",
  tensorBytes: null,
  heapBytes: null,
  splitsTables: false,
};
const recipe = readRecipe({ batchSize: 8, blockLength: 64 });
const bytes = (plan: ReturnType<typeof planRecipe>, part: string): number =>
  plan.parts.find((one) => one.part === part)!.bytes;

test("weights, gradients and moments are counted from the parameters", () => {
  const all = planRecipe(config, recipe, { ...unlimited, kind: "webgpu" });
  const weights = bytes(all, "weights");
  expect(bytes(all, "gradients")).toBe(weights);
  expect(bytes(all, "optimiser")).toBe(2 * weights);
  const two = planRecipe(config, { ...recipe, accumulation: 2 }, { ...unlimited, kind: "webgpu" });
  expect(bytes(two, "gradients")).toBe(2 * weights);
  const frozen = planRecipe(config, { ...recipe, freezeLayers: 1 }, { ...unlimited, kind: "webgpu" });
  expect(bytes(frozen, "weights")).toBe(weights);
  expect(bytes(frozen, "optimiser")).toBeLessThan(1.8 * weights);
});

test("what fits has no problem; what does not has remedies with their own totals, and is refused", () => {
  // On a GPU: the plan of a network this small is on the CPU mostly the runtime itself.
  const roomy: MemoryLimits = { ...unlimited, kind: "webgpu" };
  const plan = planRecipe(config, recipe, roomy);
  expect(plan.problems).toEqual([]);
  const tight = { ...roomy, totalBytes: 0.6 * plan.totalBytes };
  const advice = adviseMemory(config, recipe, tight);
  const { plan: refused, remedies } = advice;
  expect(refused.problems).toHaveLength(1);
  const fitting = remedies.filter(({ fits }) => fits);
  expect(fitting.length).toBeGreaterThan(1);
  for (const { totalBytes } of fitting) expect(totalBytes).toBeLessThanOrEqual(tight.totalBytes);
  const [first] = fitting;
  expect(planRecipe(config, { ...recipe, ...first!.settings }, tight).totalBytes).toBe(first!.totalBytes);
  // A smaller batch is added up to the same update.
  const smaller = remedies.find(({ settings }) => settings.batchSize === 4)!;
  expect(smaller.settings.accumulation).toBe(2);
  const error = doesNotFit(advice);
  expect(error.code).toBe("training/does-not-fit");
  expect(error.hint).toContain(first!.label.toLowerCase());
});

test("a tensor beyond what the device takes in one piece is a problem, a table is not", () => {
  const plan = planRecipe(config, recipe, unlimited);
  const limits: MemoryLimits = { ...unlimited, kind: "webgpu", tensorBytes: plan.largestBytes - 1, splitsTables: true };
  expect(planRecipe(config, recipe, limits).problems).toHaveLength(1);
  const table = 4 * config.vocab_size * config.hidden_size;
  const wide = { ...config, vocab_size: 40_000 };
  const short = readRecipe({ batchSize: 1, blockLength: 8, maskRate: 0.15 });
  expect(planRecipe(wide, short, { ...limits, tensorBytes: 200 * table }).largestBytes).toBeLessThan(4 * 40_000 * 16);
});

test("padding costs its mask, and on a GPU every length that batches are cut to its own inputs", () => {
  const limits: MemoryLimits = { ...unlimited, kind: "webgpu" };
  const joined = planRecipe(config, recipe, limits);
  const padded = planRecipe(config, { ...recipe, packing: "lines" }, limits);
  const { batchSize: B, blockLength: T } = recipe;
  // Four bytes a place say whether it is padding.
  expect(bytes(padded, "copies") - bytes(joined, "copies")).toBe(4 * B * T);
  const cut = planRecipe(config, { ...recipe, packing: "lines", lengthBuckets: "cut" }, limits);
  expect(bytes(cut, "weights")).toBe(bytes(padded, "weights"));
  expect(bytes(cut, "copies")).toBeGreaterThan(2 * bytes(padded, "copies")); // a quarter, a half, three quarters of T
  expect(bytes(cut, "activations")).toBeGreaterThan(bytes(padded, "activations"));
  // On the CPU nothing stays between batches: the longest decides.
  const host = (more: object) => planRecipe(config, { ...recipe, packing: "lines", ...more }, unlimited).totalBytes;
  expect(host({ lengthBuckets: "cut" })).toBe(host({}));
});

test("on the CPU two batches' gradients meet, and recompute's values are written over by none", () => {
  const plan = (more: object, kind: MemoryLimits["kind"]) =>
    planRecipe(config, { ...recipe, ...more }, { ...unlimited, kind });
  const one = bytes(plan({}, "wasm"), "gradients");
  expect(one).toBeGreaterThan(bytes(plan({}, "wasm"), "weights"));
  expect(bytes(plan({ accumulation: 2 }, "wasm"), "gradients")).toBe(2 * one);
  // The native runtime leaves them where it made them.
  expect(bytes(plan({}, "native"), "gradients")).toBe(0);
  expect(bytes(plan({}, "wasm"), "copies") - bytes(plan({}, "native"), "copies")).toBeGreaterThan(150e6);
  const shape = runShape(readRecipe({ ...recipe, recompute: "layers" }), config);
  const step = recomputeLayers(buildMlmTraining(config, shape, { padding: false }), true);
  const nodes = runtimeOrder([...step.graph.nodes].reverse());
  const { peakBytes } = liveness({ ...step.graph, nodes }, { inPlace: false });
  expect(bytes(plan({ recompute: "layers" }, "wasm"), "activations")).toBe(peakBytes);
});

test("float16 is planned where the device has it, and as the float32 that is run elsewhere", () => {
  const without: MemoryLimits = { ...unlimited, kind: "webgpu" };
  const half = { ...recipe, precision: "f16" } as const;
  const [narrow, wide] = [planRecipe(config, half, { ...without, float16: true }), planRecipe(config, half, without)];
  expect(bytes(narrow, "activations")).not.toBe(bytes(wide, "activations"));
  for (const part of ["weights", "gradients", "optimiser"]) expect(bytes(narrow, part)).toBe(bytes(wide, part));
  expect({ ...wide, limits: {} }).toEqual({ ...planRecipe(config, recipe, without), limits: {} });
});

test("float16 is offered where the device has it and it takes less", () => {
  const deep = { ...config, num_hidden_layers: 4 };
  const roomy: MemoryLimits = { ...unlimited, kind: "webgpu", float16: true };
  const tight = { ...roomy, totalBytes: 0.95 * planRecipe(deep, recipe, roomy).totalBytes };
  const offered = (limits: MemoryLimits) =>
    adviseMemory(deep, recipe, limits).remedies.find(({ settings }) => settings.precision === "f16");
  expect(offered(tight)).toMatchObject({
    fits: true,
    totalBytes: planRecipe(deep, { ...recipe, precision: "f16" }, roomy).totalBytes,
  });
  expect(offered({ ...tight, float16: false })).toBeUndefined();
});
