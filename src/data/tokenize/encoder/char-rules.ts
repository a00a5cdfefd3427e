/**
 * The normalisers of tokenizer.json that look at one character at a time, as rules for a CharMap.
 * Source: Hugging Face tokenizers' BertNormalizer, Lowercase and StripAccents (0.23), by their behaviour.
 */
import { identity, type CharRule } from "./char-map.ts";
import { codePoints } from "./chars.ts";
import { ACCENT, flags, isChinese, isLeft, MARK, REMOVED, REORDERS, WHITE, type NormalForm } from "./unicode.ts";

const SPACE = 0x20;
const isBreak = (char: number): boolean => char === 9 || char === 10 || char === 13;

/** White space becomes a blank; control characters, U+0000 and U+FFFD go. */
export const clean: CharRule = (char) => {
  if (isBreak(char)) return [SPACE];
  if ((flags[char]! & REMOVED) !== 0) return [];
  return [(flags[char]! & WHITE) !== 0 ? SPACE : char];
};

/** Chinese characters stand alone. */
export const spaceChinese: CharRule = (char) => (isChinese(char) ? [SPACE, char, SPACE] : [char]);

/** Character by character: unlike String.toLowerCase on a text, it knows no final sigma. */
export const lowerCase: CharRule = (char) => codePoints(String.fromCodePoint(char).toLowerCase());

/** A character's full decomposition, as far as the library knows it. */
export function decompose(char: number, form: NormalForm): readonly number[] {
  if (char < 0xa0 || isLeft(char, form)) return [char];
  return codePoints(String.fromCodePoint(char).normalize(form));
}

/** Decomposes and drops accents; null where canonical reordering would have a say. */
export const stripAccents: CharRule = (char) => {
  const parts = decompose(char, "NFD");
  if (parts.some((part) => (flags[part]! & REORDERS) !== 0)) return null;
  return parts.filter((part) => (flags[part]! & ACCENT) === 0);
};
export const dropAccents: CharRule = (char) => ((flags[char]! & ACCENT) !== 0 ? [] : [char]);
export const dropMarks: CharRule = (char) => ((flags[char]! & MARK) !== 0 ? [] : [char]);

export interface BertOptions {
  cleanText: boolean;
  chinese: boolean;
  accents: boolean;
  lowerCase: boolean;
}

/** BertNormalizer's four rules, in its order; those switched off do nothing. */
export function bertRules(options: BertOptions): { before: CharRule[]; accents: boolean; after: CharRule } {
  const before = [options.cleanText ? clean : identity, options.chinese ? spaceChinese : identity];
  return { before, accents: options.accents, after: options.lowerCase ? lowerCase : identity };
}
