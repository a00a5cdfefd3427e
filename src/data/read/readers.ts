/**
 * The one table of formats and their readers. Those that need a library are fetched when the first file of theirs
 * arrives, and are built into files of their own (vite.config.ts), so that nobody pays for what nobody drops.
 */
import { UnmaskError } from "../../base/index.ts";
import type { TextFormat } from "../../contract/index.ts";
import { jsonLinesReader, jsonReader } from "./formats/json.ts";
import { tableReader } from "./formats/table.ts";
import { textReader } from "./formats/text.ts";
import type { FormatReader } from "./reader.ts";

const here = (reader: FormatReader) => (): Promise<FormatReader> => Promise.resolve(reader);

const readers: Record<TextFormat, () => Promise<FormatReader>> = {
  text: here(textReader),
  csv: here(tableReader("csv")),
  tsv: here(tableReader("tsv")),
  json: here(jsonReader),
  jsonl: here(jsonLinesReader),
  parquet: async () => (await import("./formats/parquet.ts")).parquetReader,
  html: async () => (await import("./formats/html.ts")).htmlReader,
  xml: async () => (await import("./formats/xml.ts")).xmlReader,
  docx: async () => (await import("./formats/docx.ts")).docxReader,
  odt: async () => (await import("./formats/odt.ts")).odtReader,
  epub: async () => (await import("./formats/epub.ts")).epubReader,
  pdf: async () => (await import("./formats/pdf.ts")).pdfReader,
  rtf: async () => (await import("./formats/rtf.ts")).rtfReader,
  eml: async () => (await import("./formats/eml.ts")).emlReader,
  mbox: async () => (await import("./formats/eml.ts")).mboxReader,
  ipynb: async () => (await import("./formats/ipynb.ts")).notebookReader,
  srt: async () => (await import("./formats/srt.ts")).subtitleReader,
};

/** Formats whose files one may want cut into lines, paragraphs or documents. */
export const splittable = (format: TextFormat): boolean => !["csv", "tsv", "json", "jsonl", "parquet"].includes(format);

/** @throws data/reader-not-loaded when the page's host did not give its code */
export async function readerOf(format: TextFormat): Promise<FormatReader> {
  try {
    return await readers[format]();
  } catch (error) {
    throw new UnmaskError(
      "data/reader-not-loaded",
      `The part of this page that reads ${format.toUpperCase()} files could not be loaded.`,
      "Connect once and try again: afterwards it works offline.",
      { format },
      error,
    );
  }
}
