/**
 * What every reader of a format gets: one source as bytes and as decoded text, and a place to report what it
 * leaves out. A new format is a `FormatReader` (see ../README.md).
 */
import { UnmaskError } from "../../base/index.ts";
import { readLimits, type DocumentSplit, type ReadLimits, type Skipped } from "../../contract/index.ts";
import { cutAtSpace } from "./documents.ts";
import { StreamDecoder } from "./encoding.ts";
import type { FieldStatistics } from "./field-paths.ts";
import type { Sniffed } from "./sniff.ts";
import type { ByteSource } from "./source.ts";

export interface ReaderInput {
  source: ByteSource;
  sniffed: Sniffed;
  limits: ReadLimits;
  signal: AbortSignal | undefined;
  services: ReadServices;
  /** Decoded first part of the file (at most HEAD_BYTES), for judging how it is written; "" where it is no text. */
  head: string;
  /** The head is the whole file. */
  wholeFile: boolean;
  /** Decoded text of the whole file, slice by slice. */
  slices(): AsyncGenerator<string>;
  /** Reports something left out or changed. No document text in the reason. */
  skip(place: string, code: string, reason: string): void;
}

/** What a reader's text is asked for with. */
export interface ReadChoice {
  /** Column, field or part; "" lets the reader choose. */
  field: string;
  split: DocumentSplit;
}

/** One format. Batches of documents, so that a million short ones do not cost a million awaits. */
export interface FormatReader {
  read(input: ReaderInput, choice: ReadChoice): AsyncGenerator<string[]>;
  /** Columns, field paths or parts that hold text; absent where the whole is text. */
  fields?(input: ReaderInput): Promise<{ fields: FieldStatistics[]; guess: string }>;
}

/** What a host may do better than this room: run a reader that could hang where it can be ended. */
export interface ReadServices {
  /** Lines of a PDF, page by page; default: in this thread. */
  pdfPages?: (bytes: Uint8Array<ArrayBuffer>, limits: ReadLimits, signal?: AbortSignal) => AsyncGenerator<PdfPage>;
}
export interface PdfPage {
  page: number;
  pages: number;
  lines: PdfLine[];
}
/** One line of text as it stands on the page; units are the page's own, y grows upwards. */
export interface PdfLine {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Reporting {
  report: (skipped: Skipped) => void;
  signal?: AbortSignal | undefined;
  limits?: ReadLimits;
  services?: ReadServices;
}

export function readerInput(
  source: ByteSource,
  sniffed: Sniffed,
  look: Pick<ReaderInput, "head" | "wholeFile">,
  to: Reporting,
): ReaderInput {
  const skip: ReaderInput["skip"] = (place, code, reason) => to.report({ file: source.path, place, code, reason });
  async function* slices(): AsyncGenerator<string> {
    const decoder = new StreamDecoder(sniffed.encoding || "utf-8");
    let mark = sniffed.markBytes;
    for await (const bytes of source.bytes(to.signal)) {
      yield decoder.decode(mark > 0 ? bytes.subarray(mark) : bytes, false);
      mark = Math.max(0, mark - bytes.length);
    }
    const rest = decoder.decode(new Uint8Array(0), true);
    if (rest !== "") yield rest;
    for (const notice of decoder.notices) {
      if (notice.kind === "switched")
        skip("", "data/encoding-changed", "Began as plain ASCII; later parts were read as Windows-1252 (Latin).");
      else
        skip(
          "",
          "data/damaged-characters",
          `${notice.characters} characters are damaged (not UTF-8); each was read as the replacement character.`,
        );
    }
  }
  const { limits = readLimits, services = {}, signal } = to;
  return { source, sniffed, limits, services, signal, ...look, slices, skip };
}

/**
 * Line breaks and the blanks around them as one blank. Run by run of white space: a pattern with white space before the
 * break looks at each run once for each of its characters, hours for a megabyte of blanks.
 */
export const withoutLineBreaks = (text: string): string =>
  lineBreak.test(text) ? text.replace(/\s+/g, (blanks) => (lineBreak.test(blanks) ? " " : blanks)) : text;
const lineBreak = /[\r\n]/;

/** One value of a table cell or JSON field as documents: line breaks become blanks, overlong ones are cut. */
export function valueToDocuments(value: string, place: string, input: ReaderInput): string[] {
  const text = withoutLineBreaks(value).trim();
  const pieces = cutAtSpace(text, input.limits.documentCharacters.value);
  if (pieces.length === 0) input.skip(place, "data/empty-text", "The text here is empty.");
  if (pieces.length > 1)
    input.skip(place, "data/long-document", `A very long document was cut into ${pieces.length}. Nothing is lost.`);
  return pieces;
}

/** What a format's parser threw at a damaged file, without its words: they may quote the text. */
export function damagedFile(what: string, cause: unknown): UnmaskError {
  return new UnmaskError(
    "data/damaged-file",
    `${what} is damaged or was cut off: it could not be read to its end.`,
    "Check that it opens in its own program, and save it again from there.",
    {},
    cause,
  );
}
