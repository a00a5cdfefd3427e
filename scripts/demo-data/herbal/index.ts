/**
 * The herb garden of Wenlow, of our invention: a herbal, labelled names, letters, pairs. Adaptation is
 * meant to help with the names, and built not to help with letters and pairs in everyday words.
 */
import { random, type Random } from "../../../src/base/index.ts";
import type { DemoDomain } from "../domain.ts";
import { deck, expand, pick, type Mention } from "../grammar.ts";
import { makeNer, makePairs, sideNames, unique, type Labelled } from "../sets.ts";
import type { Side } from "../words.ts";
import { herbalCorpus } from "./corpus.ts";
import { feelings, feelingWords, letterLabels, letterTemplates } from "./letters.ts";
import { nerTemplates } from "./ner.ts";
import { complaints } from "./similarity.ts";
import { herbalNames, neighbours } from "./words.ts";

const seed = 7_919;
const coinedShare = 0.8;

export function herbal(): DemoDomain {
  const ner = {
    templates: nerTemplates,
    names: herbalNames,
    people: neighbours,
    personSlot: "p",
    kinds: { h: "HERB", i: "AILMENT", r: "REMEDY" },
    coinedShare,
  };
  return {
    id: "wenlow",
    title: "Wenlow, a herb garden in the hills",
    description:
      "The garden book of an invented apothecary: herbs, ailments and remedies with names that exist nowhere else. " +
      "What camble is good for can only be learned from the book.",
    names: herbalNames,
    corpus: herbalCorpus(),
    ner: {
      note: "Names of herbs, ailments and remedies. No name of the test sentences is labelled in the training sentences.",
      train: makeNer(ner, "train", 300, random(seed, 1)),
      test: makeNer(ner, "test", 200, random(seed, 2)),
    },
    classification: {
      note: "Letters to the apothecary: pleased or displeased.",
      lesson:
        "Built so that adaptation does not help: whether a letter is pleased or displeased hangs on everyday words " +
        "that the garden book never uses. If the score stays the same or falls here, that is the right answer.",
      train: makeLetters("train", 300, random(seed, 3)),
      test: makeLetters("test", 300, random(seed, 4)),
    },
    similarity: {
      note: "Pairs of complaints: 5 for the same complaint put differently, 2 for another one of its sort, 0 for another sort.",
      lesson:
        "Built so that adaptation does not help: these are complaints in everyday words, and the garden book is written " +
        "in others. A model that has just read one narrow book can even get worse at ordinary English.",
      test: makePairs(complaints, 300, random(seed, 5)),
    },
  };
}

function makeLetters(side: Side, count: number, source: Random): Labelled[] {
  const draw = sideNames(herbalNames, side, coinedShare, source);
  const template = deck(letterTemplates[side], source);
  const label = deck(letterLabels, source);
  const words = new Map<string, () => string>();
  return unique(count, () => {
    const mood = label();
    const goods = draw(pick(["HERB", "REMEDY"], source));
    const [chosen, feeling] = [template(), pick(feelings[side][mood], source)];
    const slots = (slot: string): Mention => {
      if (slot === "g") return { text: goods.text };
      if (slot === "feeling") return expand(feeling, slots, source);
      const key = `${mood} ${slot}`;
      const next = words.get(key) ?? deck(feelingWords[side][mood][slot as "x" | "y"].split(" "), source);
      words.set(key, next);
      return { text: next() };
    };
    const text = expand(chosen, slots, source).text;
    return { text, label: mood, templates: [chosen], names: [goods.text] };
  });
}
