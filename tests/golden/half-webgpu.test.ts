/**
 * Half precision on WebGPU, where float16 is computed in float16: a hundred updates beside float32, and an update that
 * overflows. Dawn in Node over any Vulkan driver; skipped where that has no shader-f16.
 */
import { expect, test } from "vitest";
import { halfRun, halfStart, overflow, weightDeviation } from "../support/half-run.ts";
import { webgpuDevice } from "../support/webgpu-device.ts";

const updates = 100;
/** So that no update overflows, both runs make the same ones, and the scale doubles after a few. */
const lossScale = { scale: 2 ** 10, goodSteps: 1990, skipped: [] };
/** Nats. The loss falls by more than one; float16 rounds to one part in 2,048 and errors add up over updates. */
const lossTolerance = 0.02;
/** A norm that was unscaled by another scale than it was scaled by would be half or twice as large. */
const normTolerance = 0.02;
/** Of a tensor's norm, which the updates change by more than ten times as much. */
const weightTolerance = 0.02;

const deviceFor = webgpuDevice();

test("a hundred updates in float16 follow float32's loss curve and end at its weights", async (context) => {
  const on = deviceFor(context, { float16: true });
  const full = await halfRun(on, { precision: "f32" }, [0, updates]);
  const half = await halfRun(on, { precision: "f16" }, [0, updates], { lossScale });
  const errors = half.steps.map(({ loss }, i) => Math.abs(loss - full.steps[i]!.loss));
  const fall = full.steps[0]!.loss - full.steps.at(-1)!.loss;
  const deviation = weightDeviation(half.weights, full.weights);
  const moved = weightDeviation(full.weights, halfStart());
  const norms = half.steps.map(({ gradientNorm }, i) => Math.abs(gradientNorm / full.steps[i]!.gradientNorm - 1));
  console.log(
    `float16 on WebGPU, ${updates} updates: loss falls by ${fall.toFixed(2)} nats and differs by ${Math.max(...errors).toExponential(1)} at most, weights move by ${moved.toFixed(2)} and differ by ${deviation.toExponential(1)}, gradient norms differ by ${Math.max(...norms).toExponential(1)}`,
  );
  expect(half.steps.length).toBe(updates);
  expect(half.lossScale).toEqual({ scale: 2 ** 11, goodSteps: updates - 10, skipped: [] });
  expect(fall).toBeGreaterThan(1);
  expect(Math.max(...errors)).toBeLessThan(lossTolerance);
  expect(Math.max(...errors)).toBeGreaterThan(0);
  expect(Math.max(...norms)).toBeLessThan(normTolerance);
  expect(deviation).toBeLessThan(weightTolerance);
  expect(moved).toBeGreaterThan(10 * weightTolerance);
});

test("an update that overflows leaves weights and moments bit for bit, and halves the scale", async (context) => {
  const { isUntouched, after } = await overflow(deviceFor(context, { float16: true }));
  expect(isUntouched).toBe(true);
  expect(after.lossScale).toEqual({ scale: 2 ** 99, goodSteps: 0, skipped: [3] });
  expect(after.steps).toMatchObject([{ step: 3, gradientNorm: NaN, skipped: 1 }]);
});
