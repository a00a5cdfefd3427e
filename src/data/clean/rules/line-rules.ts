/**
 * C4's rules about lines (Raffel et al. 2020), as datatrove 0.10 computes them, each alone: which lines go. And the
 * reference marks, which go from within lines.
 */
import type { CleaningRuleId, ReasonSpan } from "../../../contract/index.ts";
import { pointCount, splitSpaces, strip } from "../text-units.ts";
import { patternSpans } from "./document-rule.ts";

export interface LineRule {
  id: CleaningRuleId;
  /** Whether the line goes. `threshold` is 0 for rules without one. */
  drops(line: string, threshold: number): boolean;
  /** What in the line is the reason; the whole line when empty. */
  spans(line: string, threshold: number): ReasonSpan[];
}

const policies = /terms of use|privacy policy|cookie policy|uses cookies|use of cookies|use cookies/gi;
const javascript = /javascript/gi;
const whole = (): ReasonSpan[] => [];
const terminal = /[.?!"']$/;

export const lineRules: readonly LineRule[] = [
  {
    id: "c4-terminal",
    drops: (line) => {
      const stripped = strip(line);
      return !terminal.test(stripped) || stripped.endsWith("...");
    },
    spans: whole,
  },
  { id: "c4-few-words", drops: (line, least) => splitSpaces(line).length < least, spans: whole },
  {
    id: "c4-long-word",
    drops: (line, most) => line.length > most && splitSpaces(line).some((word) => pointCount(word) > most),
    spans: whole,
  },
  {
    id: "c4-javascript",
    drops: (line) => line.search(javascript) >= 0,
    spans: (line) => patternSpans(line, javascript),
  },
  { id: "c4-policy", drops: (line) => line.search(policies) >= 0, spans: (line) => patternSpans(line, policies) },
];

/** [12], [edit], [citation needed] */
export const citationMarks = /\[\p{Nd}*\]|\[edit\]|\[citation needed\]/gu;
