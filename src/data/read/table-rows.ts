/**
 * Lines of a delimited file to rows of cells. row-cells.ts reads the cells; this module decides which lines
 * make up a row, so that one stray quote costs one row and not the rest of the file.
 */
import type { Line } from "./lines.ts";
import { rowCells } from "./row-cells.ts";

export interface Dialect {
  delimiter: "," | "\t" | ";" | "|";
  /** False where quote characters are ordinary text (most .tsv data sets). */
  quoting: boolean;
}
export interface Row {
  cells: string[];
  /** 1-based, the header counted: the row number a spreadsheet shows. */
  row: number;
  /** First line of the row in the file. */
  line: number;
}
/** A quote that does not follow the rules; its row was read with the quote as plain text. */
export interface StrayQuote {
  row: number;
  line: number;
  /** 1-based. */
  column: number;
}

/** Characters in one row: a quoted cell that runs on longer is taken for an unclosed quote. */
const MAX_ROW_CHARACTERS = 1_000_000;

const quotesIn = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
};

export class RowAssembler {
  readonly #dialect: Dialect;
  readonly #onStray: (stray: StrayQuote) => void;
  /** Lines of a row whose quoted cell is still open. */
  #open: Line[] = [];
  #openQuotes = 0;
  #openLength = 0;
  #rows = 0;
  /** Cells of the first row: a quoted cell over several lines must fit them. */
  #columns = 0;

  constructor(dialect: Dialect, onStray: (stray: StrayQuote) => void) {
    this.#dialect = dialect;
    this.#onStray = onStray;
  }

  push(lines: Line[]): Row[] {
    const rows: Row[] = [];
    for (const line of lines) this.#take(line, rows);
    return rows;
  }

  finish(): Row[] {
    const rows: Row[] = [];
    while (this.#open.length > 0) this.#recover(rows);
    return rows;
  }

  #take(line: Line, rows: Row[]): void {
    const quotes = this.#dialect.quoting ? quotesIn(line.text) : 0;
    if (this.#open.length === 0 && quotes === 0) {
      if (line.text.trim() !== "") this.#give(line.text.split(this.#dialect.delimiter), line, rows);
      return;
    }
    this.#open.push(line);
    this.#openQuotes += quotes;
    this.#openLength += line.text.length + 1;
    // A quoted cell is closed exactly when the quotes so far are even: opening, closing, and doubled inside.
    if (this.#openQuotes % 2 === 0) {
      const text = this.#open.map((part) => part.text).join("\n");
      const cells = rowCells(text, this.#dialect.delimiter, false);
      const spans = this.#open.length > 1;
      if (Array.isArray(cells) && (!spans || this.#columns === 0 || cells.length === this.#columns)) {
        const first = this.#open[0]!;
        this.#close();
        this.#give(cells, first, rows);
        return;
      }
      this.#recover(rows);
    } else if (this.#openLength > MAX_ROW_CHARACTERS) this.#recover(rows);
  }

  /** Reads the first open line alone, its stray quote as text, and the lines after it anew. */
  #recover(rows: Row[]): void {
    const [first, ...rest] = this.#open as [Line, ...Line[]];
    this.#close();
    const strict = rowCells(first.text, this.#dialect.delimiter, false);
    if (Array.isArray(strict)) this.#give(strict, first, rows);
    else {
      this.#onStray({ row: this.#rows + 1, line: first.number, column: strict.column });
      const relaxed = rowCells(first.text, this.#dialect.delimiter, true);
      this.#give(Array.isArray(relaxed) ? relaxed : first.text.split(this.#dialect.delimiter), first, rows);
    }
    for (const line of rest) this.#take(line, rows);
  }

  #give(cells: string[], line: Line, rows: Row[]): void {
    if (this.#columns === 0) this.#columns = cells.length;
    rows.push({ cells, row: ++this.#rows, line: line.number });
  }

  #close(): void {
    this.#open = [];
    this.#openQuotes = 0;
    this.#openLength = 0;
  }
}
