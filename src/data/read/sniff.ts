/**
 * What a file is, judged by its first bytes and only then by its name: format, encoding, or why it
 * cannot be read. Does not read the file itself.
 */
import { UnmaskError, type WireError } from "../../base/index.ts";
import type { ArchiveFormat, FilePreview, TextFormat } from "../../contract/index.ts";
import { decodeHead, findEncoding } from "./encoding.ts";
import { formatByBytes, refusedByBytes } from "./signatures.ts";
import { textFormatOf } from "./text-format.ts";

export interface Sniffed {
  format: TextFormat | ArchiveFormat;
  encoding: FilePreview["encoding"];
  /** Length of the byte order mark, to be left out. */
  markBytes: number;
  problem?: NonNullable<FilePreview["problem"]>;
}

/** Ordinary text has no control characters but tab, line feed, form feed, return and escape. */
const CONTROL_SHARE_LIMIT = 0.02;

export const problemOf = (error: UnmaskError): NonNullable<FilePreview["problem"]> => {
  const { code, message, hint }: WireError = error;
  return { code, message, hint };
};

function binaryProblem(bytes: Uint8Array, encoding: string, name: string): FilePreview["problem"] {
  const known = refusedByBytes(bytes);
  if (known !== undefined)
    return problemOf(
      new UnmaskError("data/binary-file", `"${name}" should be a text file, but it is ${known.name}.`, known.hint),
    );
  if (encoding.startsWith("utf-16")) return undefined;
  let control = 0;
  let zero = 0;
  for (const byte of bytes) {
    if (byte === 0) zero++;
    else if (byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 27) control++;
  }
  if (zero === 0 && control <= bytes.length * CONTROL_SHARE_LIMIT) return undefined;
  return problemOf(
    new UnmaskError(
      "data/binary-file",
      `"${name}" should be a text file, but it holds bytes that no text has (binary data).`,
      "Drop files with text: .txt, .md, .csv, .jsonl, .docx, .pdf, .html and the like.",
      { zeroBytes: zero, controlBytes: control },
    ),
  );
}

/** @param bytes the first part of the file; the whole of it when `wholeFile`. */
export function sniff(bytes: Uint8Array, name: string, wholeFile = true): Sniffed {
  if (bytes.length === 0) return emptyFile(name);
  const byBytes = formatByBytes(bytes);
  if (byBytes !== undefined) return { format: byBytes, encoding: "", markBytes: 0 };
  const found = findEncoding(bytes);
  const problem = binaryProblem(bytes, found.encoding, name);
  if (problem !== undefined) return { format: "text", ...found, problem };
  const text = decodeHead(bytes, found);
  if (wholeFile && text.trim() === "") return emptyFile(name);
  return { format: textFormatOf(text, name, wholeFile), ...found };
}

function emptyFile(name: string): Sniffed {
  const error = new UnmaskError(
    "data/empty-file",
    `"${name}" should hold text, but it is empty.`,
    "Pick another file, or check that it was saved.",
  );
  return { format: "text", encoding: "utf-8", markBytes: 0, problem: problemOf(error) };
}
