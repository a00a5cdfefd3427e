/**
 * Pairs of log lines with a score from 0 to 5: half of it for the subject (same machine, same system,
 * another system), half for what happened (the same, something of the same sort, something else).
 */
/** Each event in several wordings; events of one group are "of the same sort". */
export const events: string[][][] = [
  [
    ["{m} gave out at midnight.", "At midnight {m} quit.", "{m} died in the night."],
    ["{m} would not start.", "Nobody got {m} going.", "{m} refused to come on."],
  ],
  [
    ["{m} was mended.", "We put {m} right.", "{m} works again."],
    ["{m} got a new part.", "A spare was fitted to {m}.", "Something in {m} was replaced."],
  ],
  [
    ["{m} made a racket.", "What a noise from {m}!", "{m} was far too loud."],
    ["{m} shook.", "Cups fell when {m} trembled.", "A shudder went through {m}."],
  ],
  [
    ["{m} passed.", "The inspector liked {m}.", "{m} was found in order."],
    ["{m} failed.", "The inspector frowned at {m}.", "{m} was found wanting."],
  ],
  [
    ["Buy another {mbare}.", "We want a second {mbare}.", "One more {mbare} is needed."],
    ["Get rid of {m}.", "{m} goes to scrap.", "Throw {m} away."],
  ],
];
