/** Settings of the recipe: what the model is asked to learn. */
import type { SettingsTable } from "../settings.ts";

export const objectiveSettings = {
  objective: {
    kind: "choice",
    label: "Objective",
    default: "mlm",
    group: "Objective",
    basic: true,
    choices: [
      {
        value: "mlm",
        label: "guess hidden words (MLM)",
        about: "Guessing hidden words is what BERT and RoBERTa were made with.",
      },
      {
        value: "nsp",
        label: "the same, and whether two passages follow one another (NSP)",
        about: "Next-sentence prediction, as in BERT: half of the time the second passage is from elsewhere.",
      },
      {
        value: "sop",
        label: "the same, and which of two passages comes first (SOP)",
        about: "Sentence order, as in ALBERT: harder than next-sentence prediction, and the more useful one.",
      },
      {
        value: "contrastive",
        label: "tell sentences apart (SimCSE)",
        about: "Trains the sentences’ vectors instead of guesses: for search and similarity.",
      },
      {
        value: "permutation",
        label: "guess in any order (permutation LM)",
        about: "What XLNet was made with, and it alone can.",
      },
    ],
    help: "What the model is asked to do with the text.",
  },
  positives: {
    kind: "choice",
    label: "What belongs together",
    default: "dropout",
    group: "Objective",
    onlyIf: { objective: ["contrastive"] },
    choices: [
      { value: "dropout", label: "a sentence of the text and itself, under other dropout" },
      { value: "pairs", label: "the two texts of a labelled pair" },
    ],
    help: "SimCSE without labels shows each sentence of your text twice under different dropout. With pairs that people judged to say the same, such as a question and its rephrasing, it learns more from less; the other pairs of a batch are what to keep apart. Only training items are read, never test items.",
  },
  positiveShare: {
    kind: "number",
    label: "Pairs that belong together",
    default: 0.8,
    min: 0.01,
    max: 1,
    group: "Objective",
    onlyIf: { objective: ["contrastive"], positives: ["pairs"] },
    help: "From this share of the set's highest score on, a pair counts as saying the same: 0.8 means 4 and 5 of 5.",
  },
  pooling: {
    kind: "choice",
    label: "A sentence's vector",
    default: "mean",
    group: "Objective",
    onlyIf: { objective: ["contrastive"] },
    choices: [
      { value: "mean", label: "mean of its tokens" },
      { value: "cls", label: "its first token" },
    ],
    help: "How a sentence becomes one vector. The evaluation of pairs takes the mean; SimCSE's paper the first token.",
  },
  temperature: {
    kind: "number",
    label: "Temperature",
    default: 0.05,
    min: 0.001,
    max: 10,
    group: "Objective",
    onlyIf: { objective: ["contrastive"] },
    help: "Similarities are divided by it: the smaller, the more the most similar wrong sentences count. 0.05 in SimCSE.",
  },
} as const satisfies SettingsTable;
