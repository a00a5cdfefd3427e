/** Settings of the recipe: which layers learn, and how fast (ULMFiT's techniques). */
import type { SettingsTable } from "../settings.ts";

export const layerSettings = {
  layerRateDecay: {
    kind: "number",
    label: "Rate factor a layer",
    default: 1,
    min: 0.01,
    max: 1,
    group: "What learns",
    help: "Each layer learns at this share of the rate of the layer above it (discriminative rates). 1 is the same for all; ULMFiT took 0.38, BERT fine-tuning often 0.95.",
  },
  freezeEmbeddings: {
    kind: "choice",
    label: "Freeze the embeddings",
    default: "no",
    group: "What learns",
    choices: [
      { value: "no", label: "no, they learn" },
      { value: "yes", label: "yes, they stay" },
    ],
    help: "The table of word vectors stays as it is: faster and smaller, and nothing of it is forgotten; new words cannot be learned well.",
  },
  freezeLayers: {
    kind: "number",
    label: "Freeze the lowest layers",
    default: 0,
    min: 0,
    max: 48,
    integer: true,
    unit: "layers",
    group: "What learns",
    help: "So many layers, counted from below, stay as they are and cost no gradient.",
  },
  embeddingsFirst: {
    kind: "number",
    label: "Embeddings alone for",
    default: 0,
    min: 0,
    max: 1_000_000,
    integer: true,
    unit: "steps",
    group: "What learns",
    onlyIf: { freezeEmbeddings: ["no"], loraTargets: ["off"] },
    help: "For so many steps only the table of word vectors learns; the layers follow after that. For new pieces of an extended vocabulary, or a new tokenizer under trained layers. 0 begins with all.",
  },
  unfreezeEvery: {
    kind: "number",
    label: "Unfreeze a layer every",
    default: 0,
    min: 0,
    max: 1_000_000,
    integer: true,
    unit: "steps",
    group: "What learns",
    help: "Gradual unfreezing (ULMFiT): first only the head learns, then one layer more after every so many steps, the embeddings last. 0 begins with all.",
  },
} as const satisfies SettingsTable;
