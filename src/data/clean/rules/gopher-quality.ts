/**
 * Gopher's quality rules (Rae et al. 2021, appendix A1.1), as datatrove 0.10 computes them: one number a rule, so that
 * each stands alone.
 */
import type { ReasonSpan } from "../../../contract/index.ts";
import { pointCount, stripEnd, stripStart } from "../text-units.ts";
import { noSpans, patternSpans, spanOf, type DocumentRule } from "./document-rule.ts";
import type { DocumentView } from "./document-view.ts";
import { hasMoreThanPunctuation } from "./punctuation.ts";

const stopWords = ["the", "be", "to", "of", "and", "that", "have", "with"];
const letter = /\p{L}/u;
const ellipsis = /\.\.\.|…/g;

const realWords = (view: DocumentView): string[] => view.words.filter(hasMoreThanPunctuation);
const share = (part: number, whole: number): number => (whole === 0 ? NaN : part / whole);

function meanLength(view: DocumentView): number {
  const words = realWords(view);
  return share(
    words.reduce((sum, word) => sum + pointCount(word), 0),
    words.length,
  );
}

/** Words of an odd length, which drive the mean. */
function wordSpans(view: DocumentView, pick: (word: string) => boolean): ReasonSpan[] {
  const { words, wordStarts } = view;
  return words.flatMap((word, i) => (pick(word) ? [spanOf({ text: word, start: wordStarts[i]! })] : []));
}

const isBullet = (line: string): boolean => /^[•-]/.test(stripStart(line));
const breaksOff = (line: string): boolean => /(\.\.\.|…)$/.test(stripEnd(line));
const countPattern = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

export const gopherQuality: readonly DocumentRule[] = [
  { id: "gopher-short", measure: (view) => realWords(view).length, spans: noSpans },
  { id: "gopher-long", measure: (view) => realWords(view).length, spans: noSpans },
  {
    id: "gopher-word-length-low",
    measure: meanLength,
    spans: (view) => wordSpans(view, (word) => word.length <= 2 && hasMoreThanPunctuation(word)),
  },
  {
    id: "gopher-word-length-high",
    measure: meanLength,
    spans: (view) => wordSpans(view, (word) => word.length > 10 && hasMoreThanPunctuation(word)),
  },
  {
    id: "gopher-hashes",
    measure: ({ text, words }) => share(countPattern(text, /#/g), words.length),
    spans: ({ text }) => patternSpans(text, /#/g),
  },
  {
    id: "gopher-ellipses",
    measure: ({ text, words }) => share(countPattern(text, ellipsis), words.length),
    spans: ({ text }) => patternSpans(text, ellipsis),
  },
  {
    id: "gopher-bullets",
    measure: ({ lines }) => share(lines.filter(({ text }) => isBullet(text)).length, lines.length),
    spans: ({ lines }) => lines.filter(({ text }) => isBullet(text)).map((line) => spanOf(line)),
  },
  {
    id: "gopher-ellipsis-lines",
    measure: ({ lines }) => share(lines.filter(({ text }) => breaksOff(text)).length, lines.length),
    spans: ({ lines }) => lines.filter(({ text }) => breaksOff(text)).map((line) => spanOf(line)),
  },
  {
    id: "gopher-alpha",
    measure: ({ words }) => share(words.filter((word) => letter.test(word)).length, words.length),
    spans: (view) => wordSpans(view, (word) => !letter.test(word)),
  },
  {
    id: "gopher-stop-words",
    measure: ({ words }) => {
      const present = new Set(words);
      return stopWords.filter((word) => present.has(word)).length;
    },
    spans: noSpans,
  },
];
