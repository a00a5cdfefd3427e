/**
 * The answer that start and end logits point at: among the n best starts and ends, the pair with the largest sum that
 * lies in the context, is not backwards and not too long.
 * Source: transformers' run_qa.py, postprocess_qa_predictions (n_best_size 20).
 */
export interface Span {
  score: number;
  /** First and last place, both within it. */
  from: number;
  to: number;
}
export const BEST_SPANS = 20;

/**
 * Spans of one window, the best first; of equal ones the first.
 * Shapes: logits (T, 2), start and end of each place.
 * @param first the context's first place
 * @param places how many places the context has
 */
export function bestSpans(
  logits: Float32Array,
  first: number,
  places: number,
  longest: number,
  best = BEST_SPANS,
): Span[] {
  const top = (side: 0 | 1): number[] =>
    Array.from({ length: logits.length / 2 }, (_, t) => t)
      .sort((a, b) => logits[2 * b + side]! - logits[2 * a + side]! || a - b)
      .slice(0, best);
  const inContext = (t: number): boolean => t >= first && t < first + places;
  const ends = top(1).filter(inContext);
  const found: Span[] = [];
  for (const from of top(0).filter(inContext))
    for (const to of ends)
      if (to >= from && to - from < longest) found.push({ from, to, score: logits[2 * from]! + logits[2 * to + 1]! });
  return found.sort((a, b) => b.score - a.score || a.from - b.from || a.to - b.to);
}
