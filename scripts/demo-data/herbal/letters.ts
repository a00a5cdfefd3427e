/**
 * Letters to the apothecary, "pleased" or "displeased". The label hangs on ordinary English words that
 * the herbal never uses: adaptation to the herbal is built not to help here. Feelings of the training
 * letters and of the test letters share no phrase.
 */
import type { Side } from "../words.ts";

export const letterLabels = ["pleased", "displeased"] as const;
export type LetterLabel = (typeof letterLabels)[number];

/** {g} is the thing bought (a herb or a remedy), {feeling} a sentence or two. */
export const letterTemplates: Record<Side, string[]> = {
  train: [
    "Dear apothecary, the {g} arrived on Monday. {feeling}",
    "I bought {g} from you last month. {feeling}",
    "A few lines about the {g}. {feeling}",
    "{feeling} I mean the {g}, of course.",
    "You asked how we got on with the {g}. {feeling}",
    "My neighbour recommended your {g}. {feeling}",
    "{feeling} So much for the {g}.",
    "We have now used the {g} for a week. {feeling}",
    "With regard to the {g}: {feeling}",
    "It is two weeks since you sent the {g}. {feeling}",
  ],
  test: [
    "To the keeper of the shop: I tried the {g}. {feeling}",
    "This is about the {g} that you sold me. {feeling}",
    "{feeling} That is what I wanted to say about your {g}.",
    "My husband took the {g} as you told him to. {feeling}",
    "Having finished the last of the {g}, I write to you. {feeling}",
    "The parcel with the {g} came yesterday. {feeling}",
    "{feeling} Yours, a customer who bought {g}.",
    "Regarding my order of {g}. {feeling}",
  ],
};

/** {x} draws from the words below. */
export const feelings: Record<Side, Record<LetterLabel, string[]>> = {
  train: {
    pleased: [
      "It was {x}, and I am {y}.",
      "I have seldom been so {y}.",
      "What a {x} thing it is!",
      "The children think it is {x}.",
      "It did all that you promised.",
      "I would buy it again tomorrow.",
      "We could not be more {y}.",
      "My pain is gone, and I am {y}.",
    ],
    displeased: [
      "It was {x}, and I am {y}.",
      "I have seldom been so {y}.",
      "What a {x} thing it is!",
      "The children think it is {x}.",
      "It did nothing that you promised.",
      "I would not take it again for money.",
      "We could not be more {y}.",
      "My pain is worse, and I am {y}.",
    ],
  },
  test: {
    pleased: [
      "It proved {x} in every way.",
      "I feel {y} whenever I think of it.",
      "My wife, too, finds it {x} and is {y}.",
      "You may imagine how {y} I was.",
      "A {x} product, and a {x} shop.",
      "The effect was {x}.",
      "Please send another dozen.",
      "I shall tell all my friends to come to you.",
    ],
    displeased: [
      "It proved {x} in every way.",
      "I feel {y} whenever I think of it.",
      "My wife, too, finds it {x} and is {y}.",
      "You may imagine how {y} I was.",
      "A {x} product, and a {x} shop.",
      "The effect was {x}.",
      "Please send back my money.",
      "I shall warn all my friends against you.",
    ],
  },
};

/** x: said of things, y: said of people. Training and test share a few words, or no word count could learn anything. */
export const feelingWords: Record<Side, Record<LetterLabel, Record<"x" | "y", string>>> = {
  train: {
    pleased: {
      x: "wonderful excellent perfect lovely great delicious useful remarkable splendid pleasant",
      y: "happy grateful delighted satisfied glad thankful proud cheerful",
    },
    displeased: {
      x: "terrible hopeless useless disgusting horrible worthless poor nasty dreadful unpleasant",
      y: "angry disappointed unhappy annoyed sorry furious sad ashamed",
    },
  },
  test: {
    pleased: {
      x: "beautiful marvellous superb fine admirable charming great brilliant fantastic excellent",
      y: "joyful pleased content merry hopeful relieved happy fortunate",
    },
    displeased: {
      x: "awful miserable ridiculous disastrous shameful wretched hopeless foul appalling useless",
      y: "upset cross miserable worried desperate disgusted angry wretched",
    },
  },
};
