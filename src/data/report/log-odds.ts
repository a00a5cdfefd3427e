/**
 * Which words mark a collection off from general text: log-odds with an informative Dirichlet prior.
 * Source: Monroe, Colaresi & Quinn 2008, "Fightin' Words", equations 16 and 19-22; the prior is general
 * English at a weight of 1,000 words. Pure.
 */
import type { DomainTerm } from "../../contract/index.ts";
import type { GeneralReference } from "./general-reference.ts";
import { stopWords } from "./stop-words.ts";
import type { TextProfile, VocabularyWord } from "./text-profile.ts";

export const PRIOR_WORDS = 1000;
/** A word seen less often is chance, a name or a slip. */
const LEAST = 5;

export interface Counts {
  count: number;
  total: number;
}
/** z-score of the difference of a word's log-odds between two collections. */
export function logOdds(here: Counts, there: Counts, prior: number, priorTotal: number): number {
  const a = here.count + prior;
  const b = there.count + prior;
  const difference = Math.log(a / (here.total + priorTotal - a)) - Math.log(b / (there.total + priorTotal - b));
  return difference / Math.sqrt(1 / a + 1 / b);
}

export type TypicalWord = Omit<DomainTerm, "pieces"> & Pick<VocabularyWord, "form">;

/** The most typical words first: with a letter, no stop-words, more frequent here than in general text. */
export function typicalWords(profile: TextProfile, general: GeneralReference, most: number): TypicalWord[] {
  const found: TypicalWord[] = [];
  const total = profile.wordTokens;
  for (const { word, form, count } of profile.vocabulary) {
    if (count < LEAST) break; // most frequent first
    if (stopWords.has(word) || !/\p{L}/u.test(word)) continue;
    const there = general.count(word);
    const prior = (PRIOR_WORDS * there) / general.wordTokens;
    const score = logOdds({ count, total }, { count: there, total: general.wordTokens }, prior, PRIOR_WORDS);
    if (score <= 0) continue;
    found.push({
      word,
      form,
      count,
      perMillion: (count / total) * 1e6,
      generalPerMillion: general.has(word) ? (there / general.wordTokens) * 1e6 : 0,
      score,
    });
  }
  return found.sort((a, b) => b.score - a.score).slice(0, most);
}
