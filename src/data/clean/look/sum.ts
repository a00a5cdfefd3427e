/**
 * What a plan's rules do together, from what the look remembers: which documents stay and how many words. Rules may be
 * switched on and off without reading the corpus again; another threshold needs another look.
 */
import type { CleaningPlan, CleaningTotals } from "../../../contract/index.ts";
import { personalOrder } from "../characters/personal.ts";
import { repairs } from "../characters/repairs.ts";
import type { Groups } from "../duplicates/near-duplicates.ts";
import { cuttingRules, maskedRules, type Look } from "./look.ts";

/** 1 for each document that stays. Of duplicates the first one that no other rule takes. */
export function keptDocuments(look: Look, groups: Groups, { rules }: CleaningPlan): Uint8Array {
  const on = [0, 0];
  maskedRules.forEach((id, bit) => {
    if (rules[id].on) on[bit >> 5]! |= 1 << (bit & 31);
  });
  const count = look.documents;
  const [masks, equal] = [look.masks.values, look.equal.values];
  const keptEqual = new Uint8Array(rules["exact-duplicates"].on ? count : 0);
  const keptNear = new Uint8Array(rules["near-duplicates"].on ? count : 0);
  const kept = new Uint8Array(count);
  for (let document = 0; document < count; document++) {
    if ((masks[document * 2]! & on[0]!) !== 0 || (masks[document * 2 + 1]! & on[1]!) !== 0) continue;
    const [same, near] = [equal[document]!, groups.first[document]!];
    if (keptEqual[same] === 1 || keptNear[near] === 1) continue;
    kept[document] = 1;
    if (keptEqual.length > 0) keptEqual[same] = 1;
    if (keptNear.length > 0) keptNear[near] = 1;
  }
  return kept;
}

export function totalsAfter(look: Look, groups: Groups, plan: CleaningPlan): CleaningTotals {
  const kept = keptDocuments(look, groups, plan);
  const totals: CleaningTotals = { documents: 0, words: 0, changed: 0 };
  const words = look.words.values;
  kept.forEach((stays, document) => {
    if (stays === 0) return;
    totals.documents++;
    totals.words += words[document]!;
  });
  const changed = new Uint8Array(kept.length);
  const cutting = bitsOf(cuttingRules.map((id) => plan.rules[id].on));
  const cuts = look.cuts.values;
  for (let i = 0; i < cuts.length; i += 3) {
    if (kept[cuts[i]!] === 0 || (cuts[i + 1]! & cutting) === 0) continue;
    totals.words -= cuts[i + 2]!;
    changed[cuts[i]!] = 1;
  }
  const changing = bitsOf([...repairs.map(({ id }) => id), ...personalOrder].map((id) => plan.rules[id].on));
  const changes = look.changes.values;
  for (let i = 0; i < changes.length; i += 2)
    if (kept[changes[i]!] === 1 && (changes[i + 1]! & changing) !== 0) changed[changes[i]!] = 1;
  totals.changed = changed.reduce((sum, one) => sum + one, 0);
  return totals;
}

const bitsOf = (on: readonly boolean[]): number => on.reduce((bits, one, bit) => (one ? bits | (1 << bit) : bits), 0);
