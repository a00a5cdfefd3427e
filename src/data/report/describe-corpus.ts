/**
 * A corpus read once, streamed: the report that the page shows, and the profile that distances are made
 * from. Memory does not grow with the corpus. Knows no storage.
 */
import type { CorpusReport, Share } from "../../contract/index.ts";
import { languageRecogniser } from "../clean/language.ts";
import { breather, throwIfStopped } from "../stop.ts";
import type { Tokenizer } from "../tokenize/tokenizer.ts";
import { tokenBudget } from "./budget.ts";
import { characterKinds, scripts } from "./character-table.ts";
import type { GeneralReference } from "./general-reference.ts";
import { LengthCounter } from "./length-histogram.ts";
import { typicalWords } from "./log-odds.ts";
import { CharacterCounts } from "./scan-text.ts";
import { TextProfiler, type TextProfile } from "./text-profile.ts";
import { TokenCounter, withPieces } from "./token-counter.ts";

/** Typical words whose pieces are counted (field notes 3.5, H9), and those shown. */
const TERMS_CHECKED = 2000;
const TERMS_SHOWN = 60;
/** Documents asked for their language: 2,000 give a share to about 2 points. */
const LANGUAGE_SAMPLE = 2000;
const MOSTLY = 0.5;
const unsure = "unsure";

export interface CorpusInput {
  corpusId: string;
  /** What is known of it beforehand, for progress and sampling. */
  documents: number;
  characters: number;
  tokenizer: Tokenizer;
  general: GeneralReference;
}

export async function describeCorpus(
  texts: AsyncIterable<string> | Iterable<string>,
  input: CorpusInput,
  onProgress: (documents: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<{ report: CorpusReport; profile: TextProfile }> {
  const { tokenizer, general } = input;
  const languageOf = await languageRecogniser();
  const profiler = new TextProfiler();
  const characters = new CharacterCounts();
  const lengths = new LengthCounter();
  const tokens = new TokenCounter(tokenizer, input.characters);
  const languages = new Map<string, number>();
  const languageEvery = Math.max(1, Math.ceil(input.documents / LANGUAGE_SAMPLE));
  const breathe = breather(signal);
  let documents = 0;
  let size = 0;
  for await (const text of texts) {
    throwIfStopped(signal);
    const words = profiler.add(text, characters);
    lengths.add(words);
    tokens.add(documents, text, words);
    if (documents % languageEvery === 0) count(languages, languageOf(text) || unsure);
    size += text.length;
    documents++;
    const pause = breathe();
    if (pause !== undefined) {
      onProgress(documents);
      await pause;
    }
  }
  const profile = profiler.profile();
  const typical = withPieces(typicalWords(profile, general, TERMS_CHECKED), tokenizer);
  const facts = tokens.facts({ words: profile.words, documents }, general, typical);
  // A document's start and end token are positions too.
  const onePass = facts.tokens + 2 * documents;
  onProgress(documents);
  const report: CorpusReport = {
    version: 1,
    corpusId: input.corpusId,
    tokenizerId: tokenizer.id,
    createdAt: Date.now(),
    documents,
    words: profile.words,
    characters: size,
    lengths: lengths.histogram("words"),
    languages: shares(languages),
    scripts: shares(scripts.map((name, i) => [name, characters.scripts[i]!] as const)),
    characterKinds: shares(characterKinds.map((name, i) => [name, characters.kinds[i]!] as const)),
    distinctWords: profile.vocabulary.length,
    token: facts,
    terms: typical.slice(0, TERMS_SHOWN),
    budget: tokenBudget(onePass),
    notices: notices(profile, facts.sampledEvery, characters, shares(languages)[0]),
  };
  return { report, profile };
}

function notices(
  profile: TextProfile,
  every: number,
  { scripts: letters }: CharacterCounts,
  language: Share | undefined,
): string[] {
  const found: string[] = [];
  const latin =
    letters[scripts.indexOf("Latin")]! /
    Math.max(
      1,
      letters.reduce((a, b) => a + b),
    );
  const foreign =
    language !== undefined && language.name !== unsure && language.name !== "en" && language.share > MOSTLY;
  if (latin < MOSTLY || foreign)
    found.push(
      `${foreign ? "Most documents are not in English" : "Most letters of this text are not Latin ones"}, so the comparison with general English says little: typical words, tokens a word and distances only show that it is another language.`,
    );
  if (profile.undercount > 0)
    found.push(
      `The text has more different words than are held at once. Rare ones were forgotten; counts of words may be too low by ${profile.undercount}, and the number of different words is a lower bound.`,
    );
  if (every > 1)
    found.push(`The text is long: one of every ${every} documents was cut into tokens, and the sum is projected.`);
  return found;
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

/** What occurs, most frequent first. */
function shares(counts: Iterable<readonly [string, number]>): Share[] {
  const present = [...counts].filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
  const total = present.reduce((sum, [, n]) => sum + n, 0);
  return present.map(([name, n]) => ({ name, count: n, share: n / total }));
}
