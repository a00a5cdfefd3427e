/**
 * A long series as no more points than a screen can show: for every pixel column the first, lowest,
 * highest and last point, in their order. A line through them looks like the line through all, spikes
 * included; averaging would hide them. Source of the idea: Jugel et al., "M4", VLDB 2014.
 */
export interface Points {
  x: number[];
  y: number[];
}

/** `x` must not fall. At most 4 points a column; points that are not finite are left out. */
export function decimate(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  length: number,
  from: number,
  to: number,
  columns: number,
): Points {
  const out: Points = { x: [], y: [] };
  const span = to - from;
  if (length === 0 || columns < 1) return out;
  if (length <= columns * 2 || !(span > 0)) {
    for (let i = 0; i < length; i++) take(out, x, y, i);
    return out;
  }
  let column = -1;
  let [first, low, high, last] = [-1, -1, -1, -1];
  const flush = (): void => {
    if (first < 0) return;
    const inOrder = [first, Math.min(low, high), Math.max(low, high), last];
    let previous = -1;
    for (const i of inOrder) {
      if (i !== previous) take(out, x, y, i);
      previous = i;
    }
  };
  for (let i = 0; i < length; i++) {
    if (!Number.isFinite(y[i])) continue;
    const here = Math.min(columns - 1, Math.max(0, Math.floor(((x[i]! - from) / span) * columns)));
    if (here !== column) {
      flush();
      column = here;
      first = low = high = i;
    }
    if (y[i]! < y[low]!) low = i;
    if (y[i]! > y[high]!) high = i;
    last = i;
  }
  flush();
  return out;
}

function take(out: Points, x: ArrayLike<number>, y: ArrayLike<number>, i: number): void {
  if (!Number.isFinite(y[i])) return;
  out.x.push(x[i]!);
  out.y.push(y[i]!);
}

/** At most `count` positions of 0..length-1, evenly spread, the first and the last among them. */
export function spread(length: number, count: number): number[] {
  if (length <= count) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: count }, (_, k) => Math.round((k * (length - 1)) / (count - 1)));
}
