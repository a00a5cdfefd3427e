/** A labelled file, opened: what it is and its text. Labelled sets are small, so they are read whole. */
import { formatBytes } from "../../base/index.ts";
import type { Skipped } from "../../contract/index.ts";
import { LineSplitter, type Line } from "../read/lines.ts";
import { openFile, type OpenedFile } from "../read/read-documents.ts";
import type { SourceFile } from "../read/source.ts";
import { labelledError } from "./labelled-error.ts";

/** Far above any published set (STS-B has 1.4 MB); below what a page can hold. */
export const MAX_LABELLED_BYTES = 128 * 1024 * 1024;

/** The remedy where a file is none of them. */
const wanted =
  "Labelled sets come as CSV, TSV, JSON, JSON Lines or CoNLL: unpack an archive, and export a table or a database as CSV.";

export interface LabelledFile extends OpenedFile {
  /** Name, with the path inside a dropped folder where there is one. */
  path: string;
  file: SourceFile;
  /** What the readers left out or read otherwise. */
  skipped: Skipped[];
}

/** @throws data/empty-file, data/binary-file, data/labelled-file-too-large, data/unreadable-file */
export async function openLabelled(file: SourceFile): Promise<LabelledFile> {
  const path =
    file.webkitRelativePath === undefined || file.webkitRelativePath === "" ? file.name : file.webkitRelativePath;
  if (file.size > MAX_LABELLED_BYTES)
    throw labelledError(
      "data/labelled-file-too-large",
      path,
      "",
      `a labelled file may have at most ${formatBytes(MAX_LABELLED_BYTES)}, but it has ${formatBytes(file.size)}.`,
      "Take a part of it: a few thousand examples are plenty.",
    );
  const skipped: Skipped[] = [];
  const opened = await openFile(file, { report: (one) => skipped.push(one) });
  const { problem } = opened.sniffed;
  if (problem !== undefined) {
    // What is wrong is the same as for running text, but a document or a picture's text is no labelled file.
    const hint = problem.code === "data/binary-file" ? wanted : problem.hint;
    throw labelledError(problem.code as `data/${string}`, path, "", problem.message, hint);
  }
  if (opened.sniffed.encoding === "")
    throw labelledError(
      "data/binary-file",
      path,
      "",
      "a labelled file should be a text file (CSV, TSV, JSON, JSON Lines, CoNLL), but this is none.",
      wanted,
    );
  return { ...opened, path, file, skipped };
}

/** All lines of a file, blank ones too. */
export async function allLines({ input }: LabelledFile): Promise<Line[]> {
  const splitter = new LineSplitter(MAX_LABELLED_BYTES);
  const parts: Line[][] = [];
  for await (const slice of input.slices()) parts.push(splitter.push(slice));
  parts.push(splitter.finish());
  return parts.flat();
}
