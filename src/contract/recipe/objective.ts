/** Settings of the recipe: what the model is asked to learn. */
import type { SettingsTable } from "../settings.ts";

export const objectiveSettings = {
  objective: {
    kind: "choice",
    label: "Objective",
    default: "mlm",
    group: "Objective",
    choices: [{ value: "mlm", label: "guess hidden words (MLM)" }],
    help: "What the model is asked to do with the text. Guessing hidden words is what BERT and RoBERTa were made with.",
  },
} as const satisfies SettingsTable;
