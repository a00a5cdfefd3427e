/** The whole look: two passes over the documents, and the report. Documents are streamed; nothing keeps them. */
import {
  cleaningRules,
  defaultPlan,
  longTextWords,
  type CleaningPlan,
  type CleaningReport,
  type OnProgress,
} from "../../../contract/index.ts";
import { breather } from "../../stop.ts";
import { languageRecogniser } from "../language.ts";
import { Look } from "./look.ts";
import { SecondPass } from "./second-pass.ts";
import { totalsAfter } from "./sum.ts";

export interface LookRequest {
  corpusId: string;
  /** How many there will be, for the progress. */
  documents: number;
  /** The documents, from the first; asked for once or twice. */
  read: () => AsyncIterable<string>;
  /** Null for the profile that suits the texts. */
  plan: CleaningPlan | null;
  onProgress: OnProgress;
  signal?: AbortSignal;
}
/** What a look leaves behind for sums and for cleaning. */
export interface LookResult {
  look: Look;
  second: SecondPass;
  report: CleaningReport;
}

const everyDocuments = 200;

export async function lookAtCorpus({
  corpusId,
  documents,
  read,
  plan,
  onProgress,
  signal,
}: LookRequest): Promise<LookResult> {
  const began = performance.now();
  const breathe = breather(signal);
  // Both profiles have the same thresholds, and the profile is only known at the end.
  const look = new Look(plan ?? defaultPlan("long"), await languageRecogniser());
  const pass = async (phase: string, add: (text: string) => void, from: number): Promise<void> => {
    let done = from;
    for await (const text of read()) {
      add(text);
      if (++done % everyDocuments === 0) onProgress({ phase, done, total: documents * 2, unit: "documents" });
      await breathe();
    }
  };
  await pass("looking at every text", (text) => look.add(text), 0);
  const second = new SecondPass(look);
  if (second.needed) await pass("marking what repeats", (text) => second.add(text), documents);

  const medianWords = median(look.words.values);
  const suggested = medianWords < longTextWords ? "short" : "long";
  const chosen = plan ?? defaultPlan(suggested);
  const report: CleaningReport = {
    corpusId,
    plan: chosen,
    medianWords,
    suggested,
    before: { documents: look.documents, words: look.words.values.reduce((sum, words) => sum + words, 0), changed: 0 },
    after: totalsAfter(look, second.groups, chosen),
    findings: cleaningRules.map(({ id }) => ({
      id,
      ...look.findings.hits.get(id)!,
      samples: look.findings.samples.get(id)!,
    })),
    clusters: second.clusters,
    clusterCount: second.clusterCount,
    languages: [...look.languages]
      .map(([language, count]) => ({ language, documents: count }))
      .sort((a, b) => b.documents - a.documents),
    notices: notices(look, second),
    durationMs: performance.now() - began,
  };
  return { look, second, report };
}

function notices(look: Look, { mainLanguage }: SecondPass): string[] {
  const found: string[] = [];
  if (mainLanguage !== "" && mainLanguage !== "en")
    found.push(
      "Most of these texts are not English. Gopher's, C4's and FineWeb's limits were set on English and count words as in English: look twice before you use them.",
    );
  if (look.forgetful)
    found.push(
      "The text has more different lines or sentences than are remembered at once: some that repeat far apart are not counted.",
    );
  return found;
}

function median(values: Uint32Array): number {
  if (values.length === 0) return 0;
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
