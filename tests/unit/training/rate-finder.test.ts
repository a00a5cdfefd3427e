/** The finder's arithmetic on curves whose answers are known. The sweep itself runs in the journeys. */
import { describe, expect, it } from "vitest";
import { RateCurve, suggestRate, sweepRate } from "../../../src/training/index.ts";

describe("learning-rate finder", () => {
  it("sweeps evenly in the logarithm, both ends included", () => {
    const sweep = { from: 1e-6, to: 1e-2, updates: 5 };
    [1e-6, 1e-5, 1e-4, 1e-3, 1e-2].forEach((rate, i) => expect(sweepRate(sweep, i) / rate).toBeCloseTo(1, 12));
  });
  it("smooths as fastai: a mean with memory 0.98, corrected for its start", () => {
    const curve = new RateCurve();
    for (const loss of [2, 3, 1]) curve.add(1e-3, loss);
    // (0.98^2 * 2 + 0.98 * 3 + 1) * 0.02 / (1 - 0.98^3)
    const expected = ((0.9604 * 2 + 0.98 * 3 + 1) * 0.02) / (1 - 0.941192);
    expect(curve.points[2]!.smoothed).toBeCloseTo(expected, 12);
    expect(curve.points[0]!.smoothed).toBeCloseTo(2, 12);
  });
  it("ends where the smoothed loss is four times its lowest, and at a loss that is no number", () => {
    const curve = new RateCurve();
    expect(curve.add(1e-3, 1)).toBe(true);
    expect(curve.add(1e-2, 6.9)).toBe(true); // smoothed: (0.98 + 6.9) / 1.98 = 3.98
    expect(new RateCurve().add(1e-3, NaN)).toBe(false);
    const wild = new RateCurve();
    wild.add(1e-3, 1);
    expect(wild.add(1e-2, 7.1)).toBe(false); // 4.08
  });
  it("suggests the middle of the longest fall, over the small rises within it", () => {
    const points = (losses: number[]): { rate: number; loss: number; smoothed: number }[] =>
      losses.map((loss, i) => ({ rate: 10 ** (i - 6), loss, smoothed: loss }));
    // The fall of nine runs from place 1 to 9: places 0..9, a third is 3, half of it 1, so place 4.
    expect(suggestRate(points([5, 5, 4.8, 4.5, 4, 3.4, 3, 2.8, 2.7, 2.6, 9]))).toBe(10 ** -2);
    expect(suggestRate(points([1, 2, 3]))).toBeUndefined();
  });
});
