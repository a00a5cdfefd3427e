/** A histogram whose borders grow geometrically, as bars of a picture: equal steps get equal widths. Pure. */
import { linear, niceStep, niceTicks, type Scale } from "./scale.ts";

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  from: number;
  /** The largest length in it. */
  to: number;
  count: number;
}
export interface BarPicture {
  bars: Bar[];
  /** From a length to pixels: straight between two borders. */
  across: (length: number) => number;
  down: Scale;
  xTicks: { x: number; label: string }[];
  yTicks: number[];
  yStep: number;
}
export const barMargin = { left: 46, right: 14, top: 22, bottom: 34 };
const gap = 2;
/** Room that a border's label takes. */
const labelWidth = 52;

/** @param edges one more than counts: bar i holds edges[i] <= length < edges[i + 1] */
export function barPicture(
  edges: readonly number[],
  counts: readonly number[],
  size: { width: number; height: number },
): BarPicture {
  const left = barMargin.left;
  const right = Math.max(left + 1, size.width - barMargin.right);
  const floor = size.height - barMargin.bottom;
  const most = Math.max(1, ...counts);
  const down = linear(0, most, floor, barMargin.top);
  const step = (right - left) / Math.max(1, counts.length);
  const bars = counts.map((count, i): Bar => {
    const y = down(count);
    // A bar with something in it is seen, however little that is.
    const height = count === 0 ? 0 : Math.max(1.5, floor - y);
    return {
      x: left + i * step + gap / 2,
      y: floor - height,
      width: Math.max(1, step - gap),
      height,
      from: edges[i]!,
      to: edges[i + 1]! - 1,
      count,
    };
  });
  const every = Math.max(1, Math.ceil(labelWidth / step));
  return {
    bars,
    across: (length) => left + placeOf(edges, length) * step,
    down,
    xTicks: edges.flatMap((edge, i) => (i % every === 0 ? [{ x: left + i * step, label: short(edge) }] : [])),
    // Documents are whole: no ticks between them.
    yTicks: niceTicks(0, most, 4).filter(Number.isInteger),
    yStep: Math.max(1, niceStep(most, 4)),
  };
}

/** How many bars lie before a length, with its part of the bar it falls into. */
function placeOf(edges: readonly number[], length: number): number {
  const last = edges.length - 1;
  if (length <= edges[0]!) return 0;
  for (let i = 0; i < last; i++)
    if (length < edges[i + 1]!) return i + (length - edges[i]!) / (edges[i + 1]! - edges[i]!);
  return last;
}

/** "96", "1.4k", "23k" */
const short = (value: number): string =>
  value < 1000 ? String(value) : `${(value / 1000).toFixed(value < 9950 ? 1 : 0)}k`;
