/**
 * The data worker: reads, tokenizes and keeps text; the page's door to everything stored. No GPU here.
 */
import { expose } from "comlink";
import { UnmaskError } from "../src/base/index.ts";
import { installWire, type DataWorker } from "../src/contract/index.ts";
import {
  blockLengths,
  collateSettings,
  encodeSentence,
  encodeSet,
  previewStep,
  readLabelledSet,
  summarizeSet,
} from "../src/data/index.ts";
import { clearHubCache, hubDatasetListing } from "../src/models/index.ts";
import * as storage from "../src/storage/index.ts";
import { augmentationJobs } from "./data/augmentation-jobs.ts";
import { cancelJob, holdJob } from "./data/cancel.ts";
import { cleaningJobs } from "./data/clean-jobs.ts";
import { tokenizeCorpus } from "./data/corpus-jobs.ts";
import { importDemoCorpus, readDemoSets } from "./data/demo.ts";
import { leakJobs } from "./data/leak-jobs.ts";
import { describeStoredCorpus, sampleDocuments, storedDistances, storedReport } from "./data/report-jobs.ts";
import { selectionJobs } from "./data/selection-jobs.ts";
import { tokenizerJobs } from "./data/tokenizer-jobs.ts";
import { corpusOfSet } from "./data/set-corpus.ts";
import { importCorpus, inspectSources } from "./data/import-corpus.ts";
import { openTokenizer, openWithFiles } from "./shared/open-tokenizer.ts";
import { packText } from "./shared/pack-text.ts";

/** Rows of a batch preview: what fits a screen. */
const previewRows = 3;
/** The longest sentence for fill-mask; every supported model has as many positions. */
const sentenceTokens = 128;

const worker: DataWorker = {
  inspect: inspectSources,
  importCorpus: (name, sources, choices, split, onProgress) => importCorpus(name, sources, choices, split, onProgress),
  hubDataset: (ref) => hubDatasetListing(ref),
  importDemoCorpus,
  tokenizeCorpus,
  async previewBatch(request, config, step) {
    const { recipe, model } = request;
    const { tokenizer, files, special } = await openWithFiles(model);
    const text = await packText(request, recipe, { config, special, files });
    const settings = collateSettings({ recipe, special, config, terms: text.terms });
    return previewStep(text, settings, step, tokenizer, previewRows);
  },
  async blockLengths(tokenizedId, packing, blockLength, longest) {
    return blockLengths(await storage.loadDocumentLengths(tokenizedId, "train"), packing, blockLength, longest);
  },
  async importLabelledSet(task, files) {
    const set = await readLabelledSet(task, files);
    await storage.saveSet(set);
    return summarizeSet(set);
  },
  corpusOfSet,
  async importDemoSets(domain) {
    const sets = await readDemoSets(domain);
    for (const set of sets) await storage.saveSet(set);
    return sets.map(summarizeSet);
  },
  async encodeSet(setId, model, maxTokens) {
    return encodeSet(await storage.loadSet(setId), await openTokenizer(model), maxTokens);
  },
  async encodeSentence(text, model) {
    return encodeSentence(text, await openTokenizer(model), sentenceTokens);
  },
  async decodeTokens(ids, model) {
    const tokenizer = await openTokenizer(model);
    return ids.map((id) => tokenizer.tokenText(id));
  },
  storedReport,
  describeCorpus: describeStoredCorpus,
  corpusDistances: storedDistances,
  sampleDocuments,
  storedMap: storage.loadDocumentMap,
  saveMap: storage.saveDocumentMap,
  ...leakJobs,
  ...selectionJobs,
  ...augmentationJobs,
  ...cleaningJobs,
  ...tokenizerJobs,
  cancel: () => Promise.resolve(cancelJob()),
  hold: (held) => Promise.resolve(holdJob(held)),

  listCheckpoints: storage.listCheckpoints,
  renameCheckpoint: storage.renameCheckpoint,
  deleteCheckpoint: storage.deleteCheckpoint,
  async checkpointPosition(id) {
    return (await storage.loadCheckpointMeta(id)).position ?? null;
  },
  listCorpora: storage.listCorpora,
  renameCorpus: storage.renameCorpus,
  deleteCorpus: storage.deleteCorpus,
  exportCorpus: storage.exportCorpus,
  async listSets() {
    return (await storage.listSets()).map(summarizeSet);
  },
  renameSet: storage.renameSet,
  deleteSet: storage.deleteSet,
  storageReport: storage.storageReport,
  async deleteEverything() {
    await storage.deleteEverything();
    await clearHubCache();
  },
  saveProject: storage.saveProject,
  async loadProject(id) {
    return (await storage.loadProject(id)) ?? null;
  },
};

installWire();
expose(worker);
void sweep();

/** What unfinished saves left behind goes at start; a failure to sweep must not keep the page from working. */
async function sweep(): Promise<void> {
  try {
    await storage.sweepOrphans();
  } catch (error) {
    if (!(error instanceof UnmaskError)) throw error;
    console.warn(error.message);
  }
}
