import { describe, expect, it } from "vitest";
import { extent, linear, niceDomain, niceStep, niceTicks, tickLabel } from "../../../src/charts/scale.ts";

describe("scales", () => {
  it("map and invert, also upside down", () => {
    const down = linear(2, 6, 200, 0);
    expect(down(2)).toBe(200);
    expect(down(3)).toBe(150);
    expect(down.invert(150)).toBe(3);
    expect(linear(5, 5, 0, 10)(5)).toBe(5);
  });
  it("choose steps of 1, 2 and 5", () => {
    expect([0.9, 1, 7, 23, 48, 99, 1000].map((span) => niceStep(span, 5))).toEqual([0.2, 0.2, 1, 5, 10, 20, 200]);
  });
  it("give round ticks without floating-point tails", () => {
    expect(niceTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks(6.31, 9.02, 5)).toEqual([6.5, 7, 7.5, 8, 8.5, 9]);
    expect(niceTicks(-0.05, 0.05, 4)).toEqual([-0.04, -0.02, 0, 0.02, 0.04]);
    expect(niceTicks(3, 3, 4)).toEqual([3]);
    expect(niceTicks(NaN, 3, 4)).toEqual([]);
  });
  it("widen a domain to whole steps", () => {
    expect(niceDomain(6.31, 9.02, 5)).toEqual([6, 9.5]);
    expect(niceDomain(4, 4, 5)).toEqual([3.6, 4.4]);
  });
  it("label ticks with just the decimals they need", () => {
    expect([0.5, 1].map((v) => tickLabel(v, 0.5))).toEqual(["0.5", "1.0"]);
    expect(tickLabel(12000, 2000)).toBe("12k");
    expect(tickLabel(-0.02, 0.02)).toBe("−0.02");
    expect(tickLabel(0.00025, 0.00005)).toBe("2.5e−4");
    expect(tickLabel(0, 0.1)).toBe("0");
  });
  it("find the extent of what is finite", () => {
    expect(extent([3, NaN, -1, Infinity, 9], 4)).toEqual([-1, 3]);
    expect(extent([NaN])).toBeUndefined();
  });
});
