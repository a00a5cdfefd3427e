import { describe, expect, it } from "vitest";
import { intervalDomain, percentOf } from "../../../src/charts/interval-row.ts";
import { linePicture, margin, nearest } from "../../../src/charts/line-picture.ts";
import type { Line } from "../../../src/charts/line.ts";

const line = (y: number[], look: Line["look"] = "solid"): Line => ({
  label: look,
  x: y.map((_, i) => i + 1),
  y,
  length: y.length,
  tone: "train",
  look,
});
const frame = { width: 466, height: 252, fromZero: false, xTo: 0 }; // 400 by 200 inside the margins

describe("line picture", () => {
  it("puts the data's corners at the corners of the frame", () => {
    const { across, down, drawn, yTicks } = linePicture([line([2, 4, 6])], frame)!;
    expect([across(1), across(3)]).toEqual([margin.left, 452]);
    expect([down(2), down(6)]).toEqual([212, margin.top]);
    expect(drawn[0]!.path).toBe("M52,212L252,112L452,12");
    expect(yTicks).toEqual([2, 3, 4, 5, 6]);
  });
  it("leaves room for the steps to come, and starts at zero when asked", () => {
    const { across, down } = linePicture([line([2, 4])], { ...frame, fromZero: true, xTo: 11 })!;
    expect(across(11)).toBe(452);
    expect(across(2)).toBe(92);
    expect(down(0)).toBe(212);
  });
  it("has no ticks between two steps, but between other numbers", () => {
    const steps = line([2, 4, 6]);
    expect(linePicture([steps], frame)!.xTicks).toEqual([1, 2, 3]);
    expect(linePicture([{ ...steps, x: [1, 1.5, 2] }], frame)!.xTicks).toEqual([1, 1.2, 1.4, 1.6, 1.8, 2]);
  });
  it("draws dots with a line through them, a single dot without", () => {
    const one = linePicture([line([5], "dots")], frame)!.drawn[0]!;
    expect([one.path, one.dots.x]).toEqual(["", [1]]);
    expect(linePicture([line([5, 6], "dots")], frame)!.drawn[0]!.path).not.toBe("");
  });
  it("is nothing while there is nothing to draw", () => {
    expect(linePicture([line([]), line([NaN])], frame)).toBeUndefined();
  });
  it("finds the nearest point of an axis", () => {
    const x = [1, 2, 4, 8];
    expect([-5, 1.4, 1.6, 3.1, 6.1, 99].map((at) => nearest(x, 4, at))).toEqual([0, 0, 1, 2, 3, 3]);
    expect(nearest(x, 0, 3)).toBe(-1);
  });
});

describe("interval rows", () => {
  it("share an axis that holds every end, and zero when asked", () => {
    const rows = [
      { label: "a", value: 0.42, low: 0.31, high: 0.55, tone: "base" as const },
      { label: "b", value: 0.5, tone: "tuned" as const },
    ];
    const [from, to] = intervalDomain(rows, false);
    expect(from).toBeCloseTo(0.3, 12);
    expect(to).toBeCloseTo(0.55, 12);
    expect(intervalDomain(rows, true)[0]).toBe(0);
    expect(intervalDomain([], true)).toEqual([-1, 1]);
    const perfect = [{ label: "F1", value: 1, low: 1, high: 1, tone: "base" }] as const;
    expect(intervalDomain(perfect, false)[1]).toBeGreaterThan(1);
    expect(intervalDomain(perfect, false, 1)[1]).toBe(1);
    expect(percentOf(0.5, [0, 2])).toBe(25);
    expect(percentOf(9, [0, 2])).toBe(100);
  });
});
