/** Finds out how a delimited file is written: its delimiter, whether quotes quote, and whether a header leads. */
import type { Line } from "./lines.ts";
import { RowAssembler, type Dialect, type Row } from "./table-rows.ts";

export interface Table {
  dialect: Dialect;
  /** Column names: the header's, or "column 1", "column 2", ... */
  columns: string[];
  hasHeader: boolean;
  /** Columns (1-based) whose names had blanks around them, which were removed. */
  trimmed: number[];
  /** The rows of the first part, without the header. */
  rows: Row[];
}

/** Rows to judge by. */
const SAMPLE_LINES = 400;
/** A tab beats another delimiter unless that one fits this much better: text is full of commas, not of tabs. */
const TAB_ADVANTAGE = 0.15;
const MAX_HEADER_CELL = 60;

/** @param head decoded first part; `wholeFile` false drops its last, cut-off line */
export function sniffTable(head: string, wholeFile: boolean, byName: "csv" | "tsv"): Table {
  const parts = head.split(/\r\n|\n|\r/);
  if (!wholeFile && parts.length > 1) parts.pop();
  const lines: Line[] = parts.slice(0, SAMPLE_LINES).map((text, i) => ({ text, number: i + 1, more: false }));
  const dialect = findDialect(lines, byName);
  const assembler = new RowAssembler(dialect, () => undefined);
  const rows = [...assembler.push(lines), ...assembler.finish()];
  const hasHeader = looksLikeHeader(rows);
  const width = mostCommon(rows.map((row) => row.cells.length)).value;
  const written = hasHeader ? rows.shift()!.cells.map((cell) => cell.replace(/^\uFEFF/, "")) : [];
  const header = written.map((cell) => cell.trim());
  const trimmed = written.flatMap((cell, i) => (cell === header[i] ? [] : [i + 1]));
  const columns = Array.from({ length: Math.max(width, header.length) }, (_, i) => header[i] || `column ${i + 1}`);
  return { dialect, columns: unique(columns), hasHeader, trimmed, rows };
}

function findDialect(lines: Line[], byName: "csv" | "tsv"): Dialect {
  let best: { delimiter: Dialect["delimiter"]; share: number } | undefined;
  for (const delimiter of ["\t", ",", ";", "|"] as const) {
    const assembler = new RowAssembler({ delimiter, quoting: delimiter !== "\t" }, () => undefined);
    const counts = [...assembler.push(lines), ...assembler.finish()].map((row) => row.cells.length);
    const { value, share } = mostCommon(counts);
    if (value < 2) continue;
    const needed = best === undefined ? 0 : best.share + (best.delimiter === "\t" ? TAB_ADVANTAGE : 0);
    if (best === undefined || share > needed) best = { delimiter, share };
  }
  const delimiter = best?.delimiter ?? (byName === "tsv" ? "\t" : ",");
  if (delimiter !== "\t") return { delimiter, quoting: true };
  // Tab-separated sets mostly hold literal quotes. Quoting is on only if every quote follows its rules.
  let strays = 0;
  const strict = new RowAssembler({ delimiter, quoting: true }, () => strays++);
  const rows = [...strict.push(lines), ...strict.finish()];
  const quoted = lines.some((line) => /(^|\t)"/.test(line.text));
  return { delimiter, quoting: quoted && strays === 0 && rows.length > 0 };
}

function looksLikeHeader(rows: Row[]): boolean {
  const first = rows[0]?.cells.map((cell) => cell.replace(/^\uFEFF/, "").trim());
  if (first === undefined || rows.length < 2 || first.length === 0) return false;
  if (first.some((cell) => cell === "" || cell.length > MAX_HEADER_CELL || isNumber(cell))) return false;
  if (new Set(first).size < first.length) return false;
  if (first.some((cell) => KNOWN_NAMES.test(cell))) return true;
  const rest = rows.slice(1);
  // A column of numbers under a word, or cells much longer below than on top.
  return first.some((cell, i) => {
    const below = rest.map((row) => row.cells[i] ?? "").filter((value) => value.trim() !== "");
    if (below.length === 0) return false;
    if (below.every(isNumber)) return true;
    const mean = below.reduce((sum, value) => sum + value.length, 0) / below.length;
    return mean > 30 && !/\s/.test(cell) && cell.length < mean / 3;
  });
}

/** Names that head columns in published data sets. */
const KNOWN_NAMES =
  /^(id|idx|index|text|texts|content|body|abstract|title|sentence|sentence[_ ]?[ab12]|document|review|comment|question|question[_ ]?[12]|label|labels|target|class|category|score|similarity|similar|gold[_ ]label|premise|hypothesis|tweet|message|query|answer|paragraph|description|date|url|source)$/i;

export const isNumber = (cell: string): boolean => /^\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*$/.test(cell);

function mostCommon(values: number[]): { value: number; share: number } {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = { value: 0, share: 0 };
  for (const [value, count] of counts)
    if (count / values.length > best.share) best = { value, share: count / values.length };
  return best;
}

/** Two columns of one name become "name" and "name (2)". */
function unique(names: string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
