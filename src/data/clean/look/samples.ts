/**
 * A few samples of each rule, drawn evenly from all documents it hits (reservoir sampling, Vitter 1985), with the
 * stretch around the reason and the reason's place in it.
 */
import { random, type Random } from "../../../base/index.ts";
import { cleaningRules, type CleaningRuleId, type ReasonSpan, type RuleSample } from "../../../contract/index.ts";

export const samplesPerRule = 8;
const sampleCharacters = 1200;
const before = 160;
const mostSpans = 200;

export interface Hit {
  documents: number;
  words: number;
  places: number;
}

export class Findings {
  readonly hits = new Map<CleaningRuleId, Hit>();
  readonly samples = new Map<CleaningRuleId, RuleSample[]>();
  readonly #sources = new Map<CleaningRuleId, Random>();

  constructor() {
    for (const [i, { id }] of cleaningRules.entries()) {
      this.hits.set(id, { documents: 0, words: 0, places: 0 });
      this.samples.set(id, []);
      this.#sources.set(id, random(99, i));
    }
  }

  /** One document that a rule hits; `sample` is only called when this one is drawn. */
  hit(id: CleaningRuleId, words: number, places: number, sample: () => RuleSample): void {
    const hit = this.hits.get(id)!;
    hit.documents++;
    hit.words += words;
    hit.places += places;
    const kept = this.samples.get(id)!;
    if (kept.length < samplesPerRule) {
      kept.push(sample());
      return;
    }
    const place = this.#sources.get(id)!.below(hit.documents);
    if (place < samplesPerRule) kept[place] = sample();
  }
}

/** The stretch of `text` around the first span; spans outside it are left out. */
export function excerpt(document: number, text: string, spans: readonly ReasonSpan[], reason: string): RuleSample {
  const from = safeCut(text, Math.max(0, (spans[0]?.start ?? 0) - before));
  const to = safeCut(text, Math.min(text.length, from + sampleCharacters));
  return {
    document,
    text: text.slice(from, to),
    cutBefore: from > 0,
    cutAfter: to < text.length,
    spans: apart(spans)
      .filter(({ start, end }) => start < to && end > from)
      .slice(0, mostSpans)
      .map(({ start, end, note }) => ({ start: Math.max(0, start - from), end: Math.min(to, end) - from, note })),
    reason,
  };
}

/** In order and without overlaps. */
function apart(spans: readonly ReasonSpan[]): ReasonSpan[] {
  let end = 0;
  return [...spans]
    .sort((a, b) => a.start - b.start)
    .filter((span) => {
      if (span.start < end || span.end <= span.start) return false;
      end = span.end;
      return true;
    });
}

/** Not between the halves of one sign. */
function safeCut(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
