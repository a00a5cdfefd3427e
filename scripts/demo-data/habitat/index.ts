/**
 * Tidehollow, a deep-sea habitat of our invention: watch log, labelled names, requests by team, pairs.
 * Adaptation is meant to help in all three tasks.
 */
import { random, type Random } from "../../../src/base/index.ts";
import type { DemoDomain } from "../domain.ts";
import { deck, expand, pick, type Mention } from "../grammar.ts";
import { makeNer, makePairs, sideNames, unique, type Labelled } from "../sets.ts";
import { mention, type Side } from "../words.ts";
import { clues, plainRemarks, requestTemplates } from "./classification.ts";
import { habitatCorpus } from "./corpus.ts";
import { nerTemplates } from "./ner.ts";
import { events } from "./similarity.ts";
import { crew, habitatNames, systems } from "./words.ts";

const seed = 5_201;
const clueShare = 0.25;
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
      note: "Requests to the crew by the team that must go: air, water, power or hull. The machines' names decide.",
      train: makeRequests("train", 300, random(seed, 3)),
      test: makeRequests("test", 300, random(seed, 4)),
    },
    similarity: {
      note: "Pairs of log lines, 0 to 5: half for the subject (same machine, same system, another one), half for what happened.",
      test: makePairs({ names: habitatNames, families: systems, events }, 300, random(seed, 5)),
    },
  };
}

function makeRequests(side: Side, count: number, source: Random): Labelled[] {
  const draw = sideNames(habitatNames, side, coinedShare, source);
  const template = deck(requestTemplates[side], source);
  const system = deck(systems, source);
  const remark = deck(plainRemarks[side], source);
  return unique(count, () => {
    const label = system();
    const machine = draw(label);
    let second = draw(label);
    while (second === machine) second = draw(label);
    const chosen = template();
    const clue = source.next() < clueShare ? pick(clues[side][label], source) : remark();
    const slots = (slot: string): Mention =>
      slot === "clue" ? { text: clue } : mention(slot === "m2" ? second : machine);
    const text = expand(chosen, slots, source).text.trim();
    return {
      text,
      label,
      templates: [chosen],
      names: chosen.includes("{m2}") ? [machine.text, second.text] : [machine.text],
    };
  });
}
