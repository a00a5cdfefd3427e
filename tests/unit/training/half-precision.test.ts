/** Half precision in a run: the scale's rules, a skipped update, a resumed run, and a device without float16. */
import { expect, test } from "vitest";
import { LossScaler } from "../../../src/training/index.ts";
import type { Device } from "../../../src/runtime/index.ts";
import { halfRun, overflow } from "../../support/half-run.ts";
import { scalerDeviation, scalerGolden } from "../../support/loss-scaler.ts";
import { native } from "../../support/native.ts";

test("the scale grows and shrinks where torch.amp.GradScaler's does, and Adam counts the same updates", () => {
  const scaler = new LossScaler();
  expect(scalerDeviation(scaler)).toBe(0);
  expect(scalerGolden.updates - scaler.skippedSince(1)).toBe(scalerGolden.counted);
  expect(scaler.skippedSince(2705)).toBe(3);
});

test("a run whose gradient is never finite ends with a reason", () => {
  const scaler = new LossScaler({ scale: 2 ** -24, goodSteps: 0, skipped: [] });
  expect(() => scaler.update(7, true)).toThrow(expect.objectContaining({ code: "training/not-a-number" }));
});

test("an update that overflows leaves weights and moments bit for bit, halves the scale and shows no norm", async () => {
  const { isUntouched, after } = await overflow(native());
  expect(isUntouched).toBe(true);
  expect(after.lossScale).toEqual({ scale: 2 ** 99, goodSteps: 0, skipped: [3] });
  expect(after.steps).toMatchObject([{ step: 3, gradientNorm: NaN, skipped: 1 }]);
});

test("16 steps = 8 + save + load + 8, bit by bit, with overflows on the way", async () => {
  const precision = { precision: "f16" } as const;
  // Too large for the first updates, so that some are skipped.
  const lossScale = { scale: 2 ** 24, goodSteps: 0, skipped: [] };
  const whole = await halfRun(native(), precision, [0, 16], { lossScale });
  const half = await halfRun(native(), precision, [0, 8], { lossScale });
  const { weights, moments } = half;
  const stored = JSON.parse(JSON.stringify(half.lossScale)) as typeof lossScale;
  const rest = await halfRun(native(), precision, [8, 16], { weights, moments, lossScale: stored });
  expect(half.lossScale!.skipped.length).toBeGreaterThan(0);
  expect(half.lossScale!.skipped.length).toBeLessThan(8);
  expect(rest.weights).toEqual(whole.weights);
  expect(rest.moments).toEqual(whole.moments);
  expect(rest.lossScale).toEqual(whole.lossScale);
});

test("where the device has no float16 the run computes in float32 to the last bit, and says so", async () => {
  const real = native();
  const without: Device = {
    report: { ...real.report, float16: false },
    prepared: real.prepared,
    keptBytes: 0,
    upload: (...given) => real.upload(...given),
    compile: (bytes) => real.compile(bytes),
    train: (...given) => real.train(...given),
    lose: () => real.lose(),
    dispose: () => real.dispose(),
  };
  const asked = await halfRun(without, { precision: "f16" }, [0, 2]);
  const plain = await halfRun(real, { precision: "f32" }, [0, 2]);
  const half = await halfRun(real, { precision: "f16" }, [0, 2]);
  expect(asked.weights).toEqual(plain.weights);
  expect(asked.notices).toEqual([expect.stringContaining("float32")]);
  expect(asked.lossScale).toBeUndefined();
  expect(half.weights).not.toEqual(plain.weights);
  expect([...plain.notices, ...half.notices]).toEqual([]);
});
