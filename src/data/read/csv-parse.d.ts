/**
 * csv-parse's own types pull in all of Node's, which a browser worker does not have. This is the part
 * of its synchronous browser build that table-rows.ts calls.
 */
declare module "csv-parse/browser/esm/sync" {
  export interface Options {
    delimiter: string;
    quote: string | false;
    record_delimiter: string;
    relax_column_count: boolean;
    relax_quotes: boolean;
  }
  export function parse(input: string, options: Options): string[][];
  export class CsvError extends Error {
    readonly code: string;
    /** 0-based. */
    readonly column?: number;
  }
}
