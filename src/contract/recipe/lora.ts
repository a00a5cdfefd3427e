/** Settings of the recipe: LoRA, small adapters that learn in place of the weights (Hu et al. 2021, arXiv 2106.09685). */
import type { SettingsTable } from "../settings.ts";

const group = "What learns";
const onlyIf = { loraTargets: ["query-value", "attention", "encoder", "all"] };

export const loraSettings = {
  loraTargets: {
    kind: "choice",
    label: "LoRA adapters",
    default: "off",
    group,
    choices: [
      { value: "off", label: "none: the weights themselves learn" },
      { value: "query-value", label: "on query and value" },
      { value: "attention", label: "on all of attention" },
      { value: "encoder", label: "on attention and feed-forward" },
      { value: "all", label: "on every linear layer, head included" },
    ],
    help: "The model's own weights stay as they are; beside each chosen layer two thin matrices learn. Gradients and optimiser shrink to a few percent, and the adapter can be saved alone.",
  },
  loraRank: {
    kind: "number",
    label: "LoRA rank",
    default: 8,
    min: 1,
    max: 512,
    integer: true,
    group,
    onlyIf,
    help: "The width of the two thin matrices. 4 to 16 is usual; a new domain may want 32 to 64.",
  },
  loraAlpha: {
    kind: "number",
    label: "LoRA alpha",
    default: 16,
    min: 0.01,
    max: 4096,
    group,
    onlyIf,
    help: "The adapter's part is scaled by alpha / rank. Twice the rank is usual.",
  },
  loraDropout: {
    kind: "number",
    label: "LoRA dropout",
    default: 0,
    min: 0,
    max: 0.9,
    group,
    onlyIf,
    help: "The share of the adapters' inputs set to zero at random. 0.05 to 0.1 where the text is small.",
  },
} as const satisfies SettingsTable;
