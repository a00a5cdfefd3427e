/** A new corpus of some documents of another; the old one stays as it is, each document keeps its source. */
import { UnmaskError } from "../../src/base/index.ts";
import type { CorpusSummary, OnProgress } from "../../src/contract/index.ts";
import { loadCorpusSummary, openCorpusWriter, readCorpusWithSources } from "../../src/storage/index.ts";
import { mayGoOn, startJob } from "./cancel.ts";

/** Documents written in one go. */
const documentsAtOnce = 500;

/** @throws data/nothing-left when no document is kept */
export async function writeVersion(
  corpusId: string,
  keep: (document: number) => boolean,
  /** What it is called beside its parent's name, and how the choice was made, in words. */
  { suffix, how }: { suffix: string; how: string },
  onProgress: OnProgress,
): Promise<CorpusSummary> {
  const signal = startJob();
  const parent = await loadCorpusSummary(corpusId);
  const { files, split, origin, skipped, skippedCount } = parent;
  const writer = await openCorpusWriter({ name: `${parent.name}, ${suffix}`, files, split, origin });
  try {
    let [document, kept, source] = [0, 0, 0];
    let waiting: string[] = [];
    const flush = async (): Promise<void> => {
      await mayGoOn();
      signal.throwIfAborted();
      kept += waiting.length;
      const from = parent.sources[source];
      if (waiting.length > 0) await writer.append(waiting, from && { path: from.path, format: from.format });
      waiting = [];
      onProgress({ phase: "writing the new text", done: document, total: parent.documents, unit: "documents" });
    };
    for await (const one of readCorpusWithSources(corpusId)) {
      if (waiting.length >= documentsAtOnce || one.source !== source) await flush();
      source = one.source;
      if (keep(document++)) waiting.push(one.text);
      else if (document % documentsAtOnce === 0) await flush();
    }
    await flush();
    if (kept === 0)
      throw new UnmaskError(
        "data/nothing-left",
        "The new text should keep some documents, but none of them would be left.",
        "Remove fewer: every document is affected.",
      );
    return await writer.finish({
      skipped,
      skippedCount,
      chosen: { parentId: corpusId, parentName: parent.name, how, documents: parent.documents },
    });
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** Whether a document is among ascending places; to be asked in ascending order. */
export function among(places: Uint32Array): (document: number) => boolean {
  let at = 0;
  return (document) => {
    while (at < places.length && places[at]! < document) at++;
    return places[at] === document;
  };
}
