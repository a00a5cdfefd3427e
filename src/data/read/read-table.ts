/** Delimited files (.csv, .tsv) to documents: one cell of the chosen column is one document. */
import { guessField, holdsText, type FieldStatistics } from "./field-paths.ts";
import { LineSplitter, type Line } from "./lines.ts";
import { valueToDocuments, type ReaderInput } from "./reader.ts";
import { sniffTable, type Table } from "./table-dialect.ts";
import { RowAssembler, type Row } from "./table-rows.ts";

/** Characters in one physical line; a longer one is left out. */
export const MAX_TABLE_LINE = 4_000_000;

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

/** The rows of a table, header left out; stray quotes and ragged rows are reported. */
export async function* tableRows(input: ReaderInput, table: Table): AsyncGenerator<Row> {
  const splitter = new LineSplitter(MAX_TABLE_LINE);
  const longState = { inLong: false };
  const assembler = new RowAssembler(table.dialect, ({ row, column }) =>
    input.skip(
      `row ${row}, column ${column}`,
      "data/stray-quote",
      "A quote character breaks the rules of CSV here; it was read as plain text.",
    ),
  );
  let header = table.hasHeader;
  function* checked(rows: Row[]): Generator<Row> {
    for (const row of rows) {
      if (header) header = false;
      else {
        if (row.cells.length !== table.columns.length)
          input.skip(
            `row ${row.row}, column ${Math.min(row.cells.length, table.columns.length) + 1}`,
            "data/ragged-row",
            `The row has ${row.cells.length} columns instead of ${table.columns.length}; it was read as far as it goes.`,
          );
        yield row;
      }
    }
  }
  for await (const slice of input.slices())
    yield* checked(assembler.push(wholeLines(splitter.push(slice), input, longState)));
  yield* checked(assembler.push(wholeLines(splitter.finish(), input, longState)));
  yield* checked(assembler.finish());
}

export async function* readTable(input: ReaderInput, format: "csv" | "tsv", field: string): AsyncGenerator<string> {
  const table = sniffTable(input.head, input.wholeFile, format);
  const name = field === "" ? guessField(textColumns(table)) : field;
  const column = table.columns.indexOf(name);
  if (column < 0) {
    input.skip("", "data/no-such-field", `There is no column of that name. Columns: ${table.columns.join(", ")}.`);
    return;
  }
  for await (const row of tableRows(input, table)) {
    const last = column === table.columns.length - 1;
    // Extra cells after the last column are mostly text with an unquoted delimiter in it.
    const value = last ? row.cells.slice(column).join(table.dialect.delimiter) : (row.cells[column] ?? "");
    yield* valueToDocuments(value, `row ${row.row}, column ${column + 1}`, input);
  }
}
