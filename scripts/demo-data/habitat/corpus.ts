/** The unlabelled Tidehollow corpus: one document a watch, a paragraph a subject. */
import { makeCorpus } from "../corpus.ts";
import {
  areaPhrases,
  faultPhrases,
  fluidPhrases,
  lifePhrases,
  machinePhrases,
  openings,
  systemEpithets,
  systemPhrases,
} from "./phrases.ts";
import { crew, habitatNames, systems } from "./words.ts";

export function habitatCorpus(): string {
  return makeCorpus({
    seed: 20_417,
    documents: 180,
    names: habitatNames,
    families: systems,
    subjects: [
      ...systems,
      ...systems,
      ...Array<string>(4).fill("fault"),
      "area",
      ...Array<string>(4).fill("fluid"),
      "life",
    ],
    phrases: {
      ...systemPhrases,
      general: machinePhrases,
      fault: faultPhrases,
      area: areaPhrases,
      fluid: fluidPhrases,
      life: lifePhrases,
    },
    epithets: systemEpithets,
    people: crew,
    kinds: { m: "family", f: "FAULT", a: "AREA", l: "FLUID" },
    personSlot: "c",
    largest: 68,
    heading: [
      "Tidehollow, day {number}, first watch. {c} has the board, {c} walks the rounds.",
      "Tidehollow, day {number}, second watch. {c} and {c} have the board.",
      "Tidehollow, day {number}, night watch. {c} is on the board, {c} is asleep on the stairs.",
    ],
    openings,
  });
}
