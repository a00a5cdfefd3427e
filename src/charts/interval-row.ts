/** One row of an interval chart, and the axis that a set of rows needs. */
import { niceDomain } from "./scale.ts";

export interface IntervalRow {
  label: string;
  value: number;
  /** Both absent for a value without an interval. */
  low?: number;
  high?: number;
  tone: "base" | "tuned" | "tfidf" | "majority" | "difference";
}

/** Holds every value and end, and zero when asked. @param most what no value can exceed: the axis ends there */
export function intervalDomain(rows: readonly IntervalRow[], withZero: boolean, most = Infinity): [number, number] {
  const ends = rows.flatMap(({ value, low = value, high = value }) => [value, low, high]).filter(Number.isFinite);
  if (withZero) ends.push(0);
  if (ends.length === 0) return [0, 1];
  const [from, to] = niceDomain(Math.min(...ends), Math.max(...ends), 4);
  return [from, Math.min(to, Math.max(most, ...ends))];
}

/** Position on the axis in per cent, cut to its ends. */
export const percentOf = (value: number, [from, to]: readonly [number, number]): number =>
  Math.min(100, Math.max(0, ((value - from) / (to - from)) * 100));
