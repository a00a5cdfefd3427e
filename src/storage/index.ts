/**
 * What this browser keeps: checkpoints, corpora with their token streams, labelled sets, projects. The
 * only room that knows IndexedDB (through idb-keyval) and Web Locks. It does not know what training,
 * a model or a token means. Formats and how to change them: README.md.
 */
export {
  deleteCheckpoint,
  listCheckpoints,
  loadCheckpoint,
  openCheckpoint,
  loadCheckpointMeta,
  renameCheckpoint,
  saveCheckpoint,
} from "./checkpoints.ts";
export {
  deleteCorpus,
  exportCorpus,
  listCorpora,
  loadCorpusSummary,
  openCorpusWriter,
  readCorpus,
  readCorpusWithSources,
  renameCorpus,
  type CorpusDraft,
  type CorpusWriter,
  type SourceName,
  type StoredDocument,
} from "./corpora.ts";
export {
  deleteReportsOf,
  loadDocumentMap,
  loadLeaks,
  loadReport,
  saveDocumentMap,
  saveLeaks,
  saveReport,
  type StoredReport,
} from "./corpus-reports.ts";
export {
  fineTuningBytes,
  loadFineTuning,
  saveFineTuning,
  type FineTuningName,
  type KeptFineTuning,
} from "./fine-tunings.ts";
export { deleteEverything, sweepOrphans, type Swept } from "./housekeeping.ts";
export { newId } from "./identity.ts";
export { isAnyTraining, withProjectLock, type ProjectGuard } from "./locks.ts";
export { storageReport } from "./report.ts";
export { deleteTokenizer, listTokenizers, loadTokenizer, saveTokenizer } from "./tokenizers.ts";
export {
  deleteProject,
  deleteSet,
  renameSet,
  listProjects,
  listSets,
  loadProject,
  loadSet,
  saveProject,
  saveSet,
} from "./small-records.ts";
export {
  findTokens,
  loadTokenized,
  loadDocumentLengths,
  loadTokens,
  openTokensWriter,
  type TokenizedHead,
  type TokensDraft,
  type TokensWriter,
  type TokenSide,
  type TokenStream,
} from "./tokens.ts";
