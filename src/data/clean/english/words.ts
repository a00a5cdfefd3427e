/**
 * English words as datatrove's rules count them: spaCy 3.8's tokenizer for English (algorithm: spacy.io/usage/
 * linguistic-features#how-tokenizer-works). Rules of papers are stated in words; another idea of a word moves every
 * threshold. Differences: letters of scripts without case, and strings of over a thousand signs, which stay whole
 * where spaCy would spend quadratic time on them.
 */
import { isSpace } from "../text-units.ts";
import { englishExceptions } from "./exceptions.ts";
import { addressPattern, infixPattern, prefixPattern, suffixPattern } from "./patterns.ts";

const exceptions = englishExceptions();
const longestSplit = 1000;
/** Suffixes are a few signs long but for runs of dots; what the pattern looks at before them is at most two. */
const suffixRoom = 24;
const lookBack = 4;
/** Bounded: a corpus of hashes would otherwise fill the memory with words seen once. */
const cacheSize = 50_000;
const cache = new Map<string, readonly string[]>();
const plainWord = /^[A-Za-z]+$/;

/** Exceptions that can appear where their parts were first cut up: ":)" after a word. First part -> parts of each. */
const regrouped = new Map<string, { parts: string[]; whole: readonly string[] }[]>();
for (const [text, whole] of exceptions) {
  infixPattern.lastIndex = 0;
  if (!prefixPattern.test(text) && !suffixPattern.test(text) && text.search(infixPattern) < 0) continue;
  const parts = cutUp(text, false);
  const known = regrouped.get(parts[0]!) ?? [];
  regrouped.set(parts[0]!, [...known, { parts, whole }]);
}

/** Words of a text, in order; white space is none. */
export function englishWords(text: string): string[] {
  const words: string[] = [];
  forEachChunk(text, (start, end, blank) => {
    if (!blank) for (const word of wordsOfChunk(text.slice(start, end))) words.push(word);
  });
  return words;
}

/** Calls back for each run of white space or of anything else. */
export function forEachChunk(text: string, visit: (start: number, end: number, blank: boolean) => void): void {
  let start = 0;
  let blank = text.length > 0 && isSpace(text.charCodeAt(0));
  for (let at = 1; at <= text.length; at++) {
    const same = at < text.length && isSpace(text.charCodeAt(at)) === blank;
    if (same) continue;
    visit(start, at, blank);
    start = at;
    blank = !blank;
  }
}

/** Words of a run without white space. */
export function wordsOfChunk(chunk: string): readonly string[] {
  const known = cache.get(chunk);
  if (known !== undefined) return known;
  const words = plainWord.test(chunk) && !exceptions.has(chunk) ? [chunk] : regroup(cutUp(chunk, true));
  if (cache.size >= cacheSize) cache.clear();
  if (chunk.length <= 64) cache.set(chunk, words);
  return words;
}

function cutUp(chunk: string, special: boolean): string[] {
  if (chunk.length > longestSplit) return [chunk];
  const isSpecial = (text: string): boolean => special && text !== "" && exceptions.has(text);
  const before: string[] = [];
  const after: string[] = [];
  let rest = chunk;
  let size = -1;
  while (rest !== "" && rest.length !== size && !isSpecial(rest)) {
    size = rest.length;
    const prefix = prefixPattern.exec(rest)?.[0] ?? "";
    const withoutPrefix = rest.slice(prefix.length);
    if (prefix !== "" && isSpecial(withoutPrefix)) {
      before.push(prefix);
      rest = withoutPrefix;
      break;
    }
    const suffix = suffixOf(withoutPrefix);
    const withoutSuffix = rest.slice(0, rest.length - suffix.length);
    if (suffix !== "" && isSpecial(withoutSuffix)) {
      after.push(suffix);
      rest = withoutSuffix;
      break;
    }
    if (prefix !== "") before.push(prefix);
    if (suffix !== "") after.push(suffix);
    rest = rest.slice(prefix.length, rest.length - suffix.length);
  }
  return [...before, ...middle(rest, special), ...after.reverse()];
}

/** Found near the end, where it must stand: a search from the start costs the whole chunk for each sign cut off. */
function suffixOf(text: string): string {
  const near = suffixPattern.exec(text.slice(-suffixRoom))?.[0] ?? "";
  const certain = text.length <= suffixRoom || near.length < suffixRoom - lookBack;
  return certain ? near : (suffixPattern.exec(text)?.[0] ?? "");
}

function middle(text: string, special: boolean): readonly string[] {
  if (text === "") return [];
  const whole = special ? exceptions.get(text) : undefined;
  if (whole !== undefined) return whole;
  if (addressPattern.test(text)) return [text];
  const words: string[] = [];
  let from = 0;
  for (const found of text.matchAll(infixPattern)) {
    if (found.index === 0) continue;
    if (found.index > from) words.push(text.slice(from, found.index));
    words.push(found[0]);
    from = found.index + found[0].length;
  }
  if (from < text.length) words.push(text.slice(from));
  return words;
}

/** Puts exceptions together again that were cut up; the longest run of parts wins, then the first. */
function regroup(parts: string[]): readonly string[] {
  const matches: { from: number; to: number; whole: readonly string[] }[] = [];
  for (let from = 0; from < parts.length; from++)
    for (const { parts: wanted, whole } of regrouped.get(parts[from]!) ?? [])
      if (wanted.every((part, i) => parts[from + i] === part)) matches.push({ from, to: from + wanted.length, whole });
  if (matches.length === 0) return parts;
  matches.sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from);
  const taken = new Uint8Array(parts.length);
  const chosen = new Map<number, { to: number; whole: readonly string[] }>();
  for (const { from, to, whole } of matches) {
    if (taken[from] === 0 && taken[to - 1] === 0) chosen.set(from, { to, whole });
    taken.fill(1, from, to);
  }
  const words: string[] = [];
  for (let at = 0; at < parts.length;) {
    const found = chosen.get(at);
    words.push(...(found?.whole ?? [parts[at]!]));
    at = found?.to ?? at + 1;
  }
  return words;
}
