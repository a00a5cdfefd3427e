/** Settings of the recipe: what keeps the model from leaning on its training text. */
import type { SettingsTable } from "../settings.ts";

export const regularisationSettings = {
  labelSmoothing: {
    kind: "number",
    label: "Label smoothing",
    default: 0,
    min: 0,
    max: 0.5,
    group: "Regularisation",
    help: "The share of each answer spread over the whole vocabulary, so that the model does not grow too sure. 0.1 is usual where it is used.",
  },
} as const satisfies SettingsTable;
