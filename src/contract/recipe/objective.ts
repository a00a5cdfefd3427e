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
      { value: "mlm", label: "guess hidden words (MLM)" },
      { value: "nsp", label: "the same, and whether two passages follow one another (NSP)" },
      { value: "sop", label: "the same, and which of two passages comes first (SOP)" },
    ],
    help: "What the model is asked to do with the text. Guessing hidden words is what BERT and RoBERTa were made with. Next-sentence prediction (BERT) and sentence order (ALBERT) add a question about two passages of a document; sentence order is the harder and the more useful one.",
  },
} as const satisfies SettingsTable;
