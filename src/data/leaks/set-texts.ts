/** The texts of a labelled set, whatever its task: what is compared with a corpus or with each other. */
import type { LabelledSet, SplitName } from "../../contract/index.ts";

export interface SetText {
  /** Place in the set. */
  item: number;
  split: SplitName;
  text: string;
  /** Class, tags or score as one string: equal for items that say the same. */
  label: string;
}

/** One text an item; NER words are joined by blanks, a pair and a question with its context have two. */
export function setTexts(set: LabelledSet): SetText[] {
  switch (set.task) {
    case "ner":
      return set.items.map(({ split, tokens, tags }, item) => ({
        item,
        split,
        text: tokens.join(" "),
        label: tags.join(" "),
      }));
    case "classification":
      return set.items.flatMap(({ split, text, second, label }, item) =>
        (second === undefined ? [text] : [text, second]).map((one) => ({ item, split, text: one, label })),
      );
    case "similarity":
      return set.items.flatMap(({ split, first, second, score }, item) => [
        { item, split, text: first, label: String(score) },
        { item, split, text: second, label: String(score) },
      ]);
    case "qa":
      return set.items.flatMap(({ split, question, context, answers }, item) =>
        [question, context].map((text) => ({ item, split, text, label: answers[0]!.text })),
      );
  }
}
