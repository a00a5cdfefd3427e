/**
 * What every reader of a format gets: decoded slices of one file and a place to report what it leaves
 * out. A new format is a function from this to documents (see ../README.md).
 */
import type { Skipped } from "../../contract/index.ts";
import { StreamDecoder } from "./encoding.ts";
import { cutAtSpace } from "./documents.ts";
import type { Sniffed } from "./sniff.ts";
import { byteSlices, type SourceFile } from "./source.ts";

export interface ReaderInput {
  file: SourceFile;
  /** Decoded first part of the file (at most HEAD_BYTES), for judging how it is written. */
  head: string;
  /** The head is the whole file. */
  wholeFile: boolean;
  /** Decoded text of the whole file, slice by slice. */
  slices(): AsyncGenerator<string>;
  /** Reports something left out or changed. No document text in the reason. */
  skip(place: string, code: string, reason: string): void;
}

export interface Reporting {
  report: (skipped: Skipped) => void;
  /** Bytes read since the last call. */
  onBytes?: ((bytes: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export function readerInput(
  file: SourceFile,
  sniffed: Sniffed,
  look: Pick<ReaderInput, "head" | "wholeFile">,
  to: Reporting,
): ReaderInput {
  const skip: ReaderInput["skip"] = (place, code, reason) => to.report({ file: file.name, place, code, reason });
  async function* slices(): AsyncGenerator<string> {
    const decoder = new StreamDecoder(sniffed.encoding);
    for await (const { bytes, last } of byteSlices(file, sniffed.markBytes, to.signal)) {
      yield decoder.decode(bytes, last);
      to.onBytes?.(bytes.length);
    }
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
  return { file, ...look, slices, skip };
}

/** One value of a table cell or JSON field as documents: line breaks become blanks, overlong ones are cut. */
export function valueToDocuments(value: string, place: string, input: ReaderInput): string[] {
  const text = value.replace(/\s*[\r\n]\s*/g, " ").trim();
  const pieces = cutAtSpace(text);
  if (pieces.length === 0) input.skip(place, "data/empty-text", "The text here is empty.");
  if (pieces.length > 1)
    input.skip(place, "data/long-document", `A very long document was cut into ${pieces.length}. Nothing is lost.`);
  return pieces;
}
