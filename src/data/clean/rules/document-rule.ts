/** What a rule about whole documents is: a pure number of a document, and the places that gave it. */
import type { CleaningRuleId, ReasonSpan } from "../../../contract/index.ts";
import type { Piece } from "../text-units.ts";
import type { DocumentView } from "./document-view.ts";

export interface DocumentRule {
  id: CleaningRuleId;
  /** NaN where the rule says nothing, such as a share of no words: then nothing fails. */
  measure(view: DocumentView): number;
  /** The places that make the number what it is; none for rules about what is missing. */
  spans(view: DocumentView): ReasonSpan[];
}

export const noSpans = (): ReasonSpan[] => [];
export const spanOf = ({ start, text }: Piece, note = ""): ReasonSpan => ({ start, end: start + text.length, note });

/** Pieces that stood before, and how many code points they have. */
export function repeatedPieces(pieces: readonly Piece[]): { piece: Piece; count: number }[] {
  const seen = new Map<string, number>();
  const repeated: { piece: Piece; count: number }[] = [];
  for (const piece of pieces) {
    const count = (seen.get(piece.text) ?? 0) + 1;
    seen.set(piece.text, count);
    if (count > 1) repeated.push({ piece, count });
  }
  return repeated;
}

export const repeatedSpans = (pieces: readonly Piece[]): ReasonSpan[] =>
  repeatedPieces(pieces)
    .filter(({ piece }) => piece.text !== "")
    .map(({ piece, count }) => spanOf(piece, `stands here for the ${ordinal(count)} time`));

export function ordinal(n: number): string {
  const tens = n % 100;
  const ending = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
}

/** Every place of a pattern. */
export function patternSpans(text: string, pattern: RegExp, note = ""): ReasonSpan[] {
  return [...text.matchAll(pattern)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    note,
  }));
}
