/**
 * Corpora: documents in, documents out, streamed, so that memory stays flat whatever the size. Knows
 * nothing of files or of tokens' meaning.
 */
import { UnmaskError } from "../base/index.ts";
import type { CorpusSource, CorpusSummary } from "../contract/index.ts";
import { corpusKind, type CorpusHead } from "./corpus-format.ts";
import { corpusStore } from "./databases.ts";
import { documentsFromBytes, documentsToBytes } from "./document-bytes.ts";
import { SourceRuns, sourcesOfDocuments } from "./document-sources.ts";
import type { Manifest } from "./manifest.ts";
import { changeHead, listManifests, readManifest, readStream } from "./record-reader.ts";
import { deleteRecord } from "./record-removal.ts";
import { beginRecord } from "./record-writer.ts";
import { deleteReportsOf } from "./corpus-reports.ts";
import { deleteTokensOf } from "./tokens.ts";

/** What is known before the first document. */
export type CorpusDraft = Pick<CorpusHead, "name" | "files" | "split" | "origin">;
export type SourceName = Pick<CorpusSource, "path" | "format">;
/** A document and the place of its source in `CorpusSummary.sources`. */
export interface StoredDocument {
  text: string;
  source: number;
}

export interface CorpusWriter {
  /**
   * Documents in order, all of one source (default: the one before, or the corpus as a whole); resolves when they
   * are stored or gathered for the next chunk.
   */
  append(documents: string[], source?: SourceName): Promise<void>;
  /** `sizeBytes` of the result is what the documents take in storage. */
  finish(left: Pick<CorpusHead, "skipped" | "skippedCount" | "cleaned" | "chosen">): Promise<CorpusSummary>;
  /** Removes what was written; harmless after `finish`. */
  abort(): Promise<void>;
}

/** Runs of anything but white space, counted without making an array of them: a document may have 200 MB. */
function countWords(text: string): number {
  let words = 0;
  let inside = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const space = code <= 32 || code === 0xa0 || code === 0x2028 || code === 0x2029 || code === 0x3000;
    if (!space && !inside) words++;
    inside = !space;
  }
  return words;
}

function summary({ id, createdAt, sizeBytes, head }: Manifest<CorpusHead>): CorpusSummary {
  return { ...head, id, createdAt, sizeBytes };
}

/** @throws storage/unavailable, storage/quota-full (from append and finish too; then nothing of it is left) */
export async function openCorpusWriter(draft: CorpusDraft): Promise<CorpusWriter> {
  const writer = await beginRecord<CorpusHead>(corpusStore, corpusKind);
  const counts = { documents: 0, words: 0, characters: 0 };
  const runs = new SourceRuns();
  return {
    append: async (documents, source) => {
      const added = { documents: documents.length, words: 0, characters: 0 };
      for (const text of documents) {
        added.words += countWords(text);
        added.characters += text.length;
      }
      counts.documents += added.documents;
      counts.words += added.words;
      counts.characters += added.characters;
      runs.add(source, added);
      if (documents.length > 0) await writer.append("documents", [documentsToBytes(documents)]);
    },
    finish: async (left) => {
      await writer.append("sources", [runs.toBytes()]);
      return summary(await writer.finish({ ...draft, ...counts, sources: runs.sources, ...left }));
    },
    abort: () => writer.abort(),
  };
}

/** @throws storage/no-such-corpus, storage/damaged-corpus, storage/too-new, storage/too-old */
export async function* readCorpus(id: string): AsyncGenerator<string> {
  const manifest = await readManifest<CorpusHead>(corpusStore, corpusKind, id);
  yield* documentsFromBytes(readStream(corpusStore, corpusKind, manifest, "documents"));
}

/** As `readCorpus`, each document with its source. */
export async function* readCorpusWithSources(id: string): AsyncGenerator<StoredDocument> {
  const manifest = await readManifest<CorpusHead>(corpusStore, corpusKind, id);
  const sources = sourcesOfDocuments(readStream(corpusStore, corpusKind, manifest, "sources"));
  for await (const text of documentsFromBytes(readStream(corpusStore, corpusKind, manifest, "documents"))) {
    const next = await sources.next();
    yield { text, source: next.done === true ? 0 : next.value };
  }
}

/** @throws storage/no-such-corpus */
export async function loadCorpusSummary(id: string): Promise<CorpusSummary> {
  return summary(await readManifest<CorpusHead>(corpusStore, corpusKind, id));
}

/** Newest first. */
export async function listCorpora(): Promise<CorpusSummary[]> {
  const lines = await listManifests<CorpusHead>(corpusStore, corpusKind);
  return lines.map(({ result }) => {
    if (result instanceof UnmaskError) throw result;
    return summary(result);
  });
}

/** @throws storage/no-such-corpus */
export function renameCorpus(id: string, name: string): Promise<void> {
  return changeHead<CorpusHead>(corpusStore, corpusKind, id, (head) => ({ ...head, name }));
}

/** With its token streams and reports, which are of no use without it. */
export async function deleteCorpus(id: string): Promise<void> {
  await deleteRecord(corpusStore, corpusKind, id);
  await deleteTokensOf(id);
  await deleteReportsOf(id);
}

/**
 * One UTF-8 text file, a blank line between documents. Blank lines within a document become single line
 * breaks, so that the file read back gives the same documents.
 */
export async function exportCorpus(id: string): Promise<Blob> {
  let file = new Blob([], { type: "text/plain;charset=utf-8" });
  let parts: string[] = [];
  let size = 0;
  const gather = (): void => {
    file = new Blob([file, ...parts], { type: file.type });
    parts = [];
    size = 0;
  };
  let first = true;
  for await (const text of readCorpus(id)) {
    const joined = `${first ? "" : "\n\n"}${text.trim().replace(/\r?\n(?:[^\S\n]*\r?\n)+/g, "\n")}`;
    first = false;
    parts.push(joined);
    size += joined.length;
    if (size > 4_000_000) gather(); // the browser may move finished parts of a blob to the disk
  }
  if (!first) parts.push("\n");
  gather();
  return file;
}
