/** Geometry of the histogram and of the map. */
import { describe, expect, test } from "vitest";
import { barMargin, barPicture } from "../../../src/charts/bar-picture.ts";
import { fifths, markPath, placePoints, pointAt, pointBeside } from "../../../src/charts/point-picture.ts";

const size = { width: 400, height: 200 };

describe("bars", () => {
  const picture = barPicture([1, 2, 4, 8, 16], [0, 3, 300, 1], size);
  test("stand side by side on one floor, the tallest to the top", () => {
    const floor = size.height - barMargin.bottom;
    const step = (size.width - barMargin.left - barMargin.right) / 4;
    picture.bars.forEach((bar, i) => {
      expect(bar.x).toBeCloseTo(barMargin.left + i * step + 1, 6);
      expect(bar.y + bar.height).toBeCloseTo(floor, 6);
    });
    expect(picture.bars.map(({ height }) => height)).toEqual([0, 1.5, 144, 1.5]); // 3 of 300 would be 1.44
    expect(picture.bars[2]).toMatchObject({ from: 4, to: 7, count: 300 });
  });
  test("a length lies in its bar", () => {
    const step = (size.width - barMargin.left - barMargin.right) / 4;
    expect(picture.across(4)).toBeCloseTo(barMargin.left + 2 * step, 6);
    expect(picture.across(6)).toBeCloseTo(barMargin.left + 2.5 * step, 6);
    expect(picture.across(0)).toBe(barMargin.left);
    expect(picture.across(99)).toBeCloseTo(size.width - barMargin.right, 6);
  });
  test("counts have whole ticks", () => {
    expect(barPicture([0, 1, 2], [1, 2], size).yTicks).toEqual([0, 1, 2]);
  });
});

describe("points", () => {
  const placed = placePoints(
    [
      { x: -1, y: -1 },
      { x: 1, y: 1 },
      { x: 0, y: 0 },
      { x: 1, y: -1 },
    ],
    { width: 224, height: 124 },
  );
  test("fill the picture, up is up", () => {
    expect([...placed.x]).toEqual([12, 212, 112, 212]);
    expect([...placed.y]).toEqual([112, 12, 62, 112]);
  });
  test("are found under the pointer and beside each other", () => {
    expect(pointAt(placed, 110, 60)).toBe(2);
    expect(pointAt(placed, 60, 60)).toBe(-1);
    expect(pointBeside(placed, 2, "right")).toBe(1); // as near as 3, and first
    expect(pointBeside(placed, 0, "right")).toBe(2); // 100 ahead and 50 aside: as far as 3, and first
    expect(pointBeside(placed, 3, "up")).toBe(1);
    expect(pointBeside(placed, 1, "up")).toBe(1);
  });
  test("fifths are of equal size and keep the order; what has no value is in none", () => {
    const values = Array.from({ length: 50 }, (_, i) => 49 - i);
    const { groups, borders } = fifths([...values, null]);
    expect(borders).toEqual([10, 20, 30, 40]);
    expect([0, 1, 2, 3, 4].map((group) => groups.filter((one) => one === group).length)).toEqual([10, 10, 10, 10, 10]);
    expect(groups[0]).toBe(4);
    expect(groups.at(-1)).toBe(-1);
    expect(fifths([null]).groups).toEqual([-1]);
  });
  test("each group has a mark of its own", () => {
    expect(new Set([-1, 0, 1, 2, 3, 4].map((group) => markPath(group, 0, 0))).size).toBe(6);
  });
});
