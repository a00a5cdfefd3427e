/** Scales and ticks: data units to pixels, and round numbers to label an axis with. Pure. */
export interface Scale {
  (value: number): number;
  invert(pixel: number): number;
}

/** Maps [from, to] onto [start, end]; an empty domain maps to the middle. */
export function linear(from: number, to: number, start: number, end: number): Scale {
  const span = to - from;
  const scale = (value: number): number =>
    span === 0 ? (start + end) / 2 : start + ((value - from) / span) * (end - start);
  return Object.assign(scale, {
    invert: (pixel: number) => (end === start ? from : from + ((pixel - start) / (end - start)) * span),
  });
}

/** The round step (1, 2 or 5 times a power of ten) that cuts `span` into about `count` parts. */
export function niceStep(span: number, count: number): number {
  if (!(span > 0)) return 1;
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const part = rough / power;
  // Geometric means of neighbouring candidates, as usual for 1-2-5 steps.
  if (part >= Math.sqrt(50)) return 10 * power;
  if (part >= Math.sqrt(10)) return 5 * power;
  if (part >= Math.SQRT2) return 2 * power;
  return power;
}

/** Round numbers inside [from, to]. `niceTicks(0, 1, 5)` gives 0, 0.2, 0.4, 0.6, 0.8, 1. */
export function niceTicks(from: number, to: number, count: number): number[] {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return [];
  if (from === to) return [from];
  const step = niceStep(to - from, count);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  // Counting in whole steps and dividing keeps 0.6000000000000001 away.
  const inverse = 1 / step;
  const ticks: number[] = [];
  for (let k = first; k <= last; k++) ticks.push((step < 1 ? k / Math.round(inverse) : k * step) + 0); // + 0 turns -0 into 0
  return ticks;
}

/** Widens [from, to] to whole steps, so that the first and the last tick are the axis' ends. */
export function niceDomain(from: number, to: number, count: number): [number, number] {
  if (from === to) {
    const pad = from === 0 ? 1 : Math.abs(from) * 0.1;
    return [from - pad, to + pad];
  }
  const step = niceStep(to - from, count);
  return [Math.floor(from / step + 1e-9) * step, Math.ceil(to / step - 1e-9) * step];
}

/** As many decimals as the step between ticks needs; thousands as "k"; tiny numbers as powers. */
export function tickLabel(value: number, step: number): string {
  if (value === 0) return "0";
  if (step < 1e-4) return value.toExponential(Math.max(0, leadingDigits(value, step) - 1)).replace("e-", "e−");
  if (Math.abs(value) >= 10_000 && step >= 1000) return `${trim(value / 1000, step / 1000)}k`;
  return trim(value, step).replace("-", "−");
}

const decimals = (step: number): number => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
const trim = (value: number, step: number): string => value.toFixed(decimals(step));
const leadingDigits = (value: number, step: number): number =>
  Math.floor(Math.log10(Math.abs(value)) + 1e-9) - Math.floor(Math.log10(step) + 1e-9) + 1;

/** Smallest and largest finite value of the first `length`; undefined when there is none. */
export function extent(values: ArrayLike<number>, length = values.length): [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}
