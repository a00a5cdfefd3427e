/**
 * How a corpus is kept, and how older ones become like it. Knows no database.
 * Format 2: stream "documents" (document-bytes.ts), stream "sources" (document-sources.ts); head = CorpusHead.
 * Format 1 had no sources: all its documents become those of its one file, or of the corpus as a whole.
 */
import type { CorpusSource, CorpusSummary } from "../contract/index.ts";
import { chunkEntry, type ChunkEntry } from "./chunks.ts";
import { SourceRuns } from "./document-sources.ts";
import type { Migration, RecordKind } from "./manifest.ts";

export type CorpusHead = Omit<CorpusSummary, "id" | "createdAt" | "sizeBytes">;

const addSources: Migration = (manifest) => {
  const head = manifest["head"] as CorpusHead;
  const chunks = manifest["chunks"] as ChunkEntry[];
  const { files, documents, words, characters } = head;
  const only: CorpusSource = {
    path: files.length === 1 ? files[0]! : "",
    format: "text",
    documents,
    words,
    characters,
  };
  const runs = new SourceRuns();
  runs.add(only, only);
  const bytes = runs.toBytes();
  return Promise.resolve({
    manifest: {
      ...manifest,
      sizeBytes: (manifest["sizeBytes"] as number) + bytes.length,
      chunks: [...chunks, chunkEntry("sources", bytes)],
      head: { ...head, sources: [only] },
    },
    chunks: [{ index: chunks.length, bytes }],
  });
};

export const corpusKind: RecordKind = { name: "corpus", format: 2, migrations: { 2: addSources } };
