/** The repairs of characters in their order, and the masking of personal data. Pure: text in, edits out. */
import type { CleaningRuleId } from "../../../contract/index.ts";
import { applyEdits, type Edit } from "./edit.ts";
import { controlEdits, invisibleEdits, spaceEdits } from "./invisible.ts";
import { lookAlikeEdits } from "./look-alikes.ts";
import { mojibakeEdits } from "./mojibake.ts";
import { findPersonal, personalOrder, placeholders } from "./personal.ts";

export type RepairId = Extract<
  CleaningRuleId,
  "mojibake" | "control-characters" | "invisible-characters" | "odd-spaces" | "look-alikes"
>;
/** Encoding first: its damage looks like controls and odd blanks. */
export const repairs: readonly { id: RepairId; edits: (text: string) => Edit[] }[] = [
  { id: "mojibake", edits: mojibakeEdits },
  { id: "control-characters", edits: controlEdits },
  { id: "invisible-characters", edits: invisibleEdits },
  { id: "odd-spaces", edits: spaceEdits },
  { id: "look-alikes", edits: lookAlikeEdits },
];

const plainText = /^[\t\n\r\x20-\x7e]*$/;
/** True for text that no repair can touch: most English documents. */
export const isPlain = (text: string): boolean => plainText.test(text);

export function repaired(text: string, on: (id: RepairId) => boolean): string {
  if (isPlain(text)) return text;
  return repairs.reduce((result, { id, edits }) => (on(id) ? applyEdits(result, edits(result)) : result), text);
}

/** Places of personal data of the kinds asked for; where two kinds meet, the first in order has it. */
export function maskEdits(text: string, on: (id: CleaningRuleId) => boolean): Edit[] {
  let edits: Edit[] = [];
  for (const id of personalOrder) {
    if (!on(id)) continue;
    // Both lists are in order and without overlaps, so one walk through them is enough.
    const added: Edit[] = [];
    let at = 0;
    for (const { start, end } of findPersonal(id, text)) {
      while (at < edits.length && edits[at]!.end <= start) at++;
      if (at === edits.length || edits[at]!.start >= end) added.push({ start, end, to: placeholders[id] });
    }
    if (added.length > 0) edits = [...edits, ...added].sort((a, b) => a.start - b.start);
  }
  return edits;
}
