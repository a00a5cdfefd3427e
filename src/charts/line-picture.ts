/** The geometry of a line chart: scales, ticks and decimated paths for one size of the frame. Pure. */
import { decimate, type Points } from "./decimate.ts";
import type { Line } from "./line.ts";
import { linePath } from "./path.ts";
import { extent, linear, niceDomain, niceStep, niceTicks, type Scale } from "./scale.ts";

export interface Frame {
  width: number;
  height: number;
  fromZero: boolean;
  /** The right end of the axis; the last point's x when it is further. */
  xTo: number;
}
export interface LinePicture {
  across: Scale;
  down: Scale;
  drawn: { line: Line; path: string; dots: Points }[];
  xTicks: number[];
  xStep: number;
  yTicks: number[];
  yStep: number;
}

export const margin = { top: 12, right: 14, bottom: 40, left: 52 };

/** Undefined while no line has a finite point. */
export function linePicture(lines: readonly Line[], { width, height, fromZero, xTo }: Frame): LinePicture | undefined {
  const inner = Math.max(40, width - margin.left - margin.right);
  let [xFrom, xLast] = [Infinity, xTo];
  let [low, high] = [Infinity, -Infinity];
  for (const { x, y, length } of lines) {
    const found = extent(y, length);
    if (found === undefined) continue;
    [low, high] = [Math.min(low, found[0]), Math.max(high, found[1])];
    [xFrom, xLast] = [Math.min(xFrom, x[0]!), Math.max(xLast, x[length - 1]!)];
  }
  if (low > high) return undefined;
  const yCount = Math.max(2, Math.round(height / 55));
  const span = xLast - xFrom;
  const room = Math.max(2, Math.round(inner / 90));
  // Between two steps there is none.
  const xCount = span < room && lines.every(isWhole) ? Math.max(1, span) : room;
  const [bottom, top] = niceDomain(fromZero ? Math.min(0, low) : low, high, yCount);
  const across = linear(xFrom, xLast, margin.left, margin.left + inner);
  const down = linear(bottom, top, height - margin.bottom, margin.top);
  const drawn = lines.map((line) => {
    const points = decimate(line.x, line.y, line.length, xFrom, xLast, inner);
    const dots = line.look === "dots" ? points : { x: [], y: [] };
    // A single dot needs no line through it.
    return { line, path: dots.x.length === 1 ? "" : linePath(points, across, down), dots };
  });
  return {
    across,
    down,
    drawn,
    xTicks: niceTicks(xFrom, xLast, xCount),
    xStep: niceStep(span, xCount),
    yTicks: niceTicks(bottom, top, yCount),
    yStep: niceStep(top - bottom, yCount),
  };
}

function isWhole({ x, length }: Line): boolean {
  for (let i = 0; i < length; i++) if (!Number.isInteger(x[i])) return false;
  return true;
}

/** Position of the point nearest to `at` on an axis that never falls; -1 when there is none. */
export function nearest(x: ArrayLike<number>, length: number, at: number): number {
  let [low, high] = [0, length - 1];
  if (high < 0) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! < at) low = middle;
    else high = middle;
  }
  return Math.abs(x[low]! - at) <= Math.abs(x[high]! - at) ? low : high;
}
