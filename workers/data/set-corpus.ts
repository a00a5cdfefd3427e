/**
 * The text of a labelled set's training items as a corpus of its own: what task-adaptive training reads. Its dev and
 * test items are left out, and so is every training text that stands among them: nothing that is scored may be read.
 */
import { UnmaskError } from "../../src/base/index.ts";
import type { CorpusSummary } from "../../src/contract/index.ts";
import { trainingTexts } from "../../src/data/index.ts";
import { listCorpora, loadSet, openCorpusWriter } from "../../src/storage/index.ts";

export async function corpusOfSet(setId: string): Promise<CorpusSummary> {
  const name = `set:${setId}`;
  const known = (await listCorpora()).find(({ files }) => files.length === 1 && files[0] === name);
  if (known !== undefined) return known;
  const set = await loadSet(setId);
  const texts = trainingTexts(set);
  if (texts.length === 0)
    throw new UnmaskError(
      "data/no-text",
      "Task-adaptive training needs a set with training items that are not among its test items; this one has none.",
      "Choose another labelled set, or a pipeline without that stage.",
    );
  const writer = await openCorpusWriter({
    name: `Training text of ${set.name}`,
    files: [name],
    split: "lines",
    origin: "files",
  });
  try {
    await writer.append(texts, { path: name, format: "text" });
    return await writer.finish({ skipped: [], skippedCount: 0 });
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
