/**
 * The door of reading: one dropped file, or everything in one dropped archive, to a stream of documents. Nothing is
 * dropped in silence: every file, row or line left out is reported with its place and reason. Memory stays flat.
 */
import { UnmaskError } from "../../base/index.ts";
import {
  readLimits,
  type DocumentSplit,
  type FileChoice,
  type Skipped,
  type TextFormat,
} from "../../contract/index.ts";
import { throwIfStopped } from "../stop.ts";
import { ArchiveBudget, endsArchive } from "./archives/budget.ts";
import { expand, type Expansion, type Leaf } from "./archives/expand.ts";
import { decodeHead } from "./encoding.ts";
import { damagedFile, readerInput, type ReaderInput, type Reporting } from "./reader.ts";
import { readerOf } from "./readers.ts";
import { sniff, type Sniffed } from "./sniff.ts";
import { fileSource, type ByteSource, type SourceFile } from "./source.ts";

export interface OpenedFile {
  sniffed: Sniffed;
  input: ReaderInput;
}

async function open(source: ByteSource, sniffed: Sniffed, to: Reporting): Promise<OpenedFile> {
  const { bytes, whole } = await source.head();
  const { encoding, markBytes } = sniffed;
  const isText = sniffed.problem === undefined && encoding !== "";
  const head = isText ? decodeHead(bytes, { encoding, markBytes }) : "";
  return { sniffed, input: readerInput(source, sniffed, { head, wholeFile: whole }, to) };
}

/** Looks at the first part of a file that is no archive and gets it ready for its reader. */
export async function openFile(file: SourceFile, to: Reporting): Promise<OpenedFile> {
  const source = fileSource(file);
  const { bytes, whole } = await source.head();
  return open(source, sniff(bytes, source.name, whole), to);
}

/** Documents of one file or archive member, in the order they stand there. */
export interface ReadBatch {
  path: string;
  format: TextFormat;
  texts: string[];
}
export interface ReadOptions extends Reporting {
  /** A column, field or part; for archives, taken where a member has it. "" lets the reader choose. */
  field: string;
  split: DocumentSplit;
  /** Called with the number of bytes read since its last call; in the end they add up to the file's size. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/** Formats that are read with somebody else's parser: whatever it throws, the file is damaged, not we. */
const foreign = new Set<TextFormat>(["parquet", "docx", "odt", "epub", "pdf", "eml", "mbox"]);
/** An import that goes on without this file. */
const oursToReport = (error: UnmaskError): boolean =>
  error.code.startsWith("data/") && error.code !== "data/reader-not-loaded";

/** @throws data/unreadable-file when the browser cannot read the file; data/reader-not-loaded; base/aborted when stopped */
export async function* readSource(file: SourceFile, path: string, options: ReadOptions): AsyncGenerator<ReadBatch> {
  const { report, signal } = options;
  const counting = countBytes(file, options.onBytes);
  const budget = new ArchiveBudget(options.limits ?? readLimits);
  const by: Expansion = { budget, signal };
  const leave = (where: string, error: UnmaskError): void => {
    throwIfStopped(signal);
    if (!oursToReport(error) || error.code === "data/unreadable-file") throw error;
    report({ file: where, place: "", code: error.code, reason: `${error.message} ${error.hint}`.trim() });
  };
  try {
    for await (const leaf of expand(fileSource(counting.file, path), by)) {
      throwIfStopped(signal);
      try {
        yield* readLeaf(leaf, options);
      } catch (error) {
        if (!(error instanceof UnmaskError) || endsArchive(error.code)) throw error;
        leave(leaf.source.path, error);
      }
    }
  } catch (error) {
    if (!(error instanceof UnmaskError)) throw error;
    leave(path, error);
  }
  counting.finish();
}

async function* readLeaf(leaf: Leaf, options: ReadOptions): AsyncGenerator<ReadBatch> {
  const { source, sniffed } = leaf;
  if (leaf.error !== undefined) throw leaf.error;
  if (sniffed.problem !== undefined)
    throw new UnmaskError(sniffed.problem.code, sniffed.problem.message, sniffed.problem.hint);
  const format = sniffed.format as TextFormat;
  const reader = await readerOf(format);
  let [given, told] = [0, 0];
  const report = (one: Skipped): void => {
    told++;
    options.report(one);
  };
  const { input } = await open(source, sniffed, { ...options, report });
  try {
    let { field } = options;
    if (field !== "" && leaf.packed.length > 0 && reader.fields !== undefined) {
      const { fields } = await reader.fields({ ...input, skip: () => undefined });
      if (!fields.some(({ name }) => name === field)) field = "";
    }
    for await (const texts of reader.read(input, { field, split: options.split }))
      if (texts.length > 0) {
        given += texts.length;
        yield { path: source.path, format, texts };
      }
  } catch (error) {
    if (error instanceof UnmaskError || !foreign.has(format)) throw error;
    throw damagedFile(`The ${format.toUpperCase()} file`, error);
  }
  if (given === 0 && told === 0) input.skip("", "data/empty-text", "No text was found in the file.");
}

/** Counts what is read, up to the file's size: some formats jump about and read parts twice. */
function countBytes(file: SourceFile, onBytes: ReadOptions["onBytes"]): { file: SourceFile; finish: () => void } {
  let told = 0;
  const tell = (bytes: number): void => {
    const more = Math.min(bytes, file.size - told);
    told += more;
    if (more > 0) onBytes?.(more);
  };
  const counted: SourceFile = {
    name: file.name,
    size: file.size,
    slice: (start = 0, end = file.size) => ({
      arrayBuffer: async () => {
        const bytes = await file.slice(start, end).arrayBuffer();
        // The first look is no progress: the same bytes come again.
        if (start > 0 || bytes.byteLength === file.size || end - start > 256 * 1024) tell(bytes.byteLength);
        return bytes;
      },
    }),
  };
  return { file: counted, finish: () => tell(file.size - told) };
}

/**
 * The documents of one file, one by one, for those who need no batches.
 * @param onBytes called with the number of bytes read since its last call
 * @throws as `readSource`
 */
export async function* readDocuments(
  file: SourceFile,
  choice: Pick<FileChoice, "field">,
  split: DocumentSplit,
  report: (skipped: Skipped) => void,
  onBytes?: (bytes: number) => void,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const options = { field: choice.field, split, report, onBytes, signal };
  for await (const { texts } of readSource(file, file.name, options)) yield* texts;
}
