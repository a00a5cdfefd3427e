/**
 * Tidehollow, a deep-sea habitat of our invention: watch log, labelled names, tickets, pairs.
 * Adaptation is meant to help with names and tickets;
 * pairs show the limit of masked training.
 */
import { random, type Random } from "../../../src/base/index.ts";
import type { DemoDomain } from "../domain.ts";
import { deck, expand, pick, type Mention } from "../grammar.ts";
import { makeNer, makePairs, sideNames, unique, type Labelled } from "../sets.ts";
import type { Side } from "../words.ts";
import { clues, ticketLabels, ticketTags, ticketTemplates } from "./classification.ts";
import { habitatCorpus } from "./corpus.ts";
import { nerTemplates } from "./ner.ts";
import { remarks } from "./similarity.ts";
import { crew, habitatNames } from "./words.ts";

const seed = 5_201;
/** Tickets that say in ordinary words what is the matter. */
const clueShare = 0.3;
const coinedShare = 0.8;

export function habitat(): DemoDomain {
  const ner = {
    templates: nerTemplates,
    names: habitatNames,
    people: crew,
    personSlot: "c",
    kinds: { m: "MACHINE", f: "FAULT", a: "AREA", l: "FLUID" },
    coinedShare,
  };
  return {
    id: "tidehollow",
    title: "Tidehollow, a habitat under the sea",
    description:
      "The watch log of an invented deep-sea habitat: machines, faults, rooms and fluids with names that exist nowhere else. " +
      "What a coffet or a sculin is can only be learned from the log.",
    names: habitatNames,
    corpus: habitatCorpus(),
    ner: {
      note: "Names of machines, faults, areas and fluids. No name of the test sentences is labelled in the training sentences.",
      train: makeNer(ner, "train", 300, random(seed, 1)),
      test: makeNer(ner, "test", 200, random(seed, 2)),
    },
    classification: {
      note: "Tickets on the board by what must be done: repair a machine, scrub a fault, tidy an area, fetch a fluid.",
      train: makeTickets("train", 300, random(seed, 3)),
      test: makeTickets("test", 300, random(seed, 4)),
    },
    similarity: {
      note: "Pairs of the crew's remarks: 5 for the same fact in other words, 2 for the same system, 0 for another one.",
      lesson:
        "Expect little here: filling gaps teaches words, not how to put whole sentences side by side, so masked training " +
        "is no training for embeddings. That needs pairs or a contrastive objective.",
      test: makePairs(remarks, 300, random(seed, 5)),
    },
  };
}

function makeTickets(side: Side, count: number, source: Random): Labelled[] {
  const draw = sideNames(habitatNames, side, coinedShare, source);
  const template = deck(ticketTemplates[side], source);
  const next = deck(ticketLabels, source);
  return unique(count, () => {
    const label = next();
    const first = draw(ticketTags[label]);
    let second = draw(ticketTags[label]);
    while (second === first) second = draw(ticketTags[label]);
    const chosen = template();
    const clue = source.next() < clueShare ? pick(clues[side][label], source) : "";
    // No articles: "the" would tell a machine from the rest.
    const slots = (slot: string): Mention => ({ text: { clue, x: first.text, y: second.text }[slot]! });
    const text = expand(chosen, slots, source).text.trim();
    const names = chosen.includes("{y}") ? [first.text, second.text] : [first.text];
    return { text, label, templates: [chosen], names };
  });
}
