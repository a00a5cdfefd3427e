/** Files -> stored corpus -> stored token streams. Reading and storing meet only here. */
import { UnmaskError } from "../../src/base/index.ts";
import type {
  CorpusSummary,
  DataWorker,
  DocumentSplit,
  FileChoice,
  OnProgress,
  Skipped,
} from "../../src/contract/index.ts";
import { readDocuments, tokenizeDocuments } from "../../src/data/index.ts";
import { findTokens, listCorpora, openCorpusWriter, openTokensWriter, readCorpus } from "../../src/storage/index.ts";
import { openTokenizer } from "../shared/open-tokenizer.ts";
import { startJob } from "./cancel.ts";

/** Documents written in one go. */
const documentsAtOnce = 500;
const skippedShown = 200;

export const importCorpus = async (
  name: string,
  files: File[],
  choices: FileChoice[],
  split: DocumentSplit,
  onProgress: OnProgress,
  origin: CorpusSummary["origin"] = "files",
): Promise<CorpusSummary> => {
  const signal = startJob();
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const skipped: Skipped[] = [];
  let skippedCount = 0;
  const report = (one: Skipped): void => {
    skippedCount++;
    if (skipped.length < skippedShown) skipped.push(one);
  };
  const writer = await openCorpusWriter({ name, files: files.map((file) => file.name), split, origin });
  try {
    let done = 0;
    let documents = 0;
    let waiting: string[] = [];
    const flush = async (): Promise<void> => {
      signal.throwIfAborted();
      documents += waiting.length;
      await writer.append(waiting);
      waiting = [];
      onProgress({ phase: "reading files", done, total, unit: "bytes" });
    };
    for (const file of files) {
      const field = choices.find((choice) => choice.name === file.name)?.field ?? "";
      const onBytes = (bytes: number): void => void (done += bytes);
      for await (const document of readDocuments(file, { field }, split, report, onBytes, signal)) {
        waiting.push(document);
        if (waiting.length >= documentsAtOnce) await flush();
      }
    }
    await flush();
    if (documents === 0)
      throw new UnmaskError(
        "data/no-text",
        `None of the ${files.length} files gave any text${skipped[0] ? `: ${skipped[0].file}: ${skipped[0].reason}` : "."}`,
        "Choose files with text in them, or another column or field in the preview.",
        { files: files.length, skipped: skippedCount },
      );
    return await writer.finish({ skipped, skippedCount });
  } catch (error) {
    await writer.abort();
    throw error;
  }
};

export const tokenizeCorpus: DataWorker["tokenizeCorpus"] = async (corpusId, model, heldOutShare, seed, onProgress) => {
  const signal = startJob();
  onProgress({ phase: "opening the tokenizer", done: 0, total: 0, unit: "documents" });
  const tokenizer = await openTokenizer(model);
  const known = await findTokens(corpusId, tokenizer.id, heldOutShare, seed);
  if (known !== undefined) return known;
  const corpus = (await listCorpora()).find(({ id }) => id === corpusId);
  if (corpus === undefined)
    throw new UnmaskError(
      "data/no-corpus",
      "This corpus is no longer stored in this browser.",
      "Import its files again.",
    );
  const writer = await openTokensWriter({ corpusId, tokenizerId: tokenizer.id, heldOutShare, seed });
  try {
    const { unknownTokens, notices } = await tokenizeDocuments(
      readCorpus(corpusId),
      tokenizer,
      { heldOutShare, seed },
      (side, ids, lengths) => writer.append(side, ids, lengths),
      (done) => onProgress({ phase: "tokenizing", done, total: corpus.documents, unit: "documents" }),
      signal,
    );
    return await writer.finish({ unknownTokens, notices });
  } catch (error) {
    await writer.abort();
    throw error;
  }
};
