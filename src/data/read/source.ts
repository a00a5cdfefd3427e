/**
 * Where bytes come from: a dropped file, a file of the Hub, a member of an archive. Reading goes slice by
 * slice, so no file is ever in memory as a whole unless its format needs it (`wholeOf`, bounded).
 */
import { asUnmaskError, formatBytes, UnmaskError } from "../../base/index.ts";
import { throwIfStopped } from "../stop.ts";

/** The part of `File` this room needs; Node scripts and the Hub's files hand over their own. */
export interface SourceFile {
  readonly name: string;
  readonly size: number;
  /** Path inside a dropped folder, where the browser knows one. */
  readonly webkitRelativePath?: string;
  slice(start?: number, end?: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Bytes with a path. Those with a `file` can be cut anywhere; others only flow, some of them once only. */
export interface ByteSource {
  /** Names it in reports: "folder/a.txt", "texts.zip/notes/a.txt". */
  readonly path: string;
  /** Last part of the path: what the format may be judged by. */
  readonly name: string;
  /** Bytes, where they are known before the end. */
  readonly size: number | undefined;
  readonly file?: SourceFile;
  /** The first part, and whether that is all. */
  head(): Promise<{ bytes: Uint8Array; whole: boolean }>;
  /** All bytes from the first. */
  bytes(signal?: AbortSignal): AsyncGenerator<Uint8Array>;
}

/** The first part of a file, from which format, encoding and document borders are judged. */
export const HEAD_BYTES = 256 * 1024;
const SLICE_BYTES = 1024 * 1024;

export const lastPart = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
export const pathOf = (file: SourceFile): string => file.webkitRelativePath || file.name;

/** @throws data/unreadable-file, and the Hub's own errors */
export async function readBytes(file: SourceFile, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.slice(start, Math.min(end, file.size)).arrayBuffer());
  } catch (error) {
    if (error instanceof UnmaskError) throw error;
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

async function* slicesOf(file: SourceFile, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += SLICE_BYTES) {
    throwIfStopped(signal);
    const bytes = await readBytes(file, at, at + SLICE_BYTES);
    throwIfStopped(signal);
    yield bytes;
  }
}

export function fileSource(file: SourceFile, path = pathOf(file)): ByteSource {
  let head: Promise<Uint8Array> | undefined;
  return {
    path,
    name: lastPart(path),
    size: file.size,
    file,
    head: async () => {
      head ??= readBytes(file, 0, HEAD_BYTES);
      return { bytes: await head, whole: file.size <= HEAD_BYTES };
    },
    bytes: (signal) => slicesOf(file, signal),
  };
}

/**
 * A source that flows. `open` may be called again only where `again` is true; else the head is kept and the rest
 * follows it once.
 */
export function flowSource(
  path: string,
  open: (signal?: AbortSignal) => AsyncGenerator<Uint8Array>,
  { size, again }: { size?: number | undefined; again: boolean },
): ByteSource {
  let flow: AsyncGenerator<Uint8Array> | undefined;
  let kept: Uint8Array[] = [];
  let whole = false;
  let taken = false;
  const head = async (): Promise<{ bytes: Uint8Array; whole: boolean }> => {
    flow ??= open();
    let length = kept.reduce((sum, part) => sum + part.length, 0);
    while (!whole && length < HEAD_BYTES) {
      const next = await flow.next();
      if (next.done === true) whole = true;
      else {
        kept.push(next.value);
        length += next.value.length;
      }
    }
    const bytes = joinBytes(kept, length);
    kept = [bytes];
    return { bytes: bytes.subarray(0, HEAD_BYTES), whole: whole && length <= HEAD_BYTES };
  };
  async function* bytes(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    if (taken && !again)
      throw new UnmaskError("data/read-twice", `"${path}" can be read only once.`, "This is a fault of ours.");
    const begun = taken ? undefined : flow;
    taken = true;
    if (begun !== undefined) {
      const first = kept;
      kept = [];
      yield* first;
    }
    flow = undefined;
    for await (const part of begun ?? open(signal)) {
      throwIfStopped(signal);
      yield part;
    }
  }
  return { path, name: lastPart(path), size, head, bytes };
}

/** A source that is in memory. */
export function memoryFile(name: string, bytes: Uint8Array): SourceFile {
  return {
    name,
    size: bytes.length,
    slice: (start = 0, end = bytes.length) => ({
      arrayBuffer: () => Promise.resolve(bytes.slice(start, end).buffer as ArrayBuffer),
    }),
  };
}

/** Bytes fetched beside those asked for: a browser takes a millisecond for each read, however short. */
const AHEAD_BYTES = 1024 * 1024;

/** The same file for those who read many short pieces in order, as of an archive with thousands of members. */
export function readAhead(file: SourceFile): SourceFile {
  let held: { from: number; bytes: Uint8Array } | undefined;
  const read = async (start: number, end: number): Promise<ArrayBuffer> => {
    if (held !== undefined && start >= held.from && end <= held.from + held.bytes.length)
      return held.bytes.slice(start - held.from, end - held.from).buffer as ArrayBuffer;
    if (end - start >= AHEAD_BYTES) return file.slice(start, end).arrayBuffer();
    const bytes = new Uint8Array(await file.slice(start, Math.min(file.size, start + AHEAD_BYTES)).arrayBuffer());
    held = { from: start, bytes };
    return bytes.slice(0, end - start).buffer;
  };
  return {
    name: file.name,
    size: file.size,
    slice: (start = 0, end = file.size) => ({ arrayBuffer: () => read(start, Math.min(end, file.size)) }),
  };
}

/** @throws data/too-large-to-hold with `what` in its words */
export async function wholeOf(
  source: ByteSource,
  limitBytes: number,
  what: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = (): UnmaskError =>
    new UnmaskError(
      "data/too-large-to-hold",
      `${what} must be read whole, so it may have at most ${formatBytes(limitBytes)}; this one has more.`,
      "Split it, or save it as plain text or JSON Lines: these are read at any size.",
      { limitBytes },
    );
  if ((source.size ?? 0) > limitBytes) throw tooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of source.bytes(signal)) {
    parts.push(part);
    length += part.length;
    if (length > limitBytes) throw tooLarge();
  }
  return joinBytes(parts, length);
}

/** The source as a file that can be cut anywhere: itself, or held in memory. */
export async function fileOf(
  source: ByteSource,
  limitBytes: number,
  what: string,
  signal?: AbortSignal,
): Promise<SourceFile> {
  return source.file ?? memoryFile(source.name, await wholeOf(source, limitBytes, what, signal));
}

export function joinBytes(
  parts: readonly Uint8Array[],
  length = parts.reduce((sum, part) => sum + part.length, 0),
): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
