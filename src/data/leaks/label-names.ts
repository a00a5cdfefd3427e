/** Labels that are probably one: written differently, or misspelt. Pure. */

export interface LabelCount {
  label: string;
  items: number;
  testItems: number;
}

const plain = (label: string): string =>
  label
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_-]+/gu, "");

const byCount = (a: LabelCount, b: LabelCount): number => b.items - a.items || (a.label < b.label ? -1 : 1);

/** Groups that differ in case, blanks, dashes or underscores only; the most frequent first in each. */
export function labelVariantGroups(labels: readonly LabelCount[]): LabelCount[][] {
  const groups = new Map<string, LabelCount[]>();
  for (const one of labels) groups.set(plain(one.label), [...(groups.get(plain(one.label)) ?? []), one]);
  return [...groups.values()].filter((group) => group.length > 1).map((group) => group.sort(byCount));
}

/** Letters that may differ: none below 4 (PER and PEO are two labels), one below 8, else two. */
const allowedEdits = (length: number): number => (length < 4 ? 0 : length < 8 ? 1 : 2);

/** Pairs that are few letters apart, the more frequent first. Labels that differ in a digit are two. */
export function likelyMisspellings(labels: readonly LabelCount[]): [LabelCount, LabelCount][] {
  const pairs: [LabelCount, LabelCount][] = [];
  const sorted = [...labels].sort(byCount);
  sorted.forEach((one, i) => {
    for (const other of sorted.slice(i + 1)) {
      const [a, b] = [plain(one.label), plain(other.label)];
      const most = allowedEdits(Math.min(a.length, b.length));
      if (a === b || most === 0 || Math.abs(a.length - b.length) > most) continue;
      if (a.replace(/\D/gu, "") !== b.replace(/\D/gu, "")) continue;
      if (editDistance(a, b) <= most) pairs.push([one, other]);
    }
  });
  return pairs;
}

/** Letters inserted, deleted, replaced, or two neighbours exchanged (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
