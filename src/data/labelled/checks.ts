/** What is suspicious in a labelled set, as plain sentences: a score hides these, a person should know them. */
import type { SplitName } from "../../contract/index.ts";

const SHOWN = 8;
const list = (names: string[]): string =>
  names.slice(0, SHOWN).join(", ") + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "");

/** Labels in the test items that no training item has: they cannot be learned. */
export function unseenLabels(labels: { split: SplitName; label: string }[]): string[] {
  const seen = new Set(labels.filter((one) => one.split === "train").map((one) => one.label));
  const tested = labels.filter((one) => one.split === "test");
  const missing = [...new Set(tested.map((one) => one.label).filter((label) => !seen.has(label)))].sort();
  if (missing.length === 0) return [];
  const count = tested.filter((one) => !seen.has(one.label)).length;
  return [
    `${missing.length === 1 ? "A label" : `${missing.length} labels`} in the test items never ${missing.length === 1 ? "occurs" : "occur"} in training: ${list(missing)} (${count} of ${tested.length} test labels). The model cannot get ${missing.length === 1 ? "it" : "them"} right.`,
  ];
}

/** Labels that differ only in case, spaces or dashes: probably one label. */
export function labelVariants(labels: Iterable<string>): string[] {
  const groups = new Map<string, Set<string>>();
  for (const label of labels) {
    const key = label.toLowerCase().replace(/[\s_-]+/g, "");
    const group = groups.get(key) ?? new Set();
    group.add(label);
    groups.set(key, group);
  }
  const variants = [...groups.values()].filter((group) => group.size > 1).map((group) => [...group].sort().join(" / "));
  if (variants.length === 0) return [];
  return [`Some labels differ only in case, spaces or dashes and are counted as different: ${list(variants)}.`];
}

/** Test items whose text also stands in the training items. */
export function duplicates(items: { split: SplitName; text: string }[]): string[] {
  const key = (text: string): string => text.toLowerCase().replace(/\s+/g, " ").trim();
  const trained = new Set(items.filter((one) => one.split === "train").map((one) => key(one.text)));
  const tested = items.filter((one) => one.split === "test");
  const repeated = tested.filter((one) => trained.has(key(one.text))).length;
  if (repeated === 0) return [];
  return [`${repeated} of ${tested.length} test items also occur in the training items: scores on them are too good.`];
}

/** What the readers left out, a sentence a kind. */
export function skippedSentences(skipped: { file: string; place: string; code: string; reason: string }[]): string[] {
  const kinds = new Map<string, typeof skipped>();
  for (const one of skipped) kinds.set(one.code, [...(kinds.get(one.code) ?? []), one]);
  return [...kinds.values()].map((group) => {
    const [first] = group as [(typeof skipped)[number]];
    const where = first.place === "" ? first.file : `${first.file}, ${first.place}`;
    return group.length === 1
      ? `${where}: ${first.reason}`
      : `${group.length} places, the first in ${where}: ${first.reason}`;
  });
}
