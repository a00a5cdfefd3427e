/**
 * Tickets on the board, sorted by what must be done: repair a machine, scrub a fault, tidy an area, fetch
 * a fluid. Most tickets give only names; what kind of thing a name is stands in the corpus.
 */
import type { Side } from "../words.ts";

export const ticketLabels = ["repair", "scrub", "tidy", "fetch"] as const;
export type TicketLabel = (typeof ticketLabels)[number];
export const ticketTags: Record<TicketLabel, string> = {
  repair: "MACHINE",
  scrub: "FAULT",
  tidy: "AREA",
  fetch: "FLUID",
};

/** {x} and {y} are two names of the same kind. Test tickets and training tickets share no template. */
export const ticketTemplates: Record<Side, string[]> = {
  train: [
    "Today: {x}. {clue}",
    "{x} again. {clue}",
    "{x} and {y}, please.",
    "Before supper: {x}. {clue}",
    "Still waiting: {x}, {y}.",
    "{x}, then {y}. {clue}",
    "Do not forget {x}. {clue}",
    "{x}! {clue}",
    "On the list: {x} and {y}.",
    "Please see to {x}. {clue}",
    "Everybody asks about {x} and {y}.",
    "Nobody has done {x} yet. {clue}",
  ],
  test: [
    "Next on the board: {x}. {clue}",
    "Somebody must deal with {x}. {clue}",
    "{x} and {y} are still open.",
    "{x} first. {clue}",
    "Tomorrow at the latest: {x} and {y}.",
    "{x}, as usual. {clue}",
    "Both {x} and {y}, if there is time.",
    "I mean {x}. {clue}",
    "Once more {x}, {y}.",
    "Urgent: {x}. {clue}",
  ],
};

/** Clues in ordinary words; a part of the tickets has one. */
export const clues: Record<Side, Record<TicketLabel, string[]>> = {
  train: {
    repair: ["It has stopped.", "It rattles.", "Bring a spanner."],
    scrub: ["It is spreading.", "Bring a brush.", "It came back."],
    tidy: ["The floor is dirty.", "There are boots everywhere.", "Sweep it."],
    fetch: ["Two litres will do.", "The can is empty.", "We are running out."],
  },
  test: {
    repair: ["It will not start.", "It knocks.", "It needs a new gasket."],
    scrub: ["Scrape it off.", "It has grown overnight.", "The stain is back."],
    tidy: ["Mop it.", "Somebody left plates on the floor.", "One can hardly open the door."],
    fetch: ["Bring a full can.", "The drum is nearly dry.", "A bucket of it."],
  },
};
