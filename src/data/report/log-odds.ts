/**
 * Which words mark a collection off from general text: log-odds with an informative Dirichlet prior.
 * Source: Monroe, Colaresi & Quinn 2008, "Fightin' Words", equations 15-20. The prior is general English at a
 * weight of 1,000 words, and it is also what is compared with, taken as known: its 29 million words leave no
 * doubt worth counting, and a word it hardly knows must not lose rank for that (their two-sample variance
 * would put "zebrafish" behind "larvae" in a text on zebrafish larvae). Pure.
 */
import type { DomainTerm } from "../../contract/index.ts";
import type { GeneralReference } from "./general-reference.ts";
import { stopWords } from "./stop-words.ts";
import type { TextProfile, VocabularyWord } from "./text-profile.ts";

export const PRIOR_WORDS = 1000;
/** A word seen less often is chance, a name or a slip. */
const LEAST = 5;

/**
 * z-score of a word's log-odds here against its share in general text.
 * @param share of general text's words, above 0 and below 1
 */
export function logOdds(count: number, total: number, share: number): number {
  const a = count + PRIOR_WORDS * share;
  const difference = Math.log(a / (total + PRIOR_WORDS - a)) - Math.log(share / (1 - share));
  return difference * Math.sqrt(a); // variance of the log-odds: 1 / a
}

export type TypicalWord = Omit<DomainTerm, "pieces"> & Pick<VocabularyWord, "form">;

/** The most typical words first: with a letter, no stop-words, more frequent here than in general text. */
export function typicalWords(profile: TextProfile, general: GeneralReference, most: number): TypicalWord[] {
  const found: TypicalWord[] = [];
  const total = profile.wordTokens;
  for (const { word, form, count } of profile.vocabulary) {
    if (count < LEAST) break; // most frequent first
    if (stopWords.has(word) || !/\p{L}/u.test(word)) continue;
    const share = general.count(word) / general.wordTokens;
    const score = logOdds(count, total, share);
    if (score <= 0) continue;
    found.push({
      word,
      form,
      count,
      perMillion: (count / total) * 1e6,
      generalPerMillion: general.has(word) ? share * 1e6 : 0,
      score,
    });
  }
  return found.sort((a, b) => b.score - a.score).slice(0, most);
}
