/** A labelled file as a table of strings, whether it was written as CSV, TSV, JSON Lines or JSON. */
import { jsonLines, jsonRecords } from "../read/formats/json.ts";
import { tableRows } from "../read/formats/table.ts";
import { sniffTable } from "../read/table-dialect.ts";
import type { LabelledFile } from "./open-labelled.ts";

export interface RecordTable {
  names: string[];
  rows: { cells: string[]; place: string }[];
}

/** A JSON value and where it stood. */
export interface PlacedValue {
  value: unknown;
  place: string;
}

/** The values of a JSON Lines or JSON file; undefined for another format. */
export async function readValues({ input, sniffed }: LabelledFile): Promise<PlacedValue[] | undefined> {
  if (sniffed.format === "jsonl") {
    const values: PlacedValue[] = [];
    for await (const batch of jsonLines(input))
      for (const { value, line } of batch) values.push({ value, place: `line ${line}` });
    return values;
  }
  if (sniffed.format !== "json") return undefined;
  return unwrap((await jsonRecords(input)) ?? []).map((value, i) => ({ value, place: `item ${i + 1}` }));
}

/** @returns undefined for a plain text file that is no table */
export async function readRecords(file: LabelledFile): Promise<RecordTable | undefined> {
  const values = await readValues(file);
  if (values !== undefined) return fromObjects(values);
  const { input, sniffed, skipped } = file;
  const named = sniffed.format === "csv" ? "csv" : "tsv";
  const table = sniffTable(input.head, input.wholeFile, named);
  // Commas in plain text mean nothing; only tabs make a .txt file a table.
  if (
    sniffed.format !== "csv" &&
    sniffed.format !== "tsv" &&
    (table.dialect.delimiter !== "\t" || table.columns.length < 2)
  )
    return undefined;
  const rows: RecordTable["rows"] = [];
  for await (const batch of tableRows(input, table))
    for (const { cells, row } of batch) rows.push({ cells, place: `row ${row}` });
  // Sets such as STS-B have rows with extra columns at the end; only a missing column loses anything.
  const extra = skipped.filter((one) => one.code !== "data/ragged-row");
  skipped.splice(0, skipped.length, ...extra);
  return { names: table.columns, rows };
}

/** {"data": [...]} and the like: the longest list of objects inside. */
function unwrap(records: unknown[]): unknown[] {
  if (records.length !== 1 || typeof records[0] !== "object" || records[0] === null) return records;
  const lists = Object.values(records[0]).filter((value): value is unknown[] => Array.isArray(value));
  return lists.reduce<unknown[]>((best, list) => (list.length > best.length ? list : best), records);
}

function fromObjects(values: PlacedValue[]): RecordTable {
  const names: string[] = [];
  const known = new Set<string>();
  const objects = values.filter((one) => typeof one.value === "object" && one.value !== null);
  for (const { value } of objects)
    for (const name of Object.keys(value as object))
      if (!known.has(name)) {
        known.add(name);
        names.push(name);
      }
  const text = (value: unknown): string =>
    typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : "";
  return {
    names,
    rows: objects.map(({ value, place }) => ({
      cells: names.map((name) => text((value as Record<string, unknown>)[name])),
      place,
    })),
  };
}
