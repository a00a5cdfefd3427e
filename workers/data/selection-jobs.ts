/** Stored corpora -> choices of documents, and the corpora made of them; texts as token ids for the model's own scores. */
import { permutation, random, UnmaskError } from "../../src/base/index.ts";
import type { EncodedText, SelectionDoor, SelectionTarget } from "../../src/contract/index.ts";
import {
  breather,
  framed,
  selectDocuments,
  targetOfSet,
  type TargetTexts,
  type Tokenizer,
} from "../../src/data/index.ts";
import { loadCorpusSummary, loadSet, readCorpus } from "../../src/storage/index.ts";
import { openTokenizer } from "../shared/open-tokenizer.ts";
import { startJob } from "./cancel.ts";
import { among, writeVersion } from "./corpus-version.ts";

const targetStream = 0x7a26;
/** No token of a usual text is longer on average; what is cut off beyond it would not be looked at. */
const charactersPerToken = 16;

/** A sample's paragraphs, or its lines where it has no paragraphs. */
async function targetTexts(target: SelectionTarget): Promise<TargetTexts> {
  if (target.kind === "none") return { texts: [], notices: [] };
  if (target.kind === "set") return targetOfSet(await loadSet(target.setId));
  const paragraphs = target.text.split(/\n\s*\n/u).map((one) => one.trim());
  const texts = (paragraphs.length > 1 ? paragraphs : target.text.split("\n")).filter((one) => one.trim() !== "");
  return { texts, notices: [] };
}

function encoded(text: string, { encode, special }: Tokenizer, maxTokens: number): EncodedText {
  const ids = encode(text.slice(0, maxTokens * charactersPerToken)).slice(0, maxTokens - 2);
  return { ids: framed(ids, special) };
}

/** The corpus that is being read for the compute worker. One at a time, as jobs are. */
let reading: { texts: AsyncGenerator<string>; tokenizer: Tokenizer; maxTokens: number } | undefined;

export const selectionJobs: SelectionDoor = {
  async previewSelection(corpusId, target, settings, scores, onProgress) {
    const signal = startJob();
    const { documents } = await loadCorpusSummary(corpusId);
    const { texts, notices } = await targetTexts(target);
    return selectDocuments({
      corpusId,
      documents,
      read: () => readCorpus(corpusId),
      target: texts,
      targetNotices: notices,
      settings,
      scores,
      onProgress,
      breathe: breather(signal),
    });
  },
  keepDocuments(corpusId, documents, how, onProgress) {
    return writeVersion(corpusId, among(documents), { suffix: `${documents.length} chosen`, how }, onProgress);
  },
  async encodeTarget(target, model, { maxTokens, seed }, most) {
    const { texts } = await targetTexts(target);
    const tokenizer = await openTokenizer(model);
    const order = permutation(texts.length, random(seed, targetStream)).subarray(0, most);
    const ids = Array.from(order, (i) => encoded(texts[i]!, tokenizer, maxTokens)).filter((one) => one.ids.length > 2);
    if (ids.length > 0) return ids;
    throw new UnmaskError(
      "data/empty-target",
      "The target should have texts to compare with, but it has none.",
      "Choose a labelled set, or paste a few paragraphs of the kind of text that you want.",
    );
  },
  async openDocuments(corpusId, model, maxTokens) {
    // Not a job of its own: that would end the one that runs. Who asks for batches ends by asking no more.
    const { documents } = await loadCorpusSummary(corpusId);
    reading = { texts: readCorpus(corpusId), tokenizer: await openTokenizer(model), maxTokens };
    return documents;
  },
  async nextDocuments(count) {
    const texts: EncodedText[] = [];
    while (reading !== undefined && texts.length < count) {
      const next = await reading.texts.next();
      if (next.done === true) reading = undefined;
      else texts.push(encoded(next.value, reading.tokenizer, reading.maxTokens));
    }
    return texts;
  },
};
