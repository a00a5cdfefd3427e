/** A stored corpus -> a trained tokenizer, or more pieces for a model's own. Data and storage meet only here. */
import { UnmaskError } from "../../src/base/index.ts";
import type { ModelRef, TokenizerTrainingDoor, VocabularyDoor } from "../../src/contract/index.ts";
import {
  breather,
  extendTokenizer,
  openOwnEncoder,
  proposePieces,
  tokensOf,
  trainTokenizer,
  WordCounts,
} from "../../src/data/index.ts";
import {
  deleteTokenizer,
  listTokenizers,
  loadCorpusSummary,
  loadTokenizer,
  newId,
  readCorpus,
  saveTokenizer,
} from "../../src/storage/index.ts";
import { openTokenizer, tokenizerFiles } from "../shared/open-tokenizer.ts";
import { startJob } from "./cancel.ts";

/** Counts of the proposal made last: extending the vocabulary asks for the same words again. */
let counted: { key: string; counts: WordCounts } | undefined;

const keyOf = (corpusId: string, model: ModelRef): string => JSON.stringify([corpusId, model]);

export const tokenizerJobs: TokenizerTrainingDoor & VocabularyDoor = {
  async trainTokenizer(corpusId, settings, onProgress) {
    const signal = startJob();
    const { name, documents } = await loadCorpusSummary(corpusId);
    const trained = await trainTokenizer(
      readCorpus(corpusId),
      settings,
      ({ phase, done, total }) =>
        onProgress(
          total === 0 ? { phase, done, total: documents, unit: "documents" } : { phase, done, total, unit: "items" },
        ),
      signal,
    );
    const createdAt = Date.now();
    return saveTokenizer({
      id: newId(createdAt),
      name: `${name}, ${settings.kind}`,
      createdAt,
      settings,
      ...trained,
    });
  },
  listTokenizers,
  deleteTokenizer,
  exportTokenizer: async (id) => (await loadTokenizer(id)).files,

  async proposeVocabulary(corpusId, model, settings, onProgress) {
    const signal = startJob();
    const tokenizer = await openTokenizer(model);
    const encoder = openOwnEncoder(JSON.parse((await tokenizerFiles(model)).files["tokenizer.json"] ?? "{}") as object);
    const { documents } = await loadCorpusSummary(corpusId);
    const counts = new WordCounts();
    const breathe = breather(signal);
    let done = 0;
    for await (const document of readCorpus(corpusId)) {
      encoder.eachWord(document, (chars, start, end) => counts.add(chars, start, end));
      done++;
      const pause = breathe();
      if (pause === undefined) continue;
      onProgress({ phase: "counting words", done, total: documents, unit: "documents" });
      await pause;
    }
    counted = { key: keyOf(corpusId, model), counts };
    return proposePieces(counts, encoder, {
      most: settings.pieces,
      minCount: settings.minCount,
      unknown: tokenizer.special.unknown,
      shown: (id) => tokenizer.tokenText(id),
    });
  },
  async extendVocabulary(corpusId, model, words) {
    if (counted?.key !== keyOf(corpusId, model))
      throw new UnmaskError(
        "data/no-counts",
        "The words of this text were not counted for this model, or the page was reloaded since.",
        "Press “Propose pieces” again.",
      );
    const { counts } = counted;
    const { files } = await tokenizerFiles(model);
    const open = (given: typeof files) => openOwnEncoder(JSON.parse(given["tokenizer.json"] ?? "{}") as object);
    const extended = extendTokenizer(files, words);
    return {
      ...extended,
      words: counts.total - counts.forgotten,
      tokensBefore: tokensOf(counts, open(files)),
      tokensAfter: tokensOf(counts, open(extended.files)),
    };
  },
};
