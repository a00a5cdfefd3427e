/** A labelled set's items as they are compared with each other: one key and one label an item. */
import type { LabelledSet, SplitName } from "../../contract/index.ts";
import { normalizedText } from "./leak-words.ts";
import type { LabelCount } from "./label-names.ts";

export interface SetItem {
  item: number;
  split: SplitName;
  text: string;
  /** Equal for texts that differ in nothing that counts; for NER in the number of words too. */
  key: string;
  label: string;
}

export function setItems(set: LabelledSet): SetItem[] {
  const keyed = (item: number, split: SplitName, texts: string[], label: string, salt = ""): SetItem => {
    const keys = texts.map((text) => normalizedText(text, false) || text.trim());
    return { item, split, text: texts.join(" | "), key: [...keys, salt].join("\n"), label };
  };
  switch (set.task) {
    case "ner":
      return set.items.map(({ split, tokens, tags }, i) =>
        keyed(i, split, [tokens.join(" ")], tags.join(" "), String(tokens.length)),
      );
    case "classification":
      return set.items.map(({ split, text, second, label }, i) =>
        keyed(i, split, second === undefined ? [text] : [text, second], label),
      );
    case "similarity":
      return set.items.map(({ split, first, second, score }, i) => keyed(i, split, [first, second], String(score)));
    case "qa":
      return set.items.map(({ split, question, context, answers }, i) =>
        keyed(i, split, [question, context], answers[0]!.text),
      );
  }
}

/** How often each class or entity type occurs; none for similarity and questions. An entity counts once. */
export function labelCounts(set: LabelledSet): LabelCount[] {
  const counts = new Map<string, LabelCount>();
  const count = (label: string, split: SplitName): void => {
    const line = counts.get(label) ?? { label, items: 0, testItems: 0 };
    line.items++;
    if (split === "test") line.testItems++;
    counts.set(label, line);
  };
  if (set.task === "classification") for (const { label, split } of set.items) count(label, split);
  if (set.task === "ner")
    for (const { tags, split } of set.items)
      for (const tag of tags) if (tag.startsWith("B-")) count(tag.slice(2), split);
  return [...counts.values()];
}

/** Items by key, in set order; only keys with more than one item. */
export function repeatedKeys(items: readonly SetItem[]): SetItem[][] {
  const groups = new Map<string, SetItem[]>();
  for (const one of items) {
    const group = groups.get(one.key);
    if (group === undefined) groups.set(one.key, [one]);
    else group.push(one);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
