/** The unlabelled Wenlow herbal: one document a week, a paragraph a subject. */
import { makeCorpus } from "../corpus.ts";
import {
  ailmentPhrases,
  herbPhrases,
  openings,
  remedyPhrases,
  valleyPhrases,
  virtueEpithets,
  virtuePhrases,
} from "./phrases.ts";
import { herbalNames, neighbours, virtues } from "./words.ts";

export function herbalCorpus(): string {
  return makeCorpus({
    seed: 30_733,
    documents: 200,
    names: herbalNames,
    families: virtues,
    subjects: [
      ...virtues,
      ...virtues,
      ...Array<string>(4).fill("ailment"),
      ...Array<string>(4).fill("remedy"),
      "valley",
    ],
    phrases: {
      ...virtuePhrases,
      general: herbPhrases,
      ailment: ailmentPhrases,
      remedy: remedyPhrases,
      valley: valleyPhrases,
    },
    epithets: virtueEpithets,
    people: neighbours,
    kinds: { h: "family", i: "AILMENT", r: "REMEDY" },
    personSlot: "p",
    largest: 40,
    heading: [
      "Wenlow garden book, leaf {number}. In the house: {p} and {p}.",
      "Wenlow garden book, leaf {number}, written down by {p}.",
      "Wenlow garden book, leaf {number}. {p} holds the pen, {p} the lamp.",
    ],
    openings,
  });
}
