/** The CPU's AdamW kernel against the plain loop, and where weights and moments lie meanwhile. */
import { beforeAll, expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import { clipScale, HostOptimiser } from "../../../src/runtime/host-optimiser.ts";
import { HostWeights } from "../../../src/runtime/host-weights.ts";
import { loadOrt, type OrtModule } from "../../../src/runtime/ort.ts";
import type { AdamwSettings, Moments } from "../../../src/runtime/index.ts";
import { adamwUpdate, sumOfSquares } from "../../support/adamw.ts";

const seed = 23;
/** Both sum the squares in double, in another order. */
const normTolerance = 1e-12;
/** Float32 arithmetic against double: three steps of a few roundings of 6e-8. */
const stateTolerance = 2e-6;

/** One value, no whole vector, a whole one, exactly a window, a window and a bit. */
const sizes = [1, 3, 128, 16_384, 16_387, 40_001];
const parameters = sizes.map((n, i) => ({ name: `t${i}`, shape: [n], decay: i % 2 === 0 }));
const tensors = (stream: number, scale: number): Map<string, Float32Array> => {
  const source = random(seed, stream);
  return new Map(
    parameters.map(({ name, shape }) => [
      name,
      Float32Array.from({ length: shape[0]! }, () => source.normal() * scale),
    ]),
  );
};
const settings = (step: number): AdamwSettings => ({
  step,
  learningRate: 0.01 * step,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clipNorm: step === 3 ? 0 : 1,
});
const gradients = (step: number): Map<string, Float32Array> => tensors(10 + step, 0.1);
const bits = (arrays: ReadonlyMap<string, Float32Array>): [string, number[]][] =>
  [...arrays].map(([name, data]) => [name, [...new Uint32Array(data.slice().buffer)]]);

let ort: OrtModule;
beforeAll(async () => {
  ort = await loadOrt("wasm", undefined, 1);
});
const open = async (
  values = tensors(1, 1),
  moments?: Moments,
  memoryValues?: number,
): Promise<{ weights: HostWeights; optimiser: HostOptimiser }> => {
  const weights = await HostWeights.open(ort, parameters, values);
  return { weights, optimiser: await HostOptimiser.open(parameters, weights, moments, new Map(), memoryValues) };
};

function expectNear(actual: ReadonlyMap<string, Float32Array>, expected: ReadonlyMap<string, Float32Array>): void {
  for (const [name, wanted] of expected) {
    const worst = wanted.reduce((most, x, i) => Math.max(most, Math.abs(actual.get(name)![i]! - x)), 0);
    expect(worst, `${name}, seed ${seed}`).toBeLessThan(stateTolerance);
  }
}

test("three steps with changing rates, clipped and not, equal the plain loop; so does the norm", async () => {
  const { weights, optimiser } = await open();
  const expected = tensors(1, 1);
  const [first, second] = [tensors(0, 0), tensors(0, 0)];
  for (let step = 1; step <= 3; step++) {
    const given = gradients(step);
    const norm = Math.sqrt([...given.values()].reduce((sum, g) => sum + sumOfSquares(g), 0));
    expect(Math.abs(optimiser.step(given, settings(step)) / norm - 1)).toBeLessThan(normTolerance);
    const scale = clipScale(norm, settings(step).clipNorm);
    for (const { name, decay } of parameters) {
      const [w, m, v] = [expected.get(name)!, first.get(name)!, second.get(name)!];
      adamwUpdate(w, given.get(name)!, m, v, settings(step), decay, scale);
    }
  }
  expectNear(await weights.read(), expected);
  expectNear(optimiser.readMoments().first, first);
  expectNear(optimiser.readMoments().second, second);
});

test("with start weights every update also pulls towards them, and only where there are some", async () => {
  const values = tensors(1, 1);
  const start = new Map([...tensors(5, 1)].filter((_, i) => i % 2 === 1));
  const weights = await HostWeights.open(ort, parameters, values);
  const optimiser = await HostOptimiser.open(parameters, weights, undefined, start);
  const [first, second] = [tensors(0, 0), tensors(0, 0)];
  for (let step = 1; step <= 3; step++) {
    const given = gradients(step);
    const pulling = { ...settings(step), pullToStart: 3, clipNorm: 0 };
    optimiser.step(given, pulling);
    for (const { name, decay } of parameters) {
      const [w, m, v] = [values.get(name)!, first.get(name)!, second.get(name)!];
      adamwUpdate(w, given.get(name)!, m, v, pulling, decay, 1, start.get(name));
    }
  }
  expectNear(await weights.read(), values);
});

test("the same bits in one memory, in several, and from moments that were read and given back", async () => {
  const [whole, parted] = [await open(), await open(undefined, undefined, 50_000)];
  for (let step = 1; step <= 4; step++) {
    const norms = [whole, parted].map(({ optimiser }) => optimiser.step(gradients(step), settings(step)));
    expect(Math.abs(norms[0]! / norms[1]! - 1)).toBe(0);
  }
  expect(new Set([...parted.weights.values.values()].map(({ buffer }) => buffer)).size).toBeGreaterThan(1);
  expect(bits(await parted.weights.read())).toEqual(bits(await whole.weights.read()));
  const half = await open();
  for (let step = 1; step <= 2; step++) half.optimiser.step(gradients(step), settings(step));
  const resumed = await open(await half.weights.read(), half.optimiser.readMoments());
  for (let step = 3; step <= 4; step++) resumed.optimiser.step(gradients(step), settings(step));
  expect(bits(await resumed.weights.read())).toEqual(bits(await whole.weights.read()));
  expect(bits(resumed.optimiser.readMoments().second)).toEqual(bits(whole.optimiser.readMoments().second));
});

test("weights move into the optimiser's memory and leave it whole; ONNX Runtime's tensors follow", async () => {
  const values = tensors(1, 1);
  const { weights, optimiser } = await open(values);
  expect(bits(await weights.read())).toEqual(bits(values));
  optimiser.step(gradients(1), settings(1));
  const trained = bits(await weights.read());
  expect(trained).not.toEqual(bits(values));
  const during = weights.values.get("t2")!;
  expect(weights.tensors.get("t2")!.data).toBe(during);
  optimiser.dispose();
  expect(bits(weights.values)).toEqual(trained);
  const after = weights.values.get("t2")!;
  expect(weights.tensors.get("t2")!.data).toBe(after);
  expect(after.buffer.byteLength).toBe(4 * 128); // its own array: nothing holds the memory any more
  during.fill(0);
  expect(bits(weights.values)).toEqual(trained);
});

test("more memory than there can be is an error with a remedy", async () => {
  const huge = [{ name: "huge", shape: [2 ** 31], decay: true }];
  const weights = await HostWeights.open(ort, [], new Map());
  await expect(HostOptimiser.open(huge, weights)).rejects.toMatchObject({ code: "runtime/out-of-memory" });
});
