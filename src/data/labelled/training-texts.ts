/** What task-adaptive training may read of a labelled set: the training items' texts, each once, labels left out. */
import type { LabelledSet } from "../../contract/index.ts";
import { setTexts } from "../leaks/set-texts.ts";
import { normalizedText } from "../leaks/leak-words.ts";

/** A text that also stands among dev or test items is left out: its score must not come from having read it. */
export function trainingTexts(set: LabelledSet): string[] {
  const texts = setTexts(set);
  const keyOf = (text: string): string => normalizedText(text, false) || text.trim();
  const seen = new Set(texts.filter(({ split }) => split !== "train").map(({ text }) => keyOf(text)));
  const kept: string[] = [];
  for (const { split, text } of texts) {
    const key = keyOf(text);
    if (split !== "train" || text.trim() === "" || seen.has(key)) continue;
    seen.add(key);
    kept.push(text);
  }
  return kept;
}
