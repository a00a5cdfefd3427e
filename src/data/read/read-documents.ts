/**
 * The door of reading: one dropped file to a stream of documents. Nothing is dropped in silence: every
 * file, row or line left out is reported with its place and reason. Memory stays flat whatever the size.
 */
import type { DocumentSplit, FileChoice, Skipped } from "../../contract/index.ts";
import { decodeHead } from "./encoding.ts";
import { readJson, readJsonLines } from "./read-json.ts";
import { readTable } from "./read-table.ts";
import { readText } from "./read-text.ts";
import { readerInput, type ReaderInput, type Reporting } from "./reader.ts";
import { sniff, type Sniffed } from "./sniff.ts";
import { readHead, type SourceFile } from "./source.ts";

export interface OpenedFile {
  sniffed: Sniffed;
  input: ReaderInput;
}

/** Looks at the first part of a file and gets it ready for its reader. */
export async function openFile(file: SourceFile, to: Reporting): Promise<OpenedFile> {
  const bytes = await readHead(file);
  const wholeFile = file.size <= bytes.length;
  const sniffed = sniff(bytes, file.name, wholeFile);
  const head = sniffed.problem === undefined ? decodeHead(bytes, sniffed) : "";
  return { sniffed, input: readerInput(file, sniffed, { head, wholeFile }, to) };
}

export function documentsOf(opened: OpenedFile, field: string, split: DocumentSplit): AsyncGenerator<string> {
  const { input, sniffed } = opened;
  switch (sniffed.format) {
    case "text":
      return readText(input, split);
    case "csv":
    case "tsv":
      return readTable(input, sniffed.format, field);
    case "json":
      return readJson(input, field);
    case "jsonl":
      return readJsonLines(input, field);
  }
}

/**
 * The documents of one file, in order.
 * @param choice the column or field path; "" lets the reader choose
 * @param report called for everything left out or read otherwise than it stands
 * @param onBytes called with the number of bytes read since its last call
 * @throws data/unreadable-file when the browser cannot read the file; base/aborted when stopped
 */
export async function* readDocuments(
  file: SourceFile,
  choice: Pick<FileChoice, "field">,
  split: DocumentSplit,
  report: (skipped: Skipped) => void,
  onBytes?: (bytes: number) => void,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const opened = await openFile(file, { report, onBytes, signal });
  const { problem } = opened.sniffed;
  if (problem !== undefined) {
    report({ file: file.name, place: "", code: problem.code, reason: `${problem.message} ${problem.hint}` });
    return;
  }
  yield* documentsOf(opened, choice.field, split);
}
