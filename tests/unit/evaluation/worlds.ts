/** Labelled sets of our own making, as hard as a test wants them. */
import { random } from "../../../src/base/index.ts";
import type { EncodedSet, SplitName } from "../../../src/contract/index.ts";
import { WordIds } from "./word-vectors.ts";

type Sizes = Record<SplitName, number>;
const splitsOf = (sizes: Sizes): SplitName[] =>
  (["train", "dev", "test"] as const).flatMap((split) => Array<SplitName>(sizes[split]).fill(split));
const frame = { id: "world", name: "A made-up set", note: "", warnings: [] };

/** Three topics of 40 words each among 60 shared ones; one word in four is the topic's. */
export function topicWorld(seed: number, sizes: Sizes): EncodedSet & { set: { task: "classification" } } {
  const source = random(seed);
  const ids = new WordIds();
  const items = splitsOf(sizes).map((split) => {
    const topic = source.below(3);
    const words = Array.from({ length: 8 + source.below(6) }, () =>
      source.next() < 0.25 ? `topic${topic}word${source.below(40)}` : `shared${source.below(60)}`,
    );
    return { split, text: words.join(" "), label: ["pump", "choir", "court"][topic]! };
  });
  const texts = items.map(({ text }) => ids.encode(text.split(" ")));
  return { set: { ...frame, task: "classification", items }, texts };
}

/** Two entity types of one or two words; a trigger word before each tells the type, the names alone do not. */
export function entityWorld(seed: number, sizes: Sizes, maxTokens = 512): EncodedSet & { set: { task: "ner" } } {
  const source = random(seed);
  const ids = new WordIds();
  const items = splitsOf(sizes).map((split) => {
    const [tokens, tags]: [string[], string[]] = [[], []];
    const add = (token: string, tag: string): void => {
      tokens.push(token);
      tags.push(tag);
    };
    for (let k = 0; k < 3; k++) {
      for (let w = 1 + source.below(4); w > 0; w--) add(`filler${source.below(50)}`, "O");
      if (source.next() < 0.3) continue;
      const type = ["DRUG", "PLACE"][source.below(2)]!;
      add(`${type.toLowerCase()}cue${source.below(3)}`, "O");
      add(`name${source.below(30)}`, `B-${type}`);
      if (source.next() < 0.4) add(`tail${source.below(10)}`, `I-${type}`);
    }
    return { split, tokens, tags };
  });
  const texts = items.map(({ tokens }) => ids.encode(tokens, maxTokens));
  return { set: { ...frame, task: "ner", scheme: "IOB2", items }, texts };
}

/** Pairs that share 0 to 8 of 8 words; the score is the number shared plus noise. */
export function pairWorld(seed: number, sizes: Sizes): EncodedSet & { set: { task: "similarity" } } {
  const source = random(seed);
  const ids = new WordIds();
  const items = splitsOf(sizes).map((split) => {
    const shared = source.below(9);
    const word = (): string => `word${source.below(200)}`;
    const both = Array.from({ length: shared }, word);
    const side = (): string => [...both, ...Array.from({ length: 8 - shared }, word)].join(" ");
    return { split, first: side(), second: side(), score: shared / 8 + 0.1 * source.normal() };
  });
  const texts = items.flatMap(({ first, second }) => [ids.encode(first.split(" ")), ids.encode(second.split(" "))]);
  return { set: { ...frame, task: "similarity", items }, texts };
}
