/** What a map can be coloured by, and its legend. Pure. */
import { formatNumber } from "../../../base/index.ts";
import type { MapPoint } from "../../../contract/index.ts";

export type Colouring = "loss" | "length" | "quality" | "source";
export interface Colours {
  value: Colouring;
  label: string;
  /** The number that is cut into five groups. */
  of: (point: MapPoint) => number | null;
  unit: string;
  /** For what is no number: the groups themselves. */
  groups?: number[];
  legend?: string[];
}

/** Only what differs between the documents can colour them. */
export function colourings(points: readonly MapPoint[]): (Colours & { groups?: number[]; legend: string[] })[] {
  const found: Colours[] = [];
  if (points.some(({ loss }) => loss !== null))
    found.push({ value: "loss", label: "By loss", of: ({ loss }) => loss, unit: "nats" });
  found.push({ value: "length", label: "By length", of: ({ words }) => words, unit: "words" });
  if (points.some(({ quality }) => quality !== null))
    found.push({ value: "quality", label: "By quality", ...byCount(points) });
  const sources = frequentSources(points);
  if (sources.length > 1) found.push({ value: "source", label: "By source", ...bySource(points, sources) });
  return found.map((one) => ({ legend: [], ...one }));
}

/** Broken rules are few and whole: no fifths, but none, one, two ... */
function byCount(points: readonly MapPoint[]): Omit<Colours, "value" | "label"> {
  return {
    of: ({ quality }) => quality,
    unit: "rules broken",
    groups: points.map(({ quality }) => (quality === null ? -1 : Math.min(4, quality))),
    legend: ["no rule broken", "1", "2", "3", "4 or more"],
  };
}

function bySource(points: readonly MapPoint[], sources: readonly string[]): Omit<Colours, "value" | "label"> {
  const groups = points.map(({ source }) => {
    const at = sources.indexOf(source);
    return at >= 4 || at < 0 ? 4 : at;
  });
  const legend = sources.length > 5 ? [...sources.slice(0, 4), `${sources.length - 4} others`] : [...sources];
  return { of: () => null, unit: "", groups, legend };
}

function frequentSources(points: readonly MapPoint[]): string[] {
  const counts = new Map<string, number>();
  for (const { source } of points) counts.set(source, (counts.get(source) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([source]) => source || "unknown");
}

/** "under 2.1 nats", "2.1 to 3.4", ..., "5.6 and more" */
export function legendOf(borders: readonly number[], unit: string): string[] {
  const write = (value: number): string => formatNumber(value, 3);
  return [
    `under ${write(borders[0]!)} ${unit}`,
    ...borders.slice(1).map((border, i) => `${write(borders[i]!)} to ${write(border)}`),
    `${write(borders.at(-1)!)} and more`,
  ];
}
