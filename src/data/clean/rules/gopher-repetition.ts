/**
 * Gopher's repetition rules (Rae et al. 2021, table A1), as datatrove 0.10 computes them: repeated lines and
 * paragraphs, the most frequent runs of 2 to 4 words, repeated runs of 5 to 10.
 */
import { pointCount, type Piece } from "../text-units.ts";
import { repeatedPieces, repeatedSpans, type DocumentRule } from "./document-rule.ts";
import type { DocumentView } from "./document-view.ts";
import { repeatedRuns, topRun } from "./word-runs.ts";

const shareOfPieces = (pieces: readonly Piece[]): number => repeatedPieces(pieces).length / pieces.length;
const shareOfCharacters = (view: DocumentView, pieces: readonly Piece[]): number =>
  repeatedPieces(pieces).reduce((sum, { piece }) => sum + pointCount(piece.text), 0) / view.length;

function topRule(n: 2 | 3 | 4): DocumentRule {
  return {
    id: `gopher-top-${n}`,
    measure: (view) => topRun(view, n).characters / view.length,
    spans: (view) => {
      const { starts, count } = topRun(view, n, true);
      return starts.map(({ start, end }) => ({ start, end, note: `stands ${count} times` }));
    },
  };
}

function repeatedRule(n: 5 | 6 | 7 | 8 | 9 | 10): DocumentRule {
  return {
    id: `gopher-repeated-${n}`,
    measure: (view) => repeatedRuns(view, n).characters / view.length,
    spans: (view) => repeatedRuns(view, n, true).starts.map(({ start, end }) => ({ start, end, note: "stood before" })),
  };
}

export const gopherRepetition: readonly DocumentRule[] = [
  {
    id: "gopher-paragraphs",
    measure: (view) => shareOfPieces(view.gopherParagraphs),
    spans: (view) => repeatedSpans(view.gopherParagraphs),
  },
  {
    id: "gopher-paragraph-characters",
    measure: (view) => shareOfCharacters(view, view.gopherParagraphs),
    spans: (view) => repeatedSpans(view.gopherParagraphs),
  },
  {
    id: "gopher-lines",
    measure: (view) => shareOfPieces(view.gopherLines),
    spans: (view) => repeatedSpans(view.gopherLines),
  },
  {
    id: "gopher-line-characters",
    measure: (view) => shareOfCharacters(view, view.gopherLines),
    spans: (view) => repeatedSpans(view.gopherLines),
  },
  topRule(2),
  topRule(3),
  topRule(4),
  repeatedRule(5),
  repeatedRule(6),
  repeatedRule(7),
  repeatedRule(8),
  repeatedRule(9),
  repeatedRule(10),
];
