/**
 * Cleaning: the one table of rules (src/contract/cleaning-rules.ts), a plan made of it, and what a look at a corpus
 * under a plan finds. A plan is plain JSON: it travels in the project, in the recipe file and in the cleaned corpus.
 */
import { UnmaskError } from "../base/index.ts";
import { cleaningRules, type CleaningRule, type CleaningRuleId } from "./cleaning-rules.ts";
import type { CorpusSummary } from "./corpus.ts";
import { settingProblem } from "./settings.ts";
import type { OnProgress } from "./worker-api.ts";

/** Web rules were made for pages; texts not far above their 50 words fail them wholesale and get rules of their own. */
export type CleaningProfile = "short" | "long";
/** Median length in words from which texts count as long: three times the rules' own minimum, or half of them would go. */
export const longTextWords = 150;

export interface RuleChoice {
  on: boolean;
  /** Null where the rule has none. */
  threshold: number | null;
}
export interface CleaningPlan {
  version: 1;
  profile: CleaningProfile;
  rules: Record<CleaningRuleId, RuleChoice>;
}

/** A stretch of a sample's text that gave the reason. */
export interface ReasonSpan {
  start: number;
  end: number;
  /** "stands here for the 3rd time"; "" when the rule's own words say it all. */
  note: string;
}
export interface RuleSample {
  /** Place of the document in the corpus, from 0. */
  document: number;
  /** The text around the spans, as it stands in the corpus. */
  text: string;
  cutBefore: boolean;
  cutAfter: boolean;
  spans: ReasonSpan[];
  /** What was measured against which limit, in words; for a repair, what comes instead. */
  reason: string;
}
export interface RuleFinding {
  id: CleaningRuleId;
  /** Documents it would remove or change. */
  documents: number;
  /** Words it would remove (documents, lines), or places it would change (repairs, masks). */
  words: number;
  places: number;
  samples: RuleSample[];
}
export interface DuplicateCluster {
  kind: "exact" | "near";
  /** Documents in it; the first of them stays. */
  size: number;
  /** The first of them: place in the corpus, and text cut short. */
  members: { document: number; text: string }[];
  /** Least estimated similarity of a member to one before it; 1 for equal ones. */
  similarity: number;
}
export interface CleaningTotals {
  documents: number;
  words: number;
  /** Documents that stay, but not as they were. */
  changed: number;
}
export interface CleaningReport {
  corpusId: string;
  plan: CleaningPlan;
  /** Words of the middle document: what the profile was chosen by. */
  medianWords: number;
  suggested: CleaningProfile;
  before: CleaningTotals;
  after: CleaningTotals;
  findings: RuleFinding[];
  /** Largest first, at most 50; `clusterCount` has them all. */
  clusters: DuplicateCluster[];
  clusterCount: number;
  /** Documents by language (ISO 639-1; "" for unsure), most frequent first. */
  languages: { language: string; documents: number }[];
  /** Plain sentences on limits of this look. */
  notices: string[];
  durationMs: number;
}
/** What made a corpus out of another one. */
export interface CleanedFrom {
  /** The corpus that it was made of; it stays as it is. */
  parentId: string;
  parentName: string;
  plan: CleaningPlan;
  before: CleaningTotals;
  after: CleaningTotals;
}

export interface CleaningDoor {
  /**
   * What each rule would remove or change, with samples; nothing is changed. Null for the plan that suits the texts.
   * @throws storage/no-such-corpus
   */
  lookAtCorpus(corpusId: string, plan: CleaningPlan | null, onProgress: OnProgress): Promise<CleaningReport>;
  /** The sum of a plan's rules. Quick after a look with the same thresholds; else null. */
  cleaningTotals(corpusId: string, plan: CleaningPlan): Promise<CleaningTotals | null>;
  /** Makes a new corpus; the old one stays. Looks first where no look with these thresholds is at hand. */
  cleanCorpus(corpusId: string, plan: CleaningPlan, onProgress: OnProgress): Promise<CorpusSummary>;
  /** One whole document, for reading. */
  readDocument(corpusId: string, document: number): Promise<string>;
}

export function defaultPlan(profile: CleaningProfile): CleaningPlan {
  return {
    version: 1,
    profile,
    rules: Object.fromEntries(
      cleaningRules.map((rule: CleaningRule) => [
        rule.id,
        { on: rule.on[profile], threshold: rule.threshold?.default ?? null },
      ]),
    ) as CleaningPlan["rules"],
  };
}

const bad = (message: string): UnmaskError =>
  new UnmaskError(
    "contract/bad-cleaning",
    message,
    "Correct the file, or choose the rules on the page and save it anew.",
  );

/**
 * Checks a plan from a file; rules that it does not name keep the profile's default.
 * @throws contract/bad-cleaning
 */
export function readPlan(given: unknown): CleaningPlan {
  const { version, profile, rules } = (given ?? {}) as Partial<Record<keyof CleaningPlan, unknown>>;
  if (version !== 1) throw bad("The cleaning rules must be of version 1.");
  if (profile !== "short" && profile !== "long") throw bad(`The cleaning profile must be "short" or "long".`);
  if (typeof rules !== "object" || rules === null)
    throw bad("The cleaning rules must be an object of names and choices.");
  const plan = defaultPlan(profile);
  for (const [id, choice] of Object.entries(rules as Record<string, Partial<RuleChoice> | null>)) {
    const rule = (cleaningRules as readonly CleaningRule[]).find((one) => one.id === id);
    if (rule === undefined) throw bad(`There is no cleaning rule "${id.slice(0, 40)}".`);
    const { on, threshold = null } = choice ?? {};
    if (typeof on !== "boolean") throw bad(`${rule.label}: "on" must be true or false.`);
    if (rule.threshold === undefined ? threshold !== null : thresholdProblem(rule, threshold) !== undefined)
      throw bad(rule.threshold === undefined ? `${rule.label} has no threshold.` : thresholdProblem(rule, threshold)!);
    plan.rules[rule.id] = { on, threshold };
  }
  return plan;
}

/** Why a threshold is not acceptable, in one sentence. */
export function thresholdProblem(rule: CleaningRule, value: unknown): string | undefined {
  if (rule.threshold === undefined) return undefined;
  return settingProblem({ kind: "number", label: rule.label, help: "", group: "", ...rule.threshold }, value);
}

/** What a plan computes with; rules switched on or off change it not at all, only what is taken out of it. */
export const thresholdsOf = (plan: CleaningPlan): string =>
  cleaningRules.map(({ id }) => String(plan.rules[id].threshold)).join(" ");
