/** Pairs of texts with a score: CSV, TSV (STS-B's seven or nine columns too), JSON, JSON Lines, or XML pairs. */
import type { LabelledSet } from "../../contract/index.ts";
import { duplicates, skippedSentences } from "./checks.ts";
import { similarityColumns } from "./columns.ts";
import { labelledError } from "./labelled-error.ts";
import { allLines, type LabelledFile } from "./open-labelled.ts";
import { readRecords } from "./records.ts";
import { settleSplits, splitOfName, type SplitItem } from "./splits.ts";
import { readXmlPairs } from "./xml-pairs.ts";

type Pair = SplitItem & { first: string; second: string; score: number };

/** Labels of pair sets in words. */
const WORDS: Record<string, number> = { true: 1, false: 0, yes: 1, no: 0 };
const scoreOf = (text: string): number => WORDS[text.trim().toLowerCase()] ?? (text.trim() === "" ? NaN : Number(text));

export async function readSimilarity(
  files: LabelledFile[],
): Promise<Pick<LabelledSet & { task: "similarity" }, "items" | "warnings">> {
  const found: Pair[] = [];
  const notes: string[] = [];
  for (const file of files) {
    for (const pair of await readPairs(file)) found.push(pair);
    notes.push(...skippedSentences(file.skipped));
  }
  const filled = found.filter((pair) => pair.first !== "" && pair.second !== "");
  if (filled.length < found.length)
    notes.push(`${found.length - filled.length} pairs with an empty text were left out.`);
  if (filled.length < 2 || new Set(filled.map((pair) => pair.score)).size < 2)
    throw labelledError(
      "data/no-items",
      files.map((file) => file.path).join(", "),
      "",
      `at least two pairs with different scores are needed, but ${filled.length} pairs were found.`,
      "Check that the file has two text columns and a score.",
    );
  // A probe learns nothing from pairs: a lone file is there to be scored, unless its name says that it is to be learned.
  const kinds = new Set(filled.map((pair) => pair.split));
  const { items, warnings } =
    kinds.size === 1 && !kinds.has("train")
      ? { items: filled.map((pair) => ({ ...pair, split: "test" as const })), warnings: [] as string[] }
      : settleSplits(filled);
  warnings.push(
    ...notes,
    ...duplicates(items.map(({ split, first, second }) => ({ split, text: `${first}\t${second}` }))),
  );
  return { items, warnings };
}

async function readPairs(file: LabelledFile): Promise<Pair[]> {
  const split = splitOfName(file.path);
  if (["text", "xml", "html"].includes(file.sniffed.format) && file.input.head.trimStart().startsWith("<")) {
    const pairs = await readXmlPairs(await allLines(file));
    if (pairs.length > 0)
      return pairs.map(({ first, second, value, line }) => toPair(file, first, second, value, `line ${line}`));
  }
  const table = await readRecords(file);
  const columns =
    table &&
    similarityColumns(
      table.names,
      table.rows.map((row) => row.cells.map(wordToNumber)),
    );
  if (table === undefined || columns === undefined)
    throw labelledError(
      "data/no-pair-columns",
      file.path,
      "",
      `there should be two text columns and a score column, but they cannot be told${table === undefined ? "" : ` among: ${table.names.join(", ")}`}.`,
      'Name the columns "sentence1", "sentence2" and "score".',
    );
  return table.rows.map(({ cells, place }) =>
    toPair(file, cells[columns.first] ?? "", cells[columns.second] ?? "", cells[columns.score] ?? "", place),
  );

  function toPair(source: LabelledFile, first: string, second: string, value: string, place: string): Pair {
    const score = scoreOf(value);
    if (!Number.isFinite(score))
      throw labelledError(
        "data/bad-score",
        source.path,
        place,
        "the score should be a number (or true, false, yes, no), but it is not.",
        "Correct the line, or leave it out.",
      );
    return { split, first: first.trim(), second: second.trim(), score };
  }
}

const wordToNumber = (cell: string): string => {
  const number = WORDS[cell.trim().toLowerCase()];
  return number === undefined ? cell : String(number);
};
