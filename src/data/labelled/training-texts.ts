/** What task-adaptive training may read of a labelled set: the training items' texts, each once, labels left out. */
import type { LabelledSet } from "../../contract/index.ts";
import { setTexts } from "../leaks/set-texts.ts";
import { normalizedText } from "../leaks/leak-words.ts";

const keyOf = (text: string): string => normalizedText(text, false) || text.trim();

const scoredKeys = (set: LabelledSet): Set<string> =>
  new Set(
    setTexts(set)
      .filter(({ split }) => split !== "train")
      .map(({ text }) => keyOf(text)),
  );

/** Tells of any text whether it stands among the set's dev or test items, but for case, marks and blanks. */
export function scoredTexts(set: LabelledSet): (text: string) => boolean {
  const scored = scoredKeys(set);
  return (text) => scored.has(keyOf(text));
}

/** A text that also stands among dev or test items is left out: its score must not come from having read it. */
export function trainingTexts(set: LabelledSet): string[] {
  const seen = scoredKeys(set);
  const kept: string[] = [];
  for (const { split, text } of setTexts(set)) {
    const key = keyOf(text);
    if (split !== "train" || text.trim() === "" || seen.has(key)) continue;
    seen.add(key);
    kept.push(text);
  }
  return kept;
}
