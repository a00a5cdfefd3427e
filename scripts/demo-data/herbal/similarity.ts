/**
 * Pairs of notes with a score from 0 to 5: half of it for the herb (the same, one of the same virtue,
 * another), half for what is said (the same, something of the same sort, something else).
 */
export const events: string[][][] = [
  [
    [
      "Sow {h} as soon as the frost is over.",
      "{h} is sown once the ground has thawed.",
      "When the cold is past, put the seed of {h} in.",
    ],
    ["Water {h} twice a day.", "{h} needs a drink morning and evening.", "Give {h} two cans a day."],
  ],
  [
    [
      "{h} must be gathered before sunrise.",
      "Pick {h} while it is still dark.",
      "The time to harvest {h} is before the day begins.",
    ],
    [
      "Only the roots of {h} are taken.",
      "Dig {h} up and throw the leaves away.",
      "The part of {h} below the ground is what we keep.",
    ],
  ],
  [
    ["There is no {h} left in the shop.", "We are out of {h}.", "The drawer for {h} is empty."],
    ["{h} has become very dear.", "The cost of {h} went up once more.", "One pays a great deal for {h} now."],
  ],
  [
    [
      "Boil {h} for an hour.",
      "{h} should simmer sixty minutes.",
      "Leave {h} on the fire until the clock has struck again.",
    ],
    [
      "Grind {h} to a fine powder.",
      "{h} is crushed until it is like flour.",
      "Pound {h} in the mortar till nothing coarse remains.",
    ],
  ],
  [
    ["Mice have eaten the {h}.", "All of the {h} went to the mice.", "Some small animal has gnawed at the {h}."],
    ["The {h} has gone mouldy.", "Mould has spoiled the {h}.", "There is a grey fur on the {h}."],
  ],
];
