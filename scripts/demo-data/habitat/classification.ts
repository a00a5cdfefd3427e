/**
 * Requests to the crew, sorted by the team that must go: air, water, power or hull. Most requests tell
 * only the name of a machine; which system it belongs to stands in the corpus. Some add a clue.
 */
import type { Side } from "../words.ts";
import type { System } from "./words.ts";

/** {m} twice is the same machine. Test requests and training requests share no template. */
export const requestTemplates: Record<Side, string[]> = {
  train: [
    "Could somebody look at {m} today?",
    "{m} again. Third time this week.",
    "Please send help, {m} has stopped. {clue}",
    "{m} is acting up. {clue}",
    "Is {m} meant to sound like that? {clue}",
    "We need a spare for {m}, please. {clue}",
    "Who is in charge of {m}?",
    "Kindly check {m} before the next watch. {clue}",
    "I am worried about {m}. {clue}",
    "{m} needs a proper service, not another quick fix.",
    "Can we have {m} back by Friday? {clue}",
    "Do not forget {m}. {clue}",
    "Nobody has touched {m} since spring. {clue}",
    "Report: {m} out of order. {clue}",
    "There is a warning light on {m}. {clue}",
    "Somebody kicked {m}, it seems. {clue}",
  ],
  test: [
    "Whose job is it to repair {m}?",
    "The light beside {m} is red. {clue}",
    "I think {m} has given up. {clue}",
    "When will {m} be ready? {clue}",
    "Urgent: {m}. {clue}",
    "Would you kindly have a look at {m}? {clue}",
    "{m} does not sound well at all.",
    "Another complaint about {m} from the night watch. {clue}",
    "My shift is over and {m} is still not fixed. {clue}",
    "It is {m}, as usual. {clue}",
    "Something is wrong with {m}. {clue}",
    "They told me to ask you about {m}. {clue}",
    "Sorry to bother you, but {m} worries me. {clue}",
    "Overhaul wanted for {m}, at your leisure.",
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

/** Say nothing about the system. */
export const plainRemarks: Record<Side, string[]> = {
  train: ["Thank you.", "It can wait until noon.", "I have tried everything.", "Ask for Mandle.", "No hurry.", ""],
  test: ["Much obliged.", "We are all getting nervous.", "Tea is on me.", "I shall be in my bunk.", "Come soon.", ""],
};
