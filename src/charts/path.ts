/** SVG path strings. Tenths of a pixel are finer than any screen and keep the string short. */
import type { Points } from "./decimate.ts";
import type { Scale } from "./scale.ts";

const round = (value: number): string => (Math.round(value * 10) / 10).toString();

/** "M0,10L5,8.3"; empty for no points. One point gives a stroke of no length: a dot with round caps. */
export function linePath({ x, y }: Points, across: Scale, down: Scale): string {
  let path = "";
  for (let i = 0; i < x.length; i++) path += `${i === 0 ? "M" : "L"}${round(across(x[i]!))},${round(down(y[i]!))}`;
  return x.length === 1 ? `${path}h0` : path;
}

/** The line closed down to `floor` pixels, for a filled area. */
export function areaPath(points: Points, across: Scale, down: Scale, floor: number): string {
  const { x } = points;
  if (x.length < 2) return "";
  return `${linePath(points, across, down)}L${round(across(x.at(-1)!))},${round(floor)}L${round(across(x[0]!))},${round(floor)}Z`;
}
