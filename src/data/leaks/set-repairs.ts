/**
 * Repairs of a labelled set: what each would change, and the set after them. A test item is never dropped, and
 * changed only where one label of two spellings is made one; the result says how often.
 */
import { UnmaskError } from "../../base/index.ts";
import type { LabelledSet, SetRepair, SplitName } from "../../contract/index.ts";
import { setIdOf } from "../labelled/set-id.ts";
import { repeatedKeys, setItems, type SetItem } from "./set-items.ts";

/** Items, by their place in the set, that a repair drops or relabels. */
export interface RepairPlan {
  dropped: Set<number>;
  relabelled: Set<number>;
}

export function planRepair(set: LabelledSet, repair: SetRepair): RepairPlan {
  const plan: RepairPlan = { dropped: new Set(), relabelled: new Set() };
  if (repair.kind === "rename") {
    set.items.forEach((item, i) => {
      if (
        "label" in item
          ? item.label === repair.from
          : "tags" in item && item.tags.some((tag) => tag.slice(2) === repair.from)
      )
        plan.relabelled.add(i);
    });
    return plan;
  }
  const drops = { "drop-duplicates": repeatedOnes, "drop-across": leakedOnes, "drop-conflicts": contradictingOnes };
  for (const group of repeatedKeys(setItems(set)))
    for (const { item } of drops[repair.kind](group)) plan.dropped.add(item);
  return plan;
}

function repeatedOnes(group: SetItem[]): SetItem[] {
  const seen = new Set<string>();
  return group.filter(({ split, label }) => {
    const name = `${split}\n${label}`;
    const repeated = seen.has(name);
    seen.add(name);
    return repeated && split !== "test";
  });
}

function leakedOnes(group: SetItem[]): SetItem[] {
  const has = (split: SplitName): boolean => group.some((one) => one.split === split);
  return group.filter(
    ({ split }) => (split === "train" && (has("dev") || has("test"))) || (split === "dev" && has("test")),
  );
}

function contradictingOnes(group: SetItem[]): SetItem[] {
  const trained = group.filter(({ split }) => split === "train");
  return new Set(trained.map(({ label }) => label)).size > 1 ? trained : [];
}

/** @throws data/nothing-to-repair, data/nothing-left */
export function repairSet(set: LabelledSet, repairs: readonly SetRepair[]): LabelledSet {
  const notes: string[] = [];
  let repaired = set;
  for (const repair of repairs) {
    const plan = planRepair(repaired, repair);
    const counts = plan.dropped.size + plan.relabelled.size;
    if (counts === 0) continue;
    notes.push(noteOf(repaired, repair, plan));
    repaired = apply(repaired, repair, plan);
  }
  if (notes.length === 0)
    throw new UnmaskError(
      "data/nothing-to-repair",
      "These repairs would change nothing in this set.",
      "Look at the set again: it may have been repaired already.",
    );
  if (!repaired.items.some(({ split }) => split === "train"))
    throw new UnmaskError(
      "data/nothing-left",
      "After these repairs no training item would be left.",
      "Its training items are all copies of test items: collect other ones.",
    );
  return {
    ...repaired,
    id: setIdOf(set.task, repaired.items),
    name: `${set.name} (repaired)`,
    note: [set.note, ...notes].filter(Boolean).join(" "),
  };
}

function apply(set: LabelledSet, repair: SetRepair, { dropped, relabelled }: RepairPlan): LabelledSet {
  const kept = <Item>(items: readonly Item[]): Item[] => items.filter((_, i) => !dropped.has(i));
  if (set.task === "similarity") return { ...set, items: kept(set.items) };
  if (set.task === "qa") return { ...set, items: kept(set.items) };
  const renamed = (label: string): string => (repair.kind === "rename" && label === repair.from ? repair.to : label);
  if (set.task === "classification") {
    const items = set.items.map((item, i) => (relabelled.has(i) ? { ...item, label: renamed(item.label) } : item));
    return { ...set, items: kept(items) };
  }
  const items = set.items.map((item, i) =>
    relabelled.has(i)
      ? { ...item, tags: item.tags.map((tag) => (tag === "O" ? tag : tag.slice(0, 2) + renamed(tag.slice(2)))) }
      : item,
  );
  return { ...set, items: kept(items) };
}

export function countSplits(set: LabelledSet, places: Iterable<number>): Record<SplitName, number> {
  const counts: Record<SplitName, number> = { train: 0, dev: 0, test: 0 };
  for (const place of places) counts[set.items[place]!.split]++;
  return counts;
}

function noteOf(set: LabelledSet, repair: SetRepair, plan: RepairPlan): string {
  const { train, dev, test } = countSplits(set, [...plan.dropped, ...plan.relabelled]);
  switch (repair.kind) {
    case "drop-duplicates":
      return `Repeated items left out: ${train} training, ${dev} dev.`;
    case "drop-across":
      return `Items that a later part holds too left out: ${train} training, ${dev} dev.`;
    case "drop-conflicts":
      return `Training items whose text has several labels left out: ${train}.`;
    case "rename":
      return `Label ${repair.from} renamed to ${repair.to} in ${train} training, ${dev} dev and ${test} test items.`;
  }
}
