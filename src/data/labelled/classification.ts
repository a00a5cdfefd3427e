/**
 * Text classification sets. Layouts read: a table with a text and a label column (CSV, TSV, JSON, JSON Lines), or
 * with two texts and a label (GLUE and SuperGLUE: sentence1 and sentence2, premise and hypothesis, ...),
 * "LABEL text" lines (TREC, fastText), one file a class, one folder a class.
 */
import type { ClassificationItem, LabelledSet } from "../../contract/index.ts";
import { duplicates, labelVariants, skippedSentences, unseenLabels } from "./checks.ts";
import { classificationColumns } from "./columns.ts";
import { labelledError } from "./labelled-error.ts";
import { allLines, type LabelledFile } from "./open-labelled.ts";
import { readRecords } from "./records.ts";
import { settleSplits, splitOfName, type SplitItem } from "./splits.ts";

type Item = SplitItem & Omit<ClassificationItem, "split">;

/** Both texts of a pair as one, or the only one: for whoever looks at words and not at their order. */
export const wholeText = ({ text, second }: Pick<ClassificationItem, "text" | "second">): string =>
  second === undefined ? text : `${text} ${second}`;

export async function readClassification(
  files: LabelledFile[],
): Promise<Pick<LabelledSet & { task: "classification" }, "items" | "warnings">> {
  const notes: string[] = [];
  const found: Item[] = [];
  const classes = classesOfFiles(files);
  for (const file of files) {
    const items = classes === undefined ? await readLabelled(file, notes) : await readClass(file, classes);
    for (const item of items) found.push(item);
    notes.push(...skippedSentences(file.skipped));
  }
  const filled = found.filter((item) => item.text !== "" && item.second !== "" && item.label !== "");
  if (filled.length < found.length)
    notes.push(`${found.length - filled.length} items without text or label were left out.`);
  if (filled.length < 2 || new Set(filled.map((item) => item.label)).size < 2)
    throw labelledError(
      "data/no-items",
      files.map((file) => file.path).join(", "),
      "",
      `at least two texts with two different labels are needed, but ${filled.length} texts with ${new Set(filled.map((item) => item.label)).size} label were found.`,
      "Check that the file has a text and a label column.",
    );
  const { items, warnings } = settleSplits(filled);
  warnings.push(
    ...notes,
    ...unseenLabels(items),
    ...labelVariants(new Set(items.map((item) => item.label))),
    ...duplicates(items.map(({ split, ...item }) => ({ split, text: wholeText(item) }))),
  );
  return { items, warnings };
}

async function readLabelled(file: LabelledFile, notes: string[]): Promise<Item[]> {
  const split = splitOfName(file.path);
  const table = await readRecords(file);
  if (table === undefined) return readLabelLines(file, notes);
  const columns = classificationColumns(
    table.names,
    table.rows.map((row) => row.cells),
  );
  if (columns === undefined)
    throw labelledError(
      "data/no-label-column",
      file.path,
      "",
      `there should be a column of texts and a column of labels, but they cannot be told among: ${table.names.join(", ")}.`,
      'Name the columns "text" and "label".',
    );
  return table.rows.map(({ cells }) => ({
    split,
    text: (cells[columns.text] ?? "").trim(),
    ...(columns.second === undefined ? {} : { second: (cells[columns.second] ?? "").trim() }),
    label: (cells[columns.label] ?? "").trim(),
  }));
}

/** Different first words that a file of "LABEL text" lines may have, as a share of its lines. */
const MAX_LABEL_SHARE = 0.2;

async function readLabelLines(file: LabelledFile, notes: string[]): Promise<Item[]> {
  const split = splitOfName(file.path);
  const lines = (await allLines(file)).filter((line) => line.text.trim() !== "");
  const items = lines.map((line) => {
    const match = /^(\S+)\s+(\S.*)$/.exec(line.text.trim());
    return { split, label: (match?.[1] ?? "").replace(/^__label__/, ""), text: match?.[2] ?? "", line: line.number };
  });
  const labels = new Set(items.map((item) => item.label));
  const plausible = (label: string): boolean => /^[\p{L}\p{N}][\p{L}\p{N}_:+/&.-]{0,39}$/u.test(label);
  const bad = items.find((item) => item.text === "" || !plausible(item.label));
  if (bad !== undefined || labels.size > Math.max(2, items.length * MAX_LABEL_SHARE))
    throw labelledError(
      "data/no-label-column",
      file.path,
      bad === undefined ? "" : `line ${bad.line}`,
      "a line should be a label and a text (or the file a table with a text and a label column), but it is not.",
      "Use CSV, TSV or JSON Lines with the columns text and label, or one file for each class.",
    );
  const coarse = [...labels].every((label) => /^[^:]+:[^:]+$/.test(label));
  if (!coarse) return items;
  const kept = new Set([...labels].map((label) => label.split(":", 1)[0]!));
  notes.push(
    `${file.path}: the labels have two levels (coarse:fine); the ${kept.size} coarse ones are used, not the ${labels.size} fine ones.`,
  );
  return items.map((item) => ({ ...item, label: item.label.split(":", 1)[0]! }));
}

interface FileClasses {
  kind: "folder" | "file";
  label: (file: LabelledFile) => string;
}

/** The class of every file, when the layout is one folder or one file a class. */
function classesOfFiles(files: LabelledFile[]): FileClasses | undefined {
  if (files.length < 2 || !files.every((file) => file.sniffed.format === "text")) return undefined;
  const folder = (file: LabelledFile): string => file.path.split("/").slice(0, -1).at(-1) ?? "";
  const folders = new Set(files.map(folder));
  if (folders.size > 1 && files.length > folders.size && [...folders].every((name) => splitOfName(name) === undefined))
    return { kind: "folder", label: folder };
  // One file a class: names differ, and none tells a split ("reviews.pos", "reviews.neg"; "sport.txt", "law.txt").
  const names = files.map((file) => file.path.split("/").at(-1)!);
  if (names.some((name) => splitOfName(name) !== undefined)) return undefined;
  const stems = names.map((name) => name.replace(/\.[^.]*$/, ""));
  const endings = names.map((name) => name.slice(name.lastIndexOf(".") + 1));
  const labels =
    new Set(stems).size === files.length ? stems : new Set(endings).size === files.length ? endings : undefined;
  if (labels === undefined) return undefined;
  return { kind: "file", label: (file) => labels[files.indexOf(file)]! };
}

async function readClass(file: LabelledFile, classes: FileClasses): Promise<Item[]> {
  const split = splitOfName(file.path);
  const label = classes.label(file);
  const lines = (await allLines(file)).map((line) => line.text.trim()).filter((text) => text !== "");
  const texts = classes.kind === "folder" ? [lines.join(" ")] : lines;
  return texts.map((text) => ({ split, text, label }));
}
