/**
 * A cloud of points: places on a plane, marks that differ in form as well as in colour, the point under the
 * pointer and the next one in a direction. Pure.
 */
import { extent, linear } from "./scale.ts";

export const groupCount = 5;
export type Direction = "left" | "right" | "up" | "down";
export interface Placed {
  /** Pixels. */
  x: Float64Array;
  y: Float64Array;
}
const margin = 12;

/** Fits the cloud into the picture, each axis on its own. */
export function placePoints(
  points: readonly { x: number; y: number }[],
  size: { width: number; height: number },
): Placed {
  const xs = Float64Array.from(points, ({ x }) => x);
  const ys = Float64Array.from(points, ({ y }) => y);
  const [left, right] = extent(xs) ?? [0, 1];
  const [low, high] = extent(ys) ?? [0, 1];
  const across = linear(left, right, margin, size.width - margin);
  const up = linear(low, high, size.height - margin, margin);
  return { x: xs.map(across), y: ys.map(up) };
}

/**
 * Cuts values into five groups of about equal size: the group of each, and the borders between groups.
 * What has no value is in no group (-1).
 */
export function fifths(values: readonly (number | null)[]): { groups: number[]; borders: number[] } {
  const sorted = values.filter((value): value is number => value !== null).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const borders = Array.from({ length: groupCount - 1 }, (_, i) => at((i + 1) / groupCount));
  const groups = values.map((value) => (value === null ? -1 : borders.filter((border) => value >= border).length));
  return { groups, borders };
}

/** Marks of each group: from a small dot to a large diamond, so that order shows without colour. */
export function markPath(group: number, x: number, y: number): string {
  const [a, b] = [x.toFixed(1), y.toFixed(1)];
  switch (group) {
    case 0:
      return circle(a, b, 2.2);
    case 1:
      return circle(a, b, 3);
    case 2:
      return `M${a},${b}m-2.8,-2.8h5.6v5.6h-5.6z`;
    case 3:
      return `M${a},${b}m0,-4.2l4.2,7.4h-8.4z`;
    case 4:
      return `M${a},${b}m0,-4.8l4.8,4.8l-4.8,4.8l-4.8,-4.8z`;
    default:
      return `M${a},${b}m-2.5,-2.5l5,5m0,-5l-5,5`;
  }
}
const circle = (x: string, y: string, r: number): string =>
  `M${x},${y}m-${r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 -${2 * r},0z`;

/** The point nearest to a place, if it is near enough; -1 if none is. */
export function pointAt({ x, y }: Placed, px: number, py: number, reach = 14): number {
  let best = -1;
  let least = reach * reach;
  for (let i = 0; i < x.length; i++) {
    const distance = (x[i]! - px) ** 2 + (y[i]! - py) ** 2;
    if (distance <= least) [best, least] = [i, distance];
  }
  return best;
}

/** The next point in a direction: near, and rather straight ahead. The point itself when there is none. */
export function pointBeside({ x, y }: Placed, from: number, direction: Direction): number {
  const [dx, dy] = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction] as [number, number];
  let best = from;
  let least = Infinity;
  for (let i = 0; i < x.length; i++) {
    const ahead = (x[i]! - x[from]!) * dx + (y[i]! - y[from]!) * dy;
    if (i === from || ahead <= 0) continue;
    const aside = Math.abs((x[i]! - x[from]!) * dy) + Math.abs((y[i]! - y[from]!) * dx);
    const cost = ahead + 2 * aside;
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}
