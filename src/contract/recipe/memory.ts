/** Settings of the recipe: time for memory. */
import type { SettingsTable } from "../settings.ts";

export const memorySettings = {
  recompute: {
    kind: "choice",
    label: "Recompute activations",
    default: "off",
    group: "Memory",
    choices: [
      { value: "off", label: "no, keep them" },
      { value: "layers", label: "yes, layer by layer" },
    ],
    help: "Between forward and backward pass only what goes from layer to layer is kept; the rest is computed again when it is needed (gradient checkpointing). The same numbers, far less memory for activations, about a third more time.",
  },
} as const satisfies SettingsTable;
