/** The door of labelled sets: dropped files of one task to one set, with everything odd about it said in words. */
import { UnmaskError } from "../../base/index.ts";
import type { LabelledSet, LabelledSetSummary, SplitName, TaskKind } from "../../contract/index.ts";
import type { SourceFile } from "../read/source.ts";
import { readClassification } from "./classification.ts";
import { readNer } from "./ner.ts";
import { openLabelled } from "./open-labelled.ts";
import { readQuestions } from "./questions.ts";
import { setIdOf } from "./set-id.ts";
import { readSimilarity } from "./similarity.ts";

/**
 * Reads the files of one labelled set. Files named train, dev (valid) or test keep their split.
 * @throws data/no-files, data/empty-file, data/binary-file, data/bad-ner-line, data/bad-ner-tag,
 *   data/no-label-column, data/no-pair-columns, data/bad-score, data/not-squad, data/no-items: each names file and line
 */
export async function readLabelledSet(
  task: TaskKind,
  files: readonly SourceFile[],
  name?: string,
): Promise<LabelledSet> {
  if (files.length === 0)
    throw new UnmaskError(
      "data/no-files",
      "A labelled set needs at least one file, but none was given.",
      "Pick its files.",
    );
  const opened = await Promise.all(files.map(openLabelled));
  // Order of dropping must not change the set.
  opened.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const common = { name: name ?? nameOf(opened.map((file) => file.path)), note: "" };
  switch (task) {
    case "ner": {
      const read = await readNer(opened);
      return { ...common, id: setIdOf(task, read.items), note: `Tags were written as ${read.scheme}.`, task, ...read };
    }
    case "classification": {
      const read = await readClassification(opened);
      return { ...common, id: setIdOf(task, read.items), task, ...read };
    }
    case "similarity": {
      const read = await readSimilarity(opened);
      return { ...common, id: setIdOf(task, read.items), task, ...read };
    }
    case "qa": {
      const read = await readQuestions(opened);
      return { ...common, id: setIdOf(task, read.items), task, ...read };
    }
  }
}

/** What the files' names have in common, without split words and endings. */
function nameOf(paths: string[]): string {
  const folder = paths[0]!.split("/").slice(0, -1).at(-1);
  if (folder !== undefined) return folder;
  const names = paths.map((path) =>
    path
      .replace(/\.[^.]*$/, "")
      .replace(/(train|devel(opment)?|dev|valid(ation)?|test)(set|ing)?/i, "")
      .replace(/^[\s._-]+|[\s._-]+$/g, ""),
  );
  return names.find((name) => name !== "") ?? paths.join(", ");
}

export function summarizeSet(set: LabelledSet): LabelledSetSummary {
  const items: Record<SplitName, number> = { train: 0, dev: 0, test: 0 };
  for (const item of set.items) items[item.split]++;
  const { id, name, task, note, warnings } = set;
  return { id, name, task, note, items, labels: labelsOf(set), warnings };
}

/** Entity types or classes, most frequent first; none for similarity and questions. */
function labelsOf(set: LabelledSet): string[] {
  const counts = new Map<string, number>();
  const count = (label: string): void => void counts.set(label, (counts.get(label) ?? 0) + 1);
  if (set.task === "classification") for (const item of set.items) count(item.label);
  if (set.task === "ner")
    for (const item of set.items) for (const tag of item.tags) if (tag.startsWith("B-")) count(tag.slice(2));
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([label]) => label);
}
