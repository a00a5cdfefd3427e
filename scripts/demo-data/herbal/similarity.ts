/**
 * Pairs of notes with a score from 0 to 5: half of it for the herb (the same, one of the same virtue,
 * another), half for what is said (the same, something of the same sort, something else).
 */
export const events: string[][][] = [
  [
    ["Sow {h} after the frost.", "{h} is sown in spring.", "In spring, put {h} in."],
    ["Water {h} daily.", "{h} is thirsty.", "Give {h} a drink."],
  ],
  [
    ["Gather {h} before sunrise.", "{h} is harvested at dawn.", "Pick {h} early."],
    ["Store {h} in the dark.", "{h} hates light.", "Put {h} away in a tin."],
  ],
  [
    ["We are out of {h}.", "No {h} left.", "The drawer for {h} is empty."],
    ["{h} has become dear.", "One pays too much for {h}.", "The price of {h} is up."],
  ],
  [
    ["Boil {h}.", "{h} should simmer.", "Leave {h} on the fire."],
    ["Grind {h}.", "{h} is crushed.", "Pound {h} to powder."],
  ],
  [
    ["Mice ate the {h}.", "All the {h} went to the mice.", "Something gnawed at the {h}."],
    ["The {h} is mouldy.", "Mould spoiled the {h}.", "Grey fur grows on the {h}."],
  ],
];
