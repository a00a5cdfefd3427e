import { describe, expect, it } from "vitest";
import { random } from "../../../src/base/index.ts";
import { decimate, spread } from "../../../src/charts/decimate.ts";
import { areaPath, linePath } from "../../../src/charts/path.ts";
import { linear } from "../../../src/charts/scale.ts";
import { Smoother } from "../../../src/charts/smooth.ts";

describe("decimation", () => {
  const length = 20_000;
  const source = random(7);
  const x = Float64Array.from({ length }, (_, i) => i);
  const y = Float32Array.from({ length }, () => source.next());
  y[12_345] = 50; // a spike that must stay visible

  it("keeps the lowest and highest value of every pixel column, in order", () => {
    const columns = 300;
    const points = decimate(x, y, length, 0, length, columns);
    expect(points.x.length).toBeLessThanOrEqual(4 * columns);
    expect(points.y).toContain(50);
    for (let i = 1; i < points.x.length; i++) expect(points.x[i]!).toBeGreaterThan(points.x[i - 1]!);
    for (const column of [0, 7, 150, 299]) {
      const inside = (v: number): boolean => Math.floor((v / length) * columns) === column;
      const all = [...y].filter((_, i) => inside(i));
      const kept = points.y.filter((_, i) => inside(points.x[i]!));
      expect(Math.min(...kept)).toBe(Math.min(...all));
      expect(Math.max(...kept)).toBe(Math.max(...all));
    }
  });
  it("passes short series through and drops what is not finite", () => {
    expect(decimate([1, 2, 3], [5, NaN, 7], 3, 1, 3, 100)).toEqual({ x: [1, 3], y: [5, 7] });
    expect(decimate([], [], 0, 0, 1, 100)).toEqual({ x: [], y: [] });
  });
  it("spreads table rows evenly with both ends", () => {
    expect(spread(3, 5)).toEqual([0, 1, 2]);
    expect(spread(101, 5)).toEqual([0, 25, 50, 75, 100]);
  });
});

describe("paths", () => {
  const across = linear(0, 10, 0, 100);
  const down = linear(0, 1, 50, 0);
  it("draw a line, a dot for one point, nothing for none", () => {
    expect(linePath({ x: [0, 5, 10], y: [0, 0.334, 1] }, across, down)).toBe("M0,50L50,33.3L100,0");
    expect(linePath({ x: [5], y: [1] }, across, down)).toBe("M50,0h0");
    expect(linePath({ x: [], y: [] }, across, down)).toBe("");
  });
  it("close an area to the floor", () => {
    expect(areaPath({ x: [0, 10], y: [1, 0.5] }, across, down, 50)).toBe("M0,0L100,25L100,50L0,50Z");
  });
});

describe("smoother", () => {
  it("is unbiased from the first point and visits each point once", () => {
    const smoother = new Smoother(2); // decay 0.5
    const values = [4, 2, 6];
    // 4; (0.25*4+0.5*2)/0.75 = 2.667; (0.125*4+0.25*2+0.5*6)/0.875 = 4.571
    expect([...smoother.follow(values, 2).subarray(0, 2)].map((v) => v.toFixed(3))).toEqual(["4.000", "2.667"]);
    values[0] = 1000; // already visited
    expect(smoother.follow(values, 3)[2]!.toFixed(3)).toBe("4.571");
  });
  it("starts afresh for a shorter series and grows past its first buffer", () => {
    const smoother = new Smoother(10);
    expect(smoother.follow(new Float32Array(1000).fill(3), 1000)[999]!).toBeCloseTo(3, 5);
    expect(smoother.follow([7], 1)[0]!).toBeCloseTo(7, 5);
    expect(smoother.length).toBe(1);
  });
});
