/** Sentences of made-up content, with what makes splitting words hard: contractions, abbreviations, signs, addresses. */
import type { Random } from "../../src/base/index.ts";

const syllables = [
  "ka",
  "lo",
  "mer",
  "ti",
  "sun",
  "ra",
  "vel",
  "do",
  "pin",
  "esh",
  "or",
  "bu",
  "fi",
  "gal",
  "nor",
  "wy",
];
const common =
  "the of and to in is that it was for on are with as be at this have from or had by not but what all were".split(" ");
const odd = [
  "don't",
  "They'll",
  "it's",
  "we’re",
  "cannot",
  "I'd've",
  "U.S.",
  "e.g.",
  "Mr.",
  "Dr.",
  "a.m.",
  "10am",
  "5km",
  "3.5%",
  "$4.20",
  "C++",
  "well-known",
  "and/or",
  "x=y",
  "(see",
  "below)",
  "“quoted”",
  "‘so’",
  "2019-2021",
  "km/h",
  ":)",
  "foo:)",
  "^_^",
  "...",
  "wait…",
  "#tag",
  "@name",
  "http://lake.example.org/a?b=c",
  "www.pier.example",
  "mail@lake.example",
  "192.168.1.7",
  "8.8.4.4",
  "naïve",
  "café",
  "Straße",
  "—",
  "end--start",
  "[12]",
  "[edit]",
  "rock'n'roll",
  "O'Neil's",
  "dogs'",
  "1,000,000",
  "7:30",
  "A.B.",
  "i.e.",
  "Ph.D.",
  "12°C.",
  "100%",
  "~",
  "a.b",
  "Word.Next",
  "one,two",
  "either/or",
  "<b>",
  "&",
  "*star*",
  "_under_",
  "€5",
  "½",
  "№7",
  "🙂",
  "👍🏽",
  "→",
  "日本語",
  "мир",
];

export const pick = <T>(source: Random, list: readonly T[]): T => list[source.below(list.length)]!;

export function madeWord(source: Random, least = 1, most = 3): string {
  const parts = least + source.below(most - least + 1);
  return Array.from({ length: parts }, () => pick(source, syllables)).join("");
}

export interface Mix {
  /** Share of common English words, and of odd ones; the rest is made up. */
  common?: number;
  odd?: number;
}

export function word(source: Random, { common: ofCommon = 0.4, odd: ofOdd = 0.06 }: Mix = {}): string {
  const draw = source.next();
  if (draw < ofOdd) return pick(source, odd);
  return draw < ofOdd + ofCommon ? pick(source, common) : madeWord(source);
}

export function sentence(source: Random, mix: Mix = {}, words = 5 + source.below(14)): string {
  const made = Array.from({ length: words }, () => word(source, mix)).join(" ");
  const end = pick(source, [".", ".", ".", ".", "!", "?", "...", '."', ".)", "", "?!"]);
  return made.charAt(0).toUpperCase() + made.slice(1) + end;
}

export const sentences = (source: Random, count: number, mix: Mix = {}): string[] =>
  Array.from({ length: count }, () => sentence(source, mix));

/** About so many words in sentences and paragraphs. */
export function prose(source: Random, words: number, mix: Mix = {}): string {
  let text = "";
  for (let made = 0; made < words;) {
    const length = Math.min(words - made, 4 + source.below(16));
    text += (text === "" ? "" : pick(source, [" ", " ", " ", "\n", "\n\n", "  "])) + sentence(source, mix, length);
    made += length;
  }
  return text;
}
