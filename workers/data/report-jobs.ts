/** A stored corpus -> its stored report, its distances, a sample for the map. Data and storage meet only here. */
import { UnmaskError } from "../../src/base/index.ts";
import { longTextWords, type CorpusReport, type DocumentSample, type ReportDoor } from "../../src/contract/index.ts";
import {
  breather,
  brokenRules,
  corpusDistances,
  describeCorpus,
  fingerprint,
  fingerprintOf,
  generalFingerprint,
  openGeneralReference,
  textsOf,
  type Fingerprint,
  type GeneralReference,
  type GeneralReferenceFile,
  type Party,
} from "../../src/data/index.ts";
import {
  listSets,
  loadCorpusSummary,
  loadReport,
  readCorpus,
  readCorpusWithSources,
  saveReport,
} from "../../src/storage/index.ts";
import { openTokenizer } from "../shared/open-tokenizer.ts";
import { generalReference } from "../shared/paths.ts";
import { startJob } from "./cancel.ts";

/** Enough to recognise a document by. */
const excerptCharacters = 600;
/** No token of a usual text is longer on average; what is cut off beyond it would not be looked at. */
const charactersPerToken = 16;

let reference: Promise<GeneralReference> | undefined;

function openReference(): Promise<GeneralReference> {
  reference ??= fetchReference();
  reference.catch(() => (reference = undefined)); // the next call tries again
  return reference;
}

async function fetchReference(): Promise<GeneralReference> {
  const response = await fetch(generalReference).catch(() => undefined);
  if (response?.ok !== true)
    throw new UnmaskError(
      "data/no-reference",
      `The table of general English could not be fetched (${response === undefined ? "no answer" : response.status}).`,
      "Check the connection once; afterwards the page works offline.",
    );
  return openGeneralReference((await response.json()) as GeneralReferenceFile);
}

export const storedReport = async (corpusId: string, tokenizerId: string): Promise<CorpusReport | null> =>
  (await loadReport<Fingerprint>(corpusId, tokenizerId))?.report ?? null;

export const describeStoredCorpus: ReportDoor["describeCorpus"] = async (corpusId, model, onProgress) => {
  const signal = startJob();
  onProgress({ phase: "opening the tokenizer", done: 0, total: 0, unit: "documents" });
  const [tokenizer, general, summary] = await Promise.all([
    openTokenizer(model),
    openReference(),
    loadCorpusSummary(corpusId),
  ]);
  const known = await storedReport(corpusId, tokenizer.id);
  if (known !== null) return known;
  const { documents, characters } = summary;
  const { report, profile } = await describeCorpus(
    readCorpus(corpusId),
    { corpusId, documents, characters, tokenizer, general },
    (done) => onProgress({ phase: "reading the text", done, total: documents, unit: "documents" }),
    signal,
  );
  await saveReport({ report, fingerprint: fingerprintOf(profile) });
  return report;
};

export const storedDistances: ReportDoor["corpusDistances"] = async (corpusId, tokenizerId) => {
  const [stored, general, summary, sets] = await Promise.all([
    loadReport<Fingerprint>(corpusId, tokenizerId),
    openReference(),
    loadCorpusSummary(corpusId),
    listSets(),
  ]);
  if (stored === null)
    throw new UnmaskError(
      "data/no-report",
      "Distances need the report of this text, but there is none.",
      "Press “Look inside” first.",
    );
  const parties: Party[] = [
    { id: corpusId, name: summary.name, kind: "corpus", fingerprint: stored.fingerprint },
    ...sets.map((set) => ({
      id: set.id,
      name: set.name,
      kind: "set" as const,
      fingerprint: fingerprint(textsOf(set)),
    })),
    { id: "general", name: "General English", kind: "general", fingerprint: generalFingerprint(general) },
  ];
  return corpusDistances(parties);
};

export const sampleDocuments: ReportDoor["sampleDocuments"] = async (corpusId, model, count, maxTokens, onProgress) => {
  const signal = startJob();
  const tokenizer = await openTokenizer(model);
  const [{ documents: total, sources }, report] = await Promise.all([
    loadCorpusSummary(corpusId),
    storedReport(corpusId, tokenizer.id),
  ]);
  const profile = (report?.lengths.median ?? 0) < longTextWords ? "short" : "long";
  const { start, end } = tokenizer.special;
  const every = Math.max(1, total / count);
  const sample: DocumentSample = { documents: [], texts: [], total };
  const breathe = breather(signal);
  let index = -1;
  let next = every / 2;
  for await (const { text, source } of readCorpusWithSources(corpusId)) {
    index++;
    const pause = breathe();
    if (pause !== undefined) {
      onProgress({ phase: "drawing documents", done: index, total, unit: "documents" });
      await pause;
    }
    if (index < Math.floor(next)) continue;
    next += every;
    const ids = tokenizer.encode(text.slice(0, maxTokens * charactersPerToken)).slice(0, maxTokens - 2);
    if (ids.length === 0) continue;
    sample.texts.push({ ids: [start, ...ids, end] });
    sample.documents.push({
      index,
      words: text.trim().split(/\s+/).length,
      excerpt: excerptOf(text),
      source: sources[source]?.path ?? "",
      quality: brokenRules(text, profile),
    });
  }
  return sample;
};

/** The beginning, without half a character at its end. */
function excerptOf(text: string): string {
  if (text.length <= excerptCharacters) return text;
  return `${text.slice(0, excerptCharacters).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
