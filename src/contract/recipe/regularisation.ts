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
  dropout: {
    kind: "number",
    label: "Dropout",
    default: 0,
    min: 0,
    max: 0.9,
    group: "Regularisation",
    help: "The share of values set to zero at random behind the embeddings and behind each half of a layer. BERT was trained with 0.1; runs that see their text once or twice do better without.",
  },
  attentionDropout: {
    kind: "number",
    label: "Attention dropout",
    default: 0,
    min: 0,
    max: 0.9,
    group: "Regularisation",
    help: "The same for the attention's weights: the share of looks at other tokens that is left out. 0.1 in BERT. Costs memory, one number for every pair of tokens and head.",
  },
  pullToStart: {
    kind: "number",
    label: "Pull to the starting weights",
    default: 0,
    min: 0,
    max: 1000,
    group: "Regularisation",
    help: "Draws every weight back to where the run began instead of to zero (L2-SP), so that less general language is forgotten: each update removes the learning rate times this from the distance. 1 to 100 is felt; 0 is off.",
  },
  replayShare: {
    kind: "number",
    label: "Replay of general text",
    default: 0,
    min: 0,
    max: 0.9,
    group: "Regularisation",
    onlyIf: { objective: ["mlm", "permutation"] },
    help: "The share of training blocks that come from a second, general text, so that less general language is forgotten. 0.05 is a good start where the domain is close to general language, 0.25 to 0.5 where it is far (Ibrahim et al. 2024). The text is chosen on this screen; 0 is off.",
  },
} as const satisfies SettingsTable;
