/**
 * What rules about lines take out of a document: C4's, lines and paragraphs that stood earlier in the corpus, and
 * boilerplate sentences. One function for looking and for cleaning, so that both say the same.
 */
import type { CleaningPlan, CleaningRuleId, ReasonSpan } from "../../../contract/index.ts";
import type { SeenPieces } from "../duplicates/seen-pieces.ts";
import { sentencesOf, type SentenceCounts } from "../duplicates/sentence-counts.ts";
import { lineRules } from "../rules/line-rules.ts";
import { countWords, hasText, splitBy, splitLines, type Piece } from "../text-units.ts";

/** A stretch that goes; the places in it that are the reason (the whole stretch when empty). */
export interface Cut {
  id: CleaningRuleId;
  start: number;
  end: number;
  reasons: ReasonSpan[];
}
export interface SeenBefore {
  lines: SeenPieces;
  paragraphs: SeenPieces;
}
const paragraphBreak = /\n\s*\n/g;

/** Cuts of every rule about lines for which `on` holds. Learns the document's lines and paragraphs as it goes. */
export function lineCuts(
  text: string,
  rules: CleaningPlan["rules"],
  on: (id: CleaningRuleId) => boolean,
  seen: SeenBefore,
): Cut[] {
  const cuts: Cut[] = [];
  const lines = splitLines(text).filter((line) => hasText(line.text));
  for (const { id, drops, spans } of lineRules) {
    if (!on(id)) continue;
    const threshold = rules[id].threshold ?? 0;
    for (const { text: line, start } of lines) {
      if (!drops(line, threshold)) continue;
      const reasons = spans(line, threshold).map((span) => ({
        ...span,
        start: span.start + start,
        end: span.end + start,
      }));
      cuts.push({ id, start, end: start + line.length, reasons });
    }
  }
  // A document of one line is its paragraph and its line: whole documents are another rule's.
  const repeated = (
    id: "repeated-lines" | "repeated-paragraphs",
    pieces: readonly Piece[],
    known: SeenPieces,
  ): void => {
    if (!on(id) || pieces.length < 2) return;
    const fewest = rules[id].threshold ?? 1;
    for (const { text: piece, start } of pieces)
      if (countWords(piece) >= fewest && known.again(piece))
        cuts.push({ id, start, end: start + piece.length, reasons: [] });
  };
  const paragraphs = splitBy(text, paragraphBreak).filter((piece) => hasText(piece.text));
  repeated("repeated-paragraphs", paragraphs, seen.paragraphs);
  repeated("repeated-lines", lines, seen.lines);
  return cuts;
}

/** Sentences that stand in at least so many documents. */
export function boilerplateCuts(text: string, counts: SentenceCounts, least: number): Cut[] {
  return sentencesOf(text).flatMap(({ start, end, key }) => {
    const documents = counts.count(key);
    if (documents < least) return [];
    return [{ id: "boilerplate" as const, start, end, reasons: [{ start, end, note: `in ${documents} documents` }] }];
  });
}

/** The text without these stretches; blank lines that come of it become one. */
export function withoutCuts(text: string, cuts: readonly Cut[]): string {
  if (cuts.length === 0) return text;
  let result = "";
  let from = 0;
  for (const { start, end } of [...cuts].sort((a, b) => a.start - b.start)) {
    if (start > from) result += text.slice(from, start);
    from = Math.max(from, end);
  }
  return (result + text.slice(from))
    .replace(/(?<![^\S\n])[^\S\n]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
