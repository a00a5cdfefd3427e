/** Settings of the recipe: what is hidden, and how. */
import type { SettingsTable } from "../settings.ts";

export const maskingSettings = {
  maskRate: {
    kind: "number",
    label: "Masking rate",
    default: 0.15,
    min: 0.01,
    max: 0.9,
    group: "Masking",
    basic: true,
    help: "The share of tokens hidden for the model to guess. 0.15 is BERT's; 0.3 to 0.4 gives more to learn from each step.",
  },
  maskUnit: {
    kind: "choice",
    label: "Hide by",
    default: "token",
    group: "Masking",
    choices: [
      { value: "token", label: "token" },
      { value: "word", label: "whole word" },
      { value: "span", label: "span of words" },
    ],
    help: "A word of several pieces is easy to guess when only one of them is hidden. Whole words, or runs of about four, ask for more. The held-out loss is always measured by token.",
  },
  maskTokenShare: {
    kind: "number",
    label: "Shown as [MASK]",
    default: 0.8,
    min: 0,
    max: 1,
    group: "Masking",
    help: "Of the chosen tokens, the share replaced by the mask token.",
  },
  randomTokenShare: {
    kind: "number",
    label: "Shown as a random token",
    default: 0.1,
    min: 0,
    max: 1,
    group: "Masking",
    help: "Of the chosen tokens, the share replaced by a random token. The rest stays as it is.",
  },
} as const satisfies SettingsTable;
