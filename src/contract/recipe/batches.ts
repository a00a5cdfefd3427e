/** Settings of the recipe: how text becomes batches. */
import type { SettingsTable } from "../settings.ts";

export const batchSettings = {
  batchSize: {
    kind: "number",
    label: "Batch size",
    default: 8,
    min: 1,
    max: 512,
    integer: true,
    unit: "blocks",
    group: "Batches",
    basic: true,
    help: "Blocks of text the model sees at once. Larger is steadier and needs more memory.",
  },
  accumulation: {
    kind: "number",
    label: "Gradient accumulation",
    default: 1,
    min: 1,
    max: 256,
    integer: true,
    unit: "batches",
    group: "Batches",
    help: "Batches added up before one update: a large batch in the memory of a small one.",
  },
  blockLength: {
    kind: "number",
    label: "Block length",
    default: 128,
    min: 8,
    max: 512,
    integer: true,
    unit: "tokens",
    group: "Batches",
    basic: true,
    help: "Tokens in one training example. Longer blocks give more context and cost more time.",
  },
  packing: {
    kind: "choice",
    label: "Packing",
    default: "concatenate",
    group: "Batches",
    choices: [
      { value: "concatenate", label: "join documents, cut into blocks" },
      { value: "lines", label: "one document a block" },
    ],
    help: "Joining wastes no room. One document a block cuts off what is too long and pads what is too short.",
  },
  documentBorders: {
    kind: "choice",
    label: "Document borders",
    default: "open",
    group: "Batches",
    onlyIf: { packing: ["concatenate"] },
    choices: [
      { value: "open", label: "ignore: look across them" },
      { value: "closed", label: "attend within the document" },
      { value: "restart", label: "the same, and count positions anew" },
    ],
    help: "Joined documents share a block. Limited attention lets a token look only at its own document; it costs a little time. One document a block has no borders inside.",
  },
} as const satisfies SettingsTable;
