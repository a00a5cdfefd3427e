/** A training item as words that may or may not be changed, and back. NER words with a tag never are. */
import type { LabelledSet } from "../../contract/index.ts";
import { stopWords } from "../report/stop-words.ts";

export interface Words {
  words: string[];
  /** IOB2 tags, of NER only. */
  tags: string[] | null;
  label: string;
}

/** A word with what stands around its letters: "(lamp)," is "(", "lamp", "),". */
export interface Core {
  before: string;
  letters: string;
  after: string;
}

/** Longer ones are addresses and noise. */
const longestWord = 200;

export function coreOf(word: string): Core | undefined {
  if (word.length > longestWord) return undefined;
  const match = /^([^\p{L}]*)(\p{L}[\p{L}\p{M}'’-]*)([^\p{L}]*)$/u.exec(word);
  return match === null ? undefined : { before: match[1]!, letters: match[2]!, after: match[3]! };
}

/** Places whose word carries meaning and may be another one: two letters or more, no stop-word, no name. */
export function changeable({ words, tags }: Words): number[] {
  return words.flatMap((word, i) => {
    if (tags !== null && tags[i] !== "O") return [];
    const letters = coreOf(word)?.letters ?? "";
    return letters.length < 2 || stopWords.has(letters.toLowerCase()) ? [] : [i];
  });
}

export function itemWords(set: LabelledSet, item: number): Words {
  if (set.task === "ner") {
    const { tokens, tags } = set.items[item]!;
    return { words: [...tokens], tags: [...tags], label: "" };
  }
  if (set.task === "classification") {
    const { text, label } = set.items[item]!;
    return { words: text.split(/\s+/u).filter(Boolean), tags: null, label };
  }
  return { words: [], tags: null, label: "" };
}

export const writtenText = ({ words }: Words): string => words.join(" ");

/** The new letters in the case of the old ones. */
export function inCaseOf(old: string, letters: string): string {
  if (old.length > 1 && old === old.toUpperCase() && old !== old.toLowerCase()) return letters.toUpperCase();
  const first = old[0]!;
  return first !== first.toLowerCase() ? letters[0]!.toUpperCase() + letters.slice(1) : letters;
}
