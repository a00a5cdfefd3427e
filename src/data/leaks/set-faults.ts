/**
 * What is wrong with a labelled set in itself: repeated items, items shared by its parts, one text with several labels,
 * near-duplicates (Jaccard similarity of their 5-word runs, exact), one label in two spellings.
 */
import type { LabelledSet, SetFault, SetFaultGroup, SetFaultReport, SetRepair } from "../../contract/index.ts";
import { labelVariantGroups, likelyMisspellings, type LabelCount } from "./label-names.ts";
import { nearShare, shortestItem } from "./leak-finder.ts";
import { leakWords } from "./leak-words.ts";
import { NgramIndex } from "./ngram-index.ts";
import { labelCounts, repeatedKeys, setItems, type SetItem } from "./set-items.ts";
import { countSplits, planRepair } from "./set-repairs.ts";

const mostShown = 50;
const textShown = 300;
const labelShown = 60;
const nearRun = 5;

export async function findSetFaults(
  set: LabelledSet,
  breathe: () => Promise<void> | undefined = () => undefined,
): Promise<SetFaultReport> {
  const items = setItems(set);
  const repeated = repeatedKeys(items);
  const splits = (group: SetItem[]): number => new Set(group.map(({ split }) => split)).size;
  const labels = (group: SetItem[]): number => new Set(group.map(({ label }) => label)).size;
  const same = repeated.flatMap(sameSplitAndLabel);
  const counts = labelCounts(set);
  const groups = [
    textGroup(
      set,
      "across",
      repeated.filter((group) => splits(group) > 1),
      [{ kind: "drop-across" }],
    ),
    textGroup(
      set,
      "conflict",
      repeated.filter((group) => labels(group) > 1),
      [{ kind: "drop-conflicts" }],
    ),
    textGroup(set, "duplicate", same, [{ kind: "drop-duplicates" }]),
    await nearGroup(set, items, breathe),
    labelGroup(set, "label-variant", labelVariantGroups(counts)),
    labelGroup(set, "label-spelling", likelyMisspellings(counts)),
  ];
  const { id: setId, name } = set;
  return { setId, name, items: countSplits(set, set.items.keys()), groups: groups.filter(({ count }) => count > 0) };
}

function sameSplitAndLabel(group: SetItem[]): SetItem[][] {
  const parts = new Map<string, SetItem[]>();
  for (const one of group) {
    const name = `${one.split}\n${one.label}`;
    parts.set(name, [...(parts.get(name) ?? []), one]);
  }
  return [...parts.values()].filter((part) => part.length > 1);
}

const fault = (kind: SetFault["kind"], items: SetItem[], similarity: number): SetFault => ({
  kind,
  items: items.slice(0, 10).map(({ item, split, label, text }) => ({
    item,
    split,
    label: label.length > labelShown ? `${label.slice(0, labelShown)} …` : label,
    text: text.length > textShown ? `${text.slice(0, textShown)} …` : text,
  })),
  labels: [],
  similarity,
  repairs: [],
});

/** Only repairs that change something are offered. */
function textGroup(set: LabelledSet, kind: SetFault["kind"], found: SetItem[][], offered: SetRepair[]): SetFaultGroup {
  const plans = offered.map((repair) => ({ repair, plan: planRepair(set, repair) }));
  const useful = plans.filter(({ plan }) => plan.dropped.size > 0);
  const dropped = new Set(useful.flatMap(({ plan }) => [...plan.dropped]));
  return {
    kind,
    count: found.length,
    shown: found.slice(0, mostShown).map((group) => fault(kind, group, 1)),
    repairs: useful.map(({ repair }) => repair),
    affected: countSplits(set, dropped),
  };
}

async function nearGroup(
  set: LabelledSet,
  items: SetItem[],
  breathe: () => Promise<void> | undefined,
): Promise<SetFaultGroup> {
  const index = new NgramIndex(nearRun);
  const runs = new Int32Array(items.length);
  const found: { pair: [SetItem, SetItem]; similarity: number }[] = [];
  let count = 0;
  for (const [at, one] of items.entries()) {
    const pause = breathe();
    if (pause !== undefined) await pause;
    const words = leakWords(one.text);
    if (words.count < shortestItem) continue;
    // Each earlier item's runs that this one has too: a pair is met once.
    const shared = new Map<number, number>();
    const seen = new Set<number>();
    let here = -1;
    let fresh = false;
    index.find(words, (place, other, _, run, again) => {
      if (place !== here) {
        here = place;
        fresh = !seen.has(run);
        seen.add(run);
      }
      if (fresh && !again) shared.set(other, (shared.get(other) ?? 0) + 1);
    });
    runs[at] = index.add(at, words);
    for (const [other, both] of shared) {
      const similarity = both / (runs[at] + runs[other]! - both);
      if (similarity < nearShare || items[other]!.key === one.key) continue;
      count++;
      found.push({ pair: [items[other]!, one], similarity });
      if (found.length > 4 * mostShown) keepStrongest(found);
    }
  }
  keepStrongest(found);
  return {
    kind: "near-duplicate",
    count,
    shown: found.map(({ pair, similarity }) => fault("near-duplicate", pair, similarity)),
    repairs: [],
    affected: countSplits(set, []),
  };
}

/** Pairs of two parts first: those make scores too good. */
function keepStrongest(found: { pair: [SetItem, SetItem]; similarity: number }[]): void {
  const within = ([a, b]: [SetItem, SetItem]): number => (a.split === b.split ? 1 : 0);
  found.sort((a, b) => within(a.pair) - within(b.pair) || b.similarity - a.similarity);
  found.length = Math.min(found.length, mostShown);
}

/** Case and dashes are safe to repair; what looks misspelt is offered one by one, for a person to decide. */
function labelGroup(set: LabelledSet, kind: "label-variant" | "label-spelling", found: LabelCount[][]): SetFaultGroup {
  const faults = found.map((labels): SetFault => {
    const [main, ...others] = labels;
    const repairs = others.map(({ label }): SetRepair => ({ kind: "rename", from: label, to: main!.label }));
    return { kind, items: [], labels, similarity: 0, repairs };
  });
  const repairs = faults.flatMap((one) => one.repairs);
  const changed = new Set(repairs.flatMap((repair) => [...planRepair(set, repair).relabelled]));
  return {
    kind,
    count: found.length,
    shown: faults.slice(0, mostShown),
    repairs: kind === "label-variant" ? repairs : [],
    affected: countSplits(set, changed),
  };
}
