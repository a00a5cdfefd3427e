/**
 * Stored corpora -> what cleaning would do, and cleaned versions. The last look stays in memory (about 190 bytes a
 * document), so that rules can be switched on and off and applied without reading the corpus again.
 */
import { UnmaskError } from "../../src/base/index.ts";
import {
  thresholdsOf,
  type CleaningDoor,
  type CleaningPlan,
  type CorpusSummary,
  type OnProgress,
} from "../../src/contract/index.ts";
import { breather, documentCleaner, lookAtCorpus, totalsAfter, type LookResult } from "../../src/data/index.ts";
import { loadCorpusSummary, openCorpusWriter, readCorpus, readCorpusWithSources } from "../../src/storage/index.ts";
import { startJob, whileHeld } from "./cancel.ts";

/** Documents written in one go. */
const documentsAtOnce = 500;

interface LastLook {
  corpusId: string;
  thresholds: string;
  result: LookResult;
}
let last: LastLook | undefined;

const known = (corpusId: string, plan: CleaningPlan): LookResult | undefined =>
  last?.corpusId === corpusId && last.thresholds === thresholdsOf(plan) ? last.result : undefined;

/** The same documents, waiting while the person holds the job. */
async function* unlessHeld<T>(documents: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  for await (const one of documents) {
    const held = whileHeld();
    if (held !== undefined) await held;
    signal.throwIfAborted();
    yield one;
  }
}

async function look(
  corpusId: string,
  plan: CleaningPlan | null,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<LookResult> {
  last = undefined; // its memory is needed now
  const { documents } = await loadCorpusSummary(corpusId);
  const read = (): AsyncGenerator<string> => unlessHeld(readCorpus(corpusId), signal);
  const result = await lookAtCorpus({ corpusId, documents, read, plan, onProgress, signal });
  last = { corpusId, thresholds: thresholdsOf(result.report.plan), result };
  return result;
}

export const cleaningJobs: CleaningDoor = {
  async lookAtCorpus(corpusId, plan, onProgress) {
    return (await look(corpusId, plan, onProgress, startJob())).report;
  },
  cleaningTotals(corpusId, plan) {
    const result = known(corpusId, plan);
    return Promise.resolve(result === undefined ? null : totalsAfter(result.look, result.second.groups, plan));
  },
  async cleanCorpus(corpusId, plan, onProgress) {
    const signal = startJob();
    const result = known(corpusId, plan) ?? (await look(corpusId, plan, onProgress, signal));
    return writeCleaned(corpusId, plan, result, onProgress, signal);
  },
  async readDocument(corpusId, document) {
    let at = 0;
    for await (const text of readCorpus(corpusId)) if (at++ === document) return text;
    throw new UnmaskError(
      "data/no-such-document",
      `The text should have a document ${document + 1}, but it has ${at}.`,
      "Look at the text again.",
    );
  },
};

async function writeCleaned(
  corpusId: string,
  plan: CleaningPlan,
  result: LookResult,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<CorpusSummary> {
  const parent = await loadCorpusSummary(corpusId);
  const { files, split, origin, skipped, skippedCount } = parent;
  const clean = documentCleaner(result, plan);
  const breathe = breather(signal);
  const writer = await openCorpusWriter({ name: `${parent.name}, cleaned`, files, split, origin });
  try {
    let [done, kept, changed, source] = [0, 0, 0, 0];
    let waiting: string[] = [];
    const flush = async (): Promise<void> => {
      const from = parent.sources[source];
      if (waiting.length > 0) await writer.append(waiting, from && { path: from.path, format: from.format });
      waiting = [];
      onProgress({ phase: "writing the cleaned text", done, total: parent.documents, unit: "documents" });
    };
    for await (const stored of unlessHeld(readCorpusWithSources(corpusId), signal)) {
      if (waiting.length >= documentsAtOnce || stored.source !== source) await flush();
      source = stored.source;
      const text = clean(stored.text);
      done++;
      if (text !== undefined) {
        waiting.push(text);
        kept++;
        if (text !== stored.text) changed++;
      }
      await breathe();
    }
    await flush();
    if (kept === 0)
      throw new UnmaskError(
        "data/nothing-left",
        "The cleaned text should keep some documents, but none of them would be left.",
        "Switch off the rules that remove most: the table shows how much each takes.",
      );
    const { before } = result.report;
    const after = { documents: kept, words: totalsAfter(result.look, result.second.groups, plan).words, changed };
    return await writer.finish({
      skipped,
      skippedCount,
      cleaned: { parentId: corpusId, parentName: parent.name, plan, before, after },
    });
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
