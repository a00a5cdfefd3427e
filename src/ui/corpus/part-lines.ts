/**
 * One line for each part of the corpus step: how things stand, before anything is opened. Pure.
 */
import { formatCount } from "../../base/index.ts";
import type { CleaningTotals, CorpusReport, CorpusSummary } from "../../contract/index.ts";
import { languageName } from "./report/report-words.ts";

const termsNamed = 4;
const count = (n: number, one: string): string => `${formatCount(n)} ${one}${n === 1 ? "" : "s"}`;

export function whatItIs(report: CorpusReport | null, counting: boolean): string {
  if (report === null)
    return counting
      ? "Being counted …"
      : "Language, lengths, typical words, and how far it is from general English: not counted yet.";
  const language = report.languages[0] ?? report.scripts[0];
  const { quarter, threeQuarters } = report.lengths;
  const terms = report.terms.slice(0, termsNamed).map(({ word }) => word);
  return [
    ...(language === undefined ? [] : [`Mostly ${languageName(language.name)}.`]),
    quarter === threeQuarters
      ? `Half of the documents have ${count(quarter, "word")}.`
      : `Half of the documents have ${formatCount(quarter)} to ${count(threeQuarters, "word")}.`,
    ...(terms.length === 0 ? [] : [`Typical: ${terms.join(", ")}.`]),
  ].join(" ");
}

export interface Faults {
  /** Documents before; null before a look at this text. */
  before: number | null;
  totals: CleaningTotals | null;
  /** Evaluation items that stand in the text; null before a look. */
  leaked: number | null;
  cleaned: boolean;
  looking: boolean;
}

export function whatIsWrong({ before, totals, leaked, cleaned, looking }: Faults): string {
  const leaks =
    leaked === null
      ? []
      : [
          leaked === 0
            ? "No evaluation item stands in it."
            : leaked === 1
              ? "1 evaluation item stands in it (leak)."
              : `${formatCount(leaked)} evaluation items stand in it (leaks).`,
        ];
  if (looking) return ["Being looked at …", ...leaks].join(" ");
  if (before === null || totals === null)
    return [
      cleaned
        ? "This is a cleaned version."
        : "Repeats, broken characters, personal data, junk, test items in the text: not looked at yet.",
      ...leaks,
    ].join(" ");
  const gone = before - totals.documents;
  const faults =
    gone === 0 && totals.changed === 0
      ? "The rules that are on find nothing to take out."
      : `The rules that are on would take out ${formatCount(gone)} of ${count(before, "document")} and change ${formatCount(totals.changed)}. Nothing is done yet.`;
  return [faults, ...leaks].join(" ");
}

export function whatToKeep(summary: CorpusSummary, chosen: number | null): string {
  return chosen === null || chosen >= summary.documents
    ? `All ${count(summary.documents, "document")}. If you like: only those nearest to a task, or all but the oddest.`
    : `${formatCount(chosen)} of ${count(summary.documents, "document")} are chosen, but not in use yet.`;
}
