/**
 * Word lists of a demo domain and how they are dealt out: every coined name and every pair of ordinary
 * words belongs to exactly one side, "train" or "test", and all of them occur in the unlabelled corpus.
 */
import { hashString } from "../../src/base/index.ts";
import type { Mention } from "./grammar.ts";

export type Side = "train" | "test";

export interface Name {
  text: string;
  /** Entity type, as in the NER set. */
  tag: string;
  /** Which kind within the type ("air" machines, "sleep" herbs); "" where there are none. */
  family: string;
  side: Side;
  coined: boolean;
  /** "the " where English wants it. */
  before: string;
}

export interface NameList {
  tag: string;
  family?: string;
  before?: string;
  /** Article before pairs of ordinary words, where it differs. */
  pairBefore?: string;
  coined: string;
  firsts: string;
  seconds: string;
}

/** All names of a list: coined ones dealt alternately, pairs of ordinary words by their hash. */
export function makeNames(list: NameList): Name[] {
  const { tag, family = "", before = "", pairBefore = before } = list;
  const coined = split(list.coined).map((text, i): Name => ({
    text,
    tag,
    family,
    side: i % 2 === 0 ? "train" : "test",
    coined: true,
    before,
  }));
  const pairs = split(list.firsts).flatMap((first) =>
    split(list.seconds).map((second): Name => {
      const text = `${first} ${second}`;
      const side = hashString(`${tag} ${text}`) % 5 < 3 ? "train" : "test";
      return { text, tag, family, side, coined: false, before: pairBefore };
    }),
  );
  return [...coined, ...pairs];
}

export function split(words: string): string[] {
  return words.trim().split(/\s+/);
}

export function mention(name: Name): Mention {
  return { text: name.text, before: name.before, tag: name.tag };
}
