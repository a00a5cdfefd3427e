/**
 * C4's and FineWeb's rules about whole documents (Raffel et al. 2020; Xue et al. 2021; Penedo et al. 2024), as
 * datatrove 0.10 computes them.
 */
import { countSentences } from "../english/sentences.ts";
import { hasText, pointCount, strip } from "../text-units.ts";
import { noSpans, patternSpans, repeatedPieces, repeatedSpans, spanOf, type DocumentRule } from "./document-rule.ts";
import type { DocumentView } from "./document-view.ts";
import { endsInPunctuation } from "./punctuation.ts";

const lorem = /lorem ipsum/gi;
/** FineWeb's measure of a short line. */
const shortLine = 30;

const filledLines = ({ feedLines }: DocumentView): { text: string; start: number }[] =>
  feedLines.filter(({ text }) => hasText(text));
const share = (part: number, whole: number): number => (whole === 0 ? NaN : part / whole);

/** Of the three longest lines the shortest; 0 where there are fewer than three. */
function thirdLongest({ feedLines }: DocumentView): number {
  if (feedLines.length < 3) return 0;
  return feedLines.map(({ text }) => pointCount(text)).sort((a, b) => b - a)[2]!;
}

export const pageRules: readonly DocumentRule[] = [
  {
    id: "c4-lorem",
    measure: ({ text }) => (text.search(lorem) < 0 ? 0 : 1),
    spans: ({ text }) => patternSpans(text, lorem),
  },
  {
    id: "c4-curly",
    measure: ({ text }) => (text.includes("{") ? 1 : 0),
    spans: ({ text }) => patternSpans(text, /\{/g),
  },
  {
    id: "c4-sentences",
    measure: ({ lines }) => lines.reduce((sum, { text }) => sum + countSentences(strip(text)), 0),
    spans: noSpans,
  },
  { id: "mc4-paragraphs", measure: thirdLongest, spans: noSpans },
  {
    id: "fineweb-punctuation",
    measure: (view) => {
      const lines = filledLines(view);
      return share(lines.filter(({ text }) => endsInPunctuation(text)).length, lines.length);
    },
    spans: (view) =>
      filledLines(view)
        .filter(({ text }) => !endsInPunctuation(text))
        .map((line) => spanOf(line)),
  },
  {
    id: "fineweb-short-lines",
    measure: (view) => {
      const lines = filledLines(view);
      return share(lines.filter(({ text }) => pointCount(text) <= shortLine).length, lines.length);
    },
    spans: (view) =>
      filledLines(view)
        .filter(({ text }) => pointCount(text) <= shortLine)
        .map((line) => spanOf(line)),
  },
  {
    id: "fineweb-duplicates",
    measure: (view) => {
      const repeated = repeatedPieces(filledLines(view));
      const feeds = view.feedLines.length - 1;
      return share(
        repeated.reduce((sum, { piece }) => sum + pointCount(piece.text), 0),
        view.length - feeds,
      );
    },
    spans: (view) => repeatedSpans(filledLines(view)),
  },
  {
    id: "fineweb-list",
    measure: (view) => share(view.feedLines.length - 1, view.words.length),
    spans: noSpans,
  },
];
