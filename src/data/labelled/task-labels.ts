/**
 * What each row of a labelled set should answer, as numbers: a class, a class for each word's first piece, a score, a
 * span of the context. Labels are those of the training items; an item with another one teaches nothing.
 */
import type { LabelledSet, QaItem, TaskHead } from "../../contract/index.ts";
import type { TaskRow } from "./task-rows.ts";

/** The head that a set needs and the names of its classes, in order: also config.json's id2label. */
export interface TaskLabels {
  head: TaskHead;
  labels: string[];
}
/** -1 where there is nothing to learn. Tokens: a class a place of the row. Spans: first and last place. */
export type Target = number | Int32Array | readonly [number, number];

/** @param train places of the items that are learned from: no label of another item may be seen */
export function taskLabels(set: LabelledSet, train: Iterable<number>): TaskLabels {
  const sorted = (labels: Iterable<string>): string[] => [...new Set(labels)].sort();
  const items = [...train];
  switch (set.task) {
    case "classification": {
      const labels = sorted(items.map((i) => set.items[i]!.label));
      return { head: { kind: "sequence", labels: labels.length }, labels };
    }
    case "ner": {
      const tags = sorted(items.flatMap((i) => set.items[i]!.tags));
      const labels = ["O", ...tags.filter((tag) => tag !== "O")];
      return { head: { kind: "tokens", labels: labels.length }, labels };
    }
    case "similarity":
      return { head: { kind: "regression" }, labels: ["score"] };
    case "qa":
      return { head: { kind: "spans" }, labels: [] };
  }
}

export function targetsOf(set: LabelledSet, rows: readonly TaskRow[], labels: readonly string[]): Target[] {
  const place = new Map(labels.map((label, c) => [label, c]));
  const classOf = (label: string): number => place.get(label) ?? -1;
  return rows.map((row) => {
    switch (set.task) {
      case "classification":
        return classOf(set.items[row.item]!.label);
      case "similarity":
        return set.items[row.item]!.score;
      case "ner": {
        const classes = new Int32Array(row.ids.length).fill(-1);
        const { tags } = set.items[row.item]!;
        row.wordStarts!.forEach((at, word) => {
          if (at >= 0) classes[at] = classOf(tags[word]!);
        });
        return classes;
      }
      case "qa":
        return spanIn(row, set.items[row.item]!);
    }
  });
}

/** Where the answer stands in this window; the row's first token where it is not wholly in it. */
function spanIn({ window }: TaskRow, { answers }: QaItem): readonly [number, number] {
  const { first, starts, ends } = window!;
  const { text, start } = answers[0]!;
  const end = start + text.length;
  if (starts.length === 0 || starts[0]! > start || ends.at(-1)! < end) return [0, 0];
  let from = 0;
  while (from + 1 < starts.length && starts[from + 1]! <= start) from++;
  let to = starts.length - 1;
  while (to > from && ends[to - 1]! >= end) to--;
  return [first + from, first + to];
}
