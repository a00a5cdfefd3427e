/**
 * What was found out about a corpus: its report with what distances are made from, one a tokenizer, and the
 * map of its documents, one a model; the last search for evaluation items in it. Deleted with the corpus. Knows nothing of what is in them but their keys.
 */
import { delMany, get, keys, set } from "idb-keyval";
import type { CorpusReport, DocumentMap, LeakReport } from "../contract/index.ts";
import { recordStore } from "./databases.ts";

/** The report and the value that the data room computes distances from, kept as it is given. */
export interface StoredReport<Fingerprint> {
  report: CorpusReport;
  fingerprint: Fingerprint;
}

const reportKey = (corpusId: string, tokenizerId: string): IDBValidKey => ["report", corpusId, tokenizerId];
const leaksKey = (corpusId: string): IDBValidKey => ["leaks", corpusId];
const kinds = ["report", "map", "leaks"];
const mapKey = (corpusId: string, model: string): IDBValidKey => ["map", corpusId, model];

/** @throws storage/quota-full, storage/unavailable */
export function saveReport<Fingerprint>(given: StoredReport<Fingerprint>): Promise<void> {
  return set(reportKey(given.report.corpusId, given.report.tokenizerId), given, recordStore);
}

/** Reports of another version of the page are made anew. */
export async function loadReport<Fingerprint>(
  corpusId: string,
  tokenizerId: string,
): Promise<StoredReport<Fingerprint> | null> {
  const found = await get<StoredReport<Fingerprint>>(reportKey(corpusId, tokenizerId), recordStore);
  return found?.report.version === 1 ? found : null;
}

/** @throws storage/quota-full, storage/unavailable */
export function saveDocumentMap(map: DocumentMap): Promise<void> {
  return set(mapKey(map.corpusId, map.model), map, recordStore);
}

export async function loadDocumentMap(corpusId: string, model: string): Promise<DocumentMap | null> {
  const found = await get<DocumentMap>(mapKey(corpusId, model), recordStore);
  return found?.version === 1 ? found : null;
}

/** @throws storage/quota-full, storage/unavailable */
export function saveLeaks(report: LeakReport): Promise<void> {
  return set(leaksKey(report.corpusId), { version: 1, report }, recordStore);
}

export async function loadLeaks(corpusId: string): Promise<LeakReport | null> {
  const found = await get<{ version: number; report: LeakReport }>(leaksKey(corpusId), recordStore);
  return found?.version === 1 ? found.report : null;
}

export async function deleteReportsOf(corpusId: string): Promise<void> {
  const all = await keys<IDBValidKey>(recordStore);
  const own = all.filter((key) => Array.isArray(key) && kinds.includes(String(key[0])) && key[1] === corpusId);
  await delMany(own, recordStore);
}
