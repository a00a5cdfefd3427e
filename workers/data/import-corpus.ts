/** What a person brought -> stored corpus: files, archives and Hub datasets. Reading and storing meet only here. */
import { asUnmaskError, hasCode, UnmaskError } from "../../src/base/index.ts";
import type {
  CorpusSummary,
  DocumentSplit,
  FileChoice,
  FilePreview,
  OnProgress,
  Skipped,
  TextSource,
} from "../../src/contract/index.ts";
import { previewFile, readSource, type ReadServices, type SourceFile } from "../../src/data/index.ts";
import { hubDatasetFiles } from "../../src/models/index.ts";
import { openCorpusWriter, type SourceName } from "../../src/storage/index.ts";
import { holdJob, mayGoOn, startJob } from "./cancel.ts";
import { PdfHost } from "./pdf-host.ts";

/** Documents and characters handed to storage in one go: enough to cost little, few enough to hold. */
const documentsAtOnce = 500;
const charactersAtOnce = 2_000_000;
const skippedShown = 200;
const progressEveryMs = 100;
/** Files looked at beside each other: their bytes come from the disk. */
const looksAtOnce = 4;

interface OpenSource {
  /** The file or dataset a person brought; choices are made for it. */
  brought: string;
  path: string;
  file: SourceFile;
}

async function openSources(
  sources: readonly TextSource[],
  signal: AbortSignal,
  onBroken?: (error: UnmaskError) => Promise<void>,
): Promise<OpenSource[]> {
  const opened: OpenSource[] = [];
  for (const source of sources) {
    const { path } = source;
    if (source.kind === "file") opened.push({ brought: path, path, file: source.file });
    else
      for (const file of await hubDatasetFiles(source.ref, { signal, ...(onBroken && { onBroken }) }))
        opened.push({ brought: path, path: `${path}/${file.name}`, file });
  }
  return opened;
}

/** One preview a source, in their order; a dataset is looked at in its first file. */
export async function inspectSources(
  sources: TextSource[],
  split: DocumentSplit,
  onProgress: OnProgress,
): Promise<FilePreview[]> {
  const signal = startJob();
  const pdf = new PdfHost();
  const services: ReadServices = { pdfPages: pdf.pages };
  const previews = new Array<FilePreview>(sources.length);
  let [next, done] = [0, 0];
  const look = async (): Promise<void> => {
    for (let at = next++; at < sources.length; at = next++) {
      signal.throwIfAborted();
      const source = sources[at]!;
      const files = await openSources([source], signal);
      const [first] = files;
      const found = await previewFile(first!.file, split, { path: first!.path, services, signal });
      const sizeBytes = files.reduce((sum, { file }) => sum + file.size, 0);
      previews[at] = { ...found, name: source.path, sizeBytes };
      onProgress({ phase: "looking at the files", done: ++done, total: sources.length, unit: "items" });
    }
  };
  try {
    await Promise.all(Array.from({ length: looksAtOnce }, look));
    return previews;
  } finally {
    pdf.end();
  }
}

export const importCorpus = async (
  name: string,
  sources: TextSource[],
  choices: FileChoice[],
  split: DocumentSplit,
  onProgress: OnProgress,
  origin: CorpusSummary["origin"] = "files",
): Promise<CorpusSummary> => {
  const signal = startJob();
  const skipped: Skipped[] = [];
  let skippedCount = 0;
  const report = (one: Skipped): void => {
    skippedCount++;
    if (skipped.length < skippedShown) skipped.push(one);
  };
  let [done, total, documents, characters, toldAt] = [0, 0, 0, 0, 0];
  /** A connection that broke holds the import: what was read is kept, and the person says when to go on. */
  const onBroken = async ({ message }: UnmaskError): Promise<void> => {
    signal.throwIfAborted();
    holdJob(true);
    onProgress({ phase: "reading files", done, total, unit: "bytes", held: message });
    await mayGoOn();
    signal.throwIfAborted();
  };
  const files = await openSources(sources, signal, onBroken);
  total = files.reduce((sum, { file }) => sum + file.size, 0);
  const pdf = new PdfHost();
  const writer = await openCorpusWriter({ name, files: sources.map(({ path }) => path), split, origin });
  let waiting: string[] = [];
  let from: SourceName | undefined;
  const flush = async (): Promise<void> => {
    await mayGoOn();
    signal.throwIfAborted();
    documents += waiting.length;
    const batch = waiting;
    waiting = [];
    characters = 0;
    await writer.append(batch, from);
  };
  const tell = (): void => {
    const now = performance.now();
    if (now - toldAt < progressEveryMs) return;
    toldAt = now;
    onProgress({ phase: "reading files", done, total, unit: "bytes" });
  };
  try {
    for (const { brought, path, file } of files) {
      const field = choices.find((choice) => choice.name === brought)?.field ?? "";
      const onBytes = (bytes: number): void => {
        done += bytes;
        tell();
      };
      const options = { field, split, report, onBytes, signal, services: { pdfPages: pdf.pages } };
      try {
        for await (const batch of readSource(file, path, options)) {
          if (from?.path !== batch.path) await flush();
          from = { path: batch.path, format: batch.format };
          for (const text of batch.texts) {
            waiting.push(text);
            characters += text.length;
            if (waiting.length >= documentsAtOnce || characters >= charactersAtOnce) await flush();
          }
        }
      } catch (error) {
        if (!hasCode(error, "data/unreadable-file")) throw error;
        const { code, message, hint } = asUnmaskError(error);
        report({ file: path, place: "", code, reason: `${message} ${hint}` });
      }
    }
    await flush();
    if (documents === 0) throw noText(sources.length, skipped, skippedCount);
    onProgress({ phase: "reading files", done: total, total, unit: "bytes" });
    return await writer.finish({ skipped, skippedCount });
  } catch (error) {
    await writer.abort();
    throw error;
  } finally {
    pdf.end();
  }
};

function noText(files: number, skipped: Skipped[], skippedCount: number): UnmaskError {
  const [first] = skipped;
  return new UnmaskError(
    "data/no-text",
    `None of the ${files} files gave any text${first ? `: ${first.file}: ${first.reason}` : "."}`,
    "Choose files with text in them, or another column or field in the preview.",
    { files, skipped: skippedCount },
  );
}
