/** Stored corpus -> stored token streams. */
import { UnmaskError } from "../../src/base/index.ts";
import type { DataWorker } from "../../src/contract/index.ts";
import { tokenizeDocuments } from "../../src/data/index.ts";
import { findTokens, listCorpora, openTokensWriter, readCorpus } from "../../src/storage/index.ts";
import { openTokenizer } from "../shared/open-tokenizer.ts";
import { startJob, whileHeld } from "./cancel.ts";
import { openLanes } from "./tokenize-lanes.ts";

export const tokenizeCorpus: DataWorker["tokenizeCorpus"] = async (corpusId, model, heldOutShare, seed, onProgress) => {
  const signal = startJob();
  onProgress({ phase: "opening the tokenizer", done: 0, total: 0, unit: "documents" });
  const tokenizer = await openTokenizer(model);
  const known = await findTokens(corpusId, tokenizer.id, heldOutShare, seed);
  const wordMarks = tokenizer.notice === ""; // the library gives ids only
  if (known !== undefined && (known.wordMarks ?? false) === wordMarks) return known;
  const corpus = (await listCorpora()).find(({ id }) => id === corpusId);
  if (corpus === undefined)
    throw new UnmaskError(
      "data/no-corpus",
      "This corpus is no longer stored in this browser.",
      "Import its files again.",
    );
  const writer = await openTokensWriter({ corpusId, tokenizerId: tokenizer.id, heldOutShare, seed, wordMarks });
  const { lanes, end } = openLanes(model, corpus.characters);
  try {
    const { unknownTokens, notices } = await tokenizeDocuments(
      unlessHeld(readCorpus(corpusId)),
      tokenizer,
      { heldOutShare, seed },
      (side, ids, lengths) => writer.append(side, ids, lengths),
      (done) => onProgress({ phase: "tokenizing", done, total: corpus.documents, unit: "documents" }),
      signal,
      lanes,
    );
    return await writer.finish({ unknownTokens, notices });
  } catch (error) {
    await writer.abort();
    throw error;
  } finally {
    end();
  }
};

/** Stands still while the job is held. */
async function* unlessHeld(documents: AsyncIterable<string>): AsyncIterable<string> {
  for await (const document of documents) {
    const pause = whileHeld();
    if (pause !== undefined) await pause;
    yield document;
  }
}
