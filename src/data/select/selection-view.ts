/** What a choice looks like: score histogram, the ends of the ranking. Pure. */
import type { RankedDocument, SelectionPreview } from "../../contract/index.ts";

const bars = 24;
/** Documents shown at each end. */
export const endsShown = 5;
const textShown = 400;

export function scoreHistogram(scores: ArrayLike<number>, chosen: Uint32Array): SelectionPreview["histogram"] {
  const finite = Array.from({ length: scores.length }, (_, i) => i).filter((i) => Number.isFinite(scores[i]));
  if (finite.length === 0) return { edges: [], all: [], chosen: [] };
  // A few extreme scores would press all others into one bar: the outermost bars hold them.
  const sorted = Float64Array.from(finite, (i) => scores[i]!).sort();
  const low = sorted[Math.floor(0.005 * (sorted.length - 1))]!;
  const high = Math.max(sorted[Math.ceil(0.995 * (sorted.length - 1))]!, low + 1e-9);
  const edges = Array.from({ length: bars + 1 }, (_, i) => low + ((high - low) * i) / bars);
  const bar = (score: number): number =>
    Math.max(0, Math.min(bars - 1, Math.floor(((score - low) / (high - low)) * bars)));
  const all = new Array<number>(bars).fill(0);
  const taken = new Array<number>(bars).fill(0);
  for (const i of finite) all[bar(scores[i]!)]!++;
  for (const i of chosen) if (Number.isFinite(scores[i])) taken[bar(scores[i]!)]!++;
  return { edges, all, chosen: taken };
}

/** Places of the highest and of the lowest scores, best first and worst first. */
export function ends(scores: ArrayLike<number>): { best: number[]; worst: number[] } {
  const finite = Array.from({ length: scores.length }, (_, i) => i).filter((i) => Number.isFinite(scores[i]));
  finite.sort((a, b) => scores[b]! - scores[a]! || a - b);
  return { best: finite.slice(0, endsShown), worst: finite.slice(-endsShown).reverse() };
}

export function ranked(document: number, score: number, text: string): RankedDocument {
  return { document, score, text: text.length > textShown ? `${text.slice(0, textShown)} …` : text };
}
