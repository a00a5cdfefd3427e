/**
 * Pairs of log lines with a score from 0 to 5: half of it for the subject (same machine, same system,
 * another system), half for what happened (the same, something of the same sort, something else).
 */
/** Each event in several wordings; events of one group are "of the same sort". */
export const events: string[][][] = [
  [
    ["{m} came to a halt at midnight.", "In the middle of the night {m} gave out.", "{m} quit during the small hours."],
    [
      "{m} would not start this morning.",
      "All attempts to get {m} going at dawn failed.",
      "{m} refused to come on at daybreak.",
    ],
  ],
  [
    ["{m} was mended by noon.", "The repair of {m} was finished at midday.", "By lunch time {m} had been put right."],
    ["A spare has been fitted to {m}.", "{m} was given a new part.", "They put a replacement piece into {m}."],
  ],
  [
    ["{m} made a dreadful noise.", "A horrible racket came from {m}.", "{m} was far too loud."],
    [
      "{m} shook so hard that cups fell off the shelf.",
      "Cups fell down because {m} was trembling.",
      "The shelf lost its cups when {m} began to quiver.",
    ],
  ],
  [
    [
      "An inspector looked {m} over and was content.",
      "{m} passed its inspection.",
      "The official visit found {m} to be in order.",
    ],
    ["{m} failed its test.", "{m} was found wanting by the examiner.", "The examiner was not satisfied with {m}."],
  ],
  [
    [
      "A second {mbare} has been ordered.",
      "We are going to buy one more {mbare}.",
      "Another {mbare} will come by boat.",
    ],
    ["{m} is to be sold for scrap.", "We shall get rid of {m}.", "{m} will be thrown away."],
  ],
];
