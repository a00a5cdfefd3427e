/** Names exchanged for others of the same type from the training items (mention replacement, Dai and Adel 2020). Pure. */
import type { Random } from "../../base/index.ts";
import type { LabelledSet } from "../../contract/index.ts";
import type { Words } from "./augment-words.ts";

export type Mentions = ReadonlyMap<string, readonly (readonly string[])[]>;

function eachMention(tags: readonly string[], take: (type: string, from: number, to: number) => void): void {
  for (let from = 0; from < tags.length;) {
    const type = tags[from]!.startsWith("B-") ? tags[from]!.slice(2) : "";
    let to = from + 1;
    if (type !== "") {
      while (tags[to] === `I-${type}`) to++;
      take(type, from, to);
    }
    from = to;
  }
}

/** Every name of the training items, by type. */
export function trainingMentions(set: LabelledSet & { task: "ner" }): Mentions {
  const mentions = new Map<string, string[][]>();
  for (const { split, tokens, tags } of set.items) {
    if (split !== "train") continue;
    eachMention(tags, (type, from, to) => mentions.set(type, [...(mentions.get(type) ?? []), tokens.slice(from, to)]));
  }
  return mentions;
}

export function swapEntities(item: Words, mentions: Mentions, source: Random): Words {
  if (item.tags === null) return item;
  const [words, tags]: [string[], string[]] = [[], []];
  let at = 0;
  eachMention(item.tags, (type, from, to) => {
    words.push(...item.words.slice(at, from));
    tags.push(...item.tags!.slice(at, from));
    const others = mentions.get(type) ?? [];
    const mention = others.length === 0 ? item.words.slice(from, to) : others[source.below(others.length)]!;
    words.push(...mention);
    tags.push(...mention.map((_, i) => (i === 0 ? `B-${type}` : `I-${type}`)));
    at = to;
  });
  words.push(...item.words.slice(at));
  tags.push(...item.tags.slice(at));
  return { ...item, words, tags };
}
