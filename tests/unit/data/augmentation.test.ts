/** Augmentation: what is changed, what never is, and that dev and test stay as they were. Seeds are fixed. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import {
  augmentationTable,
  defaultsOf,
  type AugmentationSettings,
  type DraftGuesses,
  type LabelledSet,
} from "../../../src/contract/index.ts";
import { augmentSet, draftMasked, edaCopy } from "../../../src/data/augment/index.ts";
import { createTokenizer, type Tokenizer } from "../../../src/data/tokenize/tokenizer.ts";
import { special } from "../../support/tiny-bert.ts";

const json = readFileSync(new URL("../../fixtures/data/tokenizers/bert.json", import.meta.url), "utf8");
const tokenizer: Tokenizer = await createTokenizer({ "tokenizer.json": json }, special);
const vocabulary = (JSON.parse(json) as { model: { vocab: Record<string, number> } }).model.vocab;
/** Whole words of the tiny vocabulary. */
const wholeWords = Object.keys(vocabulary).filter((word) => /^[a-z]{3,}$/.test(word));
const settings = (given: Partial<AugmentationSettings>): AugmentationSettings => ({
  ...defaultsOf(augmentationTable),
  ...given,
});
const texts = [
  "The (keeper) mended Nets,",
  "a boat LEFT harbour early today",
  "the",
  "rope and lamp 12 burned brightly",
];
const set: LabelledSet = {
  id: "set",
  name: "Lake",
  note: "Own.",
  warnings: [],
  task: "classification",
  items: [
    ...texts.map((text, i) => ({ split: "train" as const, text, label: i % 2 === 0 ? "odd" : "even" })),
    { split: "dev", text: "the keeper mended nets and sails", label: "odd" },
    { split: "test", text: "a lamp burned all night", label: "even" },
  ],
};
const ner: LabelledSet & { task: "ner" } = {
  ...set,
  task: "ner",
  scheme: "IOB2",
  items: [
    { split: "train", tokens: ["Ada", "Lind", "left", "harbour", "early"], tags: ["B-PER", "I-PER", "O", "O", "O"] },
    { split: "train", tokens: ["storms", "reached", "Cold", "Bay"], tags: ["O", "O", "B-LOC", "I-LOC"] },
    { split: "train", tokens: ["Bo", "mended", "nets", "near", "Vik"], tags: ["B-PER", "O", "O", "O", "B-LOC"] },
    { split: "test", tokens: ["Di", "ran"], tags: ["B-PER", "O"] },
  ],
};
/** The same guesses everywhere: a piece that is no word, then words. */
const guessesFor = (drafts: { words: number[] }[]): DraftGuesses =>
  drafts.map(({ words }) =>
    words.map((_, gap) => [
      {
        id: Object.values(vocabulary)[Object.keys(vocabulary).findIndex((piece) => piece.startsWith("##"))]!,
        probability: 0.6,
      },
      ...[0, 1, 2].map((n) => ({ id: vocabulary[wholeWords[gap + n]!]!, probability: 0.1 })),
    ]),
  );

test("drafts hide as many words as alpha says, never stop-words or numbers, one mask a word", () => {
  const drafts = draftMasked(set, tokenizer, settings({ alpha: 0.4, copies: 3 }));
  expect(drafts.map(({ item, copy }) => `${item}.${copy}`)).toEqual(
    [0, 1, 3].flatMap((item) => [0, 1, 2].map((copy) => `${item}.${copy}`)), // "the" alone: nothing to hide
  );
  for (const { item, words, text } of drafts) {
    expect(words).toHaveLength(item === 0 ? 2 : item === 1 ? 2 : 2); // 0.4 of 4, 6 and 6 words
    expect(text.ids.filter((id) => id === special.mask)).toHaveLength(words.length);
    expect([text.ids[0], text.ids.at(-1)]).toEqual([special.start, special.end]);
    for (const word of words) expect(texts[item]!.split(" ")[word]).not.toMatch(/^(the|a|and|12)$/i);
  }
});

test("guesses stand in the old word's case and punctuation; pieces are never taken; dev and test stay", () => {
  const chosen = settings({ alpha: 0.5, copies: 2 });
  const drafts = draftMasked(set, tokenizer, chosen);
  const made = augmentSet(set, tokenizer, chosen, drafts, guessesFor(drafts));
  expect(made.added).toBe(made.guessed);
  expect(made.added + made.without).toBe(8);
  const after = made.set as typeof set & { task: "classification" };
  expect(after.items.slice(0, set.items.length)).toEqual(set.items);
  for (const { split, text, label } of after.items.slice(set.items.length)) {
    expect(split).toBe("train");
    const from = texts.findIndex((old) => old.split(" ").length === text.split(" ").length && sameShape(old, text));
    expect(from).toBeGreaterThanOrEqual(0);
    expect(label).toBe(from % 2 === 0 ? "odd" : "even");
  }
  expect(made.set.note).toContain(
    `Made from “Lake”: ${made.added} new training items by guessed words (alpha 0.5, 10 guesses, seed 42)`,
  );
  expect(made.set.id).not.toBe(set.id);
  expect(augmentSet(set, tokenizer, chosen, drafts, guessesFor(drafts)).set).toEqual(made.set);
});

/** Equal but for letters: the same marks around words, the same capitals at their beginning. */
function sameShape(a: string, b: string): boolean {
  const shape = (text: string): string =>
    text
      .split(" ")
      .map((word) => word.replace(/\p{L}+/gu, (letters) => (/^\p{Lu}/u.test(letters) ? "W" : "w")))
      .join(" ");
  return shape(a) === shape(b);
}

test("names are never guessed; exchanged ones keep their type and come from training", () => {
  const chosen = settings({ alpha: 0.5, copies: 8, entities: "swap" });
  const drafts = draftMasked(ner, tokenizer, chosen);
  for (const { item, words } of drafts) for (const word of words) expect(ner.items[item]!.tags[word]).toBe("O");
  const { set: made, added } = augmentSet(ner, tokenizer, chosen, drafts, guessesFor(drafts));
  expect(added).toBeGreaterThan(10);
  const known = new Map([
    ["PER", ["Ada Lind", "Bo"]],
    ["LOC", ["Cold Bay", "Vik"]],
  ]);
  const items = (made as typeof ner).items.slice(ner.items.length);
  const seen = new Set<string>();
  for (const { tokens, tags } of items) {
    expect(tokens).toHaveLength(tags.length);
    const mentions = [...tags.join(" ").matchAll(/B-(\w+)((?: I-\1)*)/g)];
    for (const match of mentions) {
      const from = tags.join(" ").slice(0, match.index).split(" ").length - 1;
      const name = tokens.slice(from, from + match[0].split(" ").length).join(" ");
      expect(known.get(match[1]!)).toContain(name);
      seen.add(name);
    }
  }
  expect(seen).toEqual(new Set(["Ada Lind", "Bo", "Cold Bay", "Vik"]));
});

test("EDA moves, drops and inserts words outside of names only", () => {
  const item = { words: ner.items[0]!.tokens, tags: ner.items[0]!.tags, label: "" };
  const lengths = new Set<number>();
  for (let seed = 0; seed < 300; seed++) {
    const { words, tags } = edaCopy(item, 0.2, ["quietly"], random(seed));
    lengths.add(words.length);
    const at = tags!.indexOf("B-PER");
    expect([words[at], words[at + 1], tags![at + 1]], `seed ${seed}`).toEqual(["Ada", "Lind", "I-PER"]);
    expect(tags).toHaveLength(words.length);
    for (const word of words) expect(["Ada", "Lind", "left", "harbour", "early", "quietly"]).toContain(word);
  }
  expect([...lengths].sort()).toEqual([2, 3, 4, 5, 6]);
  expect(item.words).toEqual(["Ada", "Lind", "left", "harbour", "early"]);
});

test("a copy that is an item of the set already, test items too, is not made", () => {
  const tiny: LabelledSet = {
    ...set,
    items: [
      { split: "train", text: "rope burned", label: "a" },
      { split: "test", text: "Burned, rope!", label: "a" },
    ],
  };
  const {
    added,
    without,
    set: made,
  } = augmentSet(tiny, tokenizer, settings({ method: "eda", copies: 16, alpha: 0.5 }), [], []);
  expect(added + without).toBe(16);
  expect(without).toBeGreaterThan(0);
  const texts = (made as typeof set & { task: "classification" }).items.map(({ text }) => text);
  expect(texts).not.toContain("burned rope");
  expect(new Set(texts).size).toBe(texts.length);
});

test("pairs, and sets without training items, are refused", () => {
  const pairs: LabelledSet = {
    ...set,
    task: "similarity",
    items: [{ split: "train", first: "a", second: "b", score: 1 }],
  };
  const untrained: LabelledSet = { ...ner, items: ner.items.slice(3) };
  for (const refused of [pairs, untrained])
    expect(() => augmentSet(refused, tokenizer, settings({}), [], [])).toThrowError(
      expect.objectContaining({ code: "data/cannot-augment" }),
    );
});
