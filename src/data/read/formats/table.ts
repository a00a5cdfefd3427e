/** Delimited files (.csv, .tsv) to documents: one cell of the chosen column is one document. */
import { guessField, holdsText, type FieldStatistics } from "../field-paths.ts";
import { LineSplitter, type Line } from "../lines.ts";
import { valueToDocuments, type FormatReader, type ReaderInput } from "../reader.ts";
import { sniffTable, type Table } from "../table-dialect.ts";
import { RowAssembler, type Row } from "../table-rows.ts";

/** The columns of a table that hold text in at least a third of their cells. */
export function textColumns(table: Table): FieldStatistics[] {
  const fields: FieldStatistics[] = [];
  table.columns.forEach((name, i) => {
    const cells = table.rows.map((row) => row.cells[i] ?? "").filter((cell) => cell.trim() !== "");
    const texts = cells.filter(holdsText);
    if (texts.length === 0 || texts.length * 3 < cells.length) return;
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    fields.push({ name, sample: texts[0]!, count: texts.length, characters });
  });
  return fields;
}

/** Drops lines that are too long to be held, reporting each once. */
export function wholeLines(lines: Line[], input: ReaderInput, state: { inLong: boolean }): Line[] {
  const whole: Line[] = [];
  for (const line of lines) {
    if (line.more && !state.inLong)
      input.skip(`line ${line.number}`, "data/line-too-long", "The line is too long to be one row; it was left out.");
    if (!line.more && !state.inLong) whole.push(line);
    state.inLong = line.more;
  }
  return whole;
}

/** The rows of a table in batches, header left out; repaired headers, stray quotes and ragged rows are reported. */
export async function* tableRows(input: ReaderInput, table: Table): AsyncGenerator<Row[]> {
  const splitter = new LineSplitter(input.limits.tableLine.value);
  const longState = { inLong: false };
  const assembler = new RowAssembler(table.dialect, ({ row, line, column }) =>
    input.skip(
      tablePlace(row, line, column),
      "data/stray-quote",
      "A quote character breaks the rules of CSV here; it was read as plain text.",
    ),
  );
  if (table.trimmed.length > 0)
    input.skip(
      tablePlace(1, 1, table.trimmed[0]!),
      "data/header-repaired",
      `Blanks around ${table.trimmed.length === 1 ? "a column name" : `${table.trimmed.length} column names`} in the header were removed.`,
    );
  let header = table.hasHeader;
  const checked = (rows: Row[]): Row[] => {
    const kept = header ? rows.slice(1) : rows;
    if (rows.length > 0) header = false;
    for (const { cells, row, line } of kept)
      if (cells.length !== table.columns.length)
        input.skip(
          tablePlace(row, line, Math.min(cells.length, table.columns.length) + 1),
          "data/ragged-row",
          `The row has ${cells.length} columns instead of ${table.columns.length}; it was read as far as it goes.`,
        );
    return kept;
  };
  for await (const slice of input.slices())
    yield checked(assembler.push(wholeLines(splitter.push(slice), input, longState)));
  yield checked(assembler.push(wholeLines(splitter.finish(), input, longState)));
  yield checked(assembler.finish());
}

/** A row as a spreadsheet counts it and, where line breaks inside cells make it another, its line in the file. */
const tablePlace = (row: number, line: number, column: number): string =>
  `row ${row}${line === row ? "" : ` (line ${line})`}, column ${column}`;

async function* readTable(input: ReaderInput, format: "csv" | "tsv", field: string): AsyncGenerator<string[]> {
  const table = sniffTable(input.head, input.wholeFile, format);
  const name = field === "" ? guessField(textColumns(table)) : field;
  const column = table.columns.indexOf(name);
  if (column < 0) {
    input.skip("", "data/no-such-field", `There is no column of that name. Columns: ${table.columns.join(", ")}.`);
    return;
  }
  const last = column === table.columns.length - 1;
  for await (const rows of tableRows(input, table)) {
    const documents: string[] = [];
    for (const { cells, row, line } of rows) {
      // Extra cells after the last column are mostly text with an unquoted delimiter in it.
      const value = last ? cells.slice(column).join(table.dialect.delimiter) : (cells[column] ?? "");
      documents.push(...valueToDocuments(value, tablePlace(row, line, column + 1), input));
    }
    yield documents;
  }
}

export const tableReader = (format: "csv" | "tsv"): FormatReader => ({
  read: (input, { field }) => readTable(input, format, field),
  fields: (input) => {
    const fields = textColumns(sniffTable(input.head, input.wholeFile, format));
    return Promise.resolve({ fields, guess: guessField(fields) });
  },
});
