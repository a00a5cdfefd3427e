/**
 * Where bytes come from: a dropped File, a Blob with a name, or anything else that can be cut into
 * slices. Reading goes slice by slice, so no file is ever in memory as a whole.
 */
import { asUnmaskError, UnmaskError } from "../../base/index.ts";
import { throwIfStopped } from "../stop.ts";

/** The part of `File` this room needs; Node scripts may hand over their own. */
export interface SourceFile {
  readonly name: string;
  readonly size: number;
  /** Path inside a dropped folder, where the browser knows one. */
  readonly webkitRelativePath?: string;
  slice(start?: number, end?: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** The first part of a file, from which format, encoding and document borders are judged. */
export const HEAD_BYTES = 256 * 1024;
const SLICE_BYTES = 1024 * 1024;

/** @throws data/unreadable-file */
export async function readBytes(file: SourceFile, start: number, end: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(start, end).arrayBuffer());
  } catch (error) {
    const cause = asUnmaskError(error);
    throw new UnmaskError(
      "data/unreadable-file",
      `The file "${file.name}" could not be read.`,
      "It may have been moved, changed or deleted since it was picked: pick it again.",
      { file: file.name, reason: cause.message },
      error,
    );
  }
}

export const readHead = (file: SourceFile): Promise<Uint8Array> => readBytes(file, 0, Math.min(HEAD_BYTES, file.size));

/** The bytes of a file from `start`, a slice at a time. `last` marks the end of the file. */
export async function* byteSlices(
  file: SourceFile,
  start: number,
  signal?: AbortSignal,
): AsyncGenerator<{ bytes: Uint8Array; last: boolean }> {
  for (let at = start; at < file.size; at += SLICE_BYTES) {
    throwIfStopped(signal);
    const end = Math.min(at + SLICE_BYTES, file.size);
    const bytes = await readBytes(file, at, end);
    throwIfStopped(signal);
    yield { bytes, last: end === file.size };
  }
}
