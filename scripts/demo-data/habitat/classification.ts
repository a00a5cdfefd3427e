/**
 * Requests to the crew, sorted by the team that must go: air, water, power or hull. Most requests tell
 * only the name of a machine; which system it belongs to stands in the corpus. Some add a clue.
 */
import type { Side } from "../words.ts";
import type { System } from "./words.ts";

/** {m2} is another machine of the same system. Test requests and training requests share no template. */
export const requestTemplates: Record<Side, string[]> = {
  train: [
    "Look at {m} today.",
    "{m} again. And {m2}.",
    "{m} has stopped. {clue}",
    "{m} and {m2} are acting up. {clue}",
    "We need a spare for {m}. {clue}",
    "Who is in charge of {m} and {m2}?",
    "Check {m}. {clue}",
    "I am worried about {m} and {m2}. {clue}",
    "{m} needs a service, and so does {m2}.",
    "First {m}, now {m2}. {clue}",
    "Do not forget {m}. {clue}",
    "{m}: out of order. {clue}",
    "Somebody kicked {m}. {clue}",
    "Warning lights on {m} and {m2}.",
  ],
  test: [
    "Who repairs {m}?",
    "The lights beside {m} and {m2} are red. {clue}",
    "{m} has given up. {clue}",
    "When will {m} be ready? And when will {m2}?",
    "Urgent: {m}. {clue}",
    "Have a look at {m} and {m2}, please.",
    "{m} does not sound well. {clue}",
    "It is {m}, as usual. {clue}",
    "Something is wrong with {m} and {m2}. {clue}",
    "Overhaul wanted: {m}, {m2}.",
    "If not {m}, then it must be {m2}. {clue}",
    "{m} worries me. {clue}",
  ],
};

/** Clues in ordinary words; a part of the requests has one. */
export const clues: Record<Side, Record<System, string[]>> = {
  train: {
    air: ["It smells stale in here.", "My head aches and I am short of breath.", "The draught is gone."],
    water: ["There is a puddle on the floor.", "The showers are cold.", "I can hear it dripping."],
    power: ["The lamps are flickering.", "I got a shock from it.", "All the clocks have stopped."],
    hull: ["The wall is groaning.", "I saw rust on the rivets.", "A plate has come loose."],
  },
  test: {
    air: ["It is hard to breathe.", "The room is stuffy.", "There is dust blowing about."],
    water: ["My socks are wet.", "Nothing comes out of the tap.", "The drain is full."],
    power: ["It is dark down here.", "There was a spark.", "My radio went dead."],
    hull: ["One of the bolts is missing.", "There is a crack in the steel.", "The frame looks bent."],
  },
};

/** Say nothing about the system; most requests end without one. */
export const plainRemarks: Record<Side, string[]> = {
  train: ["Thank you.", "It can wait.", "No hurry.", "", "", ""],
  test: ["Much obliged.", "Come soon.", "Tea is on me.", "", "", ""],
};
