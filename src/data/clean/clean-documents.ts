/**
 * Makes the cleaned documents of a plan: those that stay, repaired, without the lines that go, with personal data
 * masked. Pure but for what it remembers of earlier documents' lines.
 */
import type { CleaningPlan } from "../../contract/index.ts";
import { applyEdits } from "./characters/edit.ts";
import { maskEdits, repaired } from "./characters/repairs.ts";
import { SeenPieces } from "./duplicates/seen-pieces.ts";
import { boilerplateCuts, lineCuts, withoutCuts } from "./look/lines.ts";
import type { LookResult } from "./look/look-at-corpus.ts";
import { keptDocuments } from "./look/sum.ts";
import { citationMarks } from "./rules/line-rules.ts";
import { hasText } from "./text-units.ts";

/** To be called with every document in order; undefined for one that goes. */
export function documentCleaner(
  { look, second }: LookResult,
  plan: CleaningPlan,
): (stored: string) => string | undefined {
  const { rules } = plan;
  const kept = keptDocuments(look, second.groups, plan);
  const seen = { lines: new SeenPieces(), paragraphs: new SeenPieces() };
  const on = (id: keyof typeof rules): boolean => rules[id].on;
  let document = 0;
  return (stored) => {
    if (kept[document++] !== 1) return undefined;
    let text = repaired(stored, on);
    const cuts = lineCuts(text, rules, on, seen);
    if (on("boilerplate")) cuts.push(...boilerplateCuts(text, look.sentences, rules.boilerplate.threshold ?? 2));
    text = withoutCuts(text, cuts);
    if (on("c4-citations")) text = text.replace(citationMarks, "");
    text = applyEdits(text, maskEdits(text, on));
    return hasText(text) ? text : undefined;
  };
}
