/** Settings of the recipe: time for memory, and the precision. */
import type { SettingsTable } from "../settings.ts";

export const memorySettings = {
  recompute: {
    kind: "choice",
    label: "Recompute activations",
    default: "off",
    group: "Memory and precision",
    choices: [
      { value: "off", label: "no, keep them" },
      { value: "layers", label: "yes, layer by layer" },
    ],
    help: "Between forward and backward pass only what goes from layer to layer is kept; the rest is computed again when it is needed (gradient checkpointing). The same numbers, far less memory for activations, about a third more time.",
  },
  precision: {
    kind: "choice",
    label: "Compute in",
    default: "f32",
    group: "Memory and precision",
    choices: [
      { value: "f32", label: "float32" },
      {
        value: "f16",
        label: "float16, weights kept in float32",
        about:
          "Mixed precision: matrix products in float16; weights, LayerNorm, softmax, loss and optimiser stay float32. The loss is scaled so that small gradients survive; a step that overflows is skipped and the scale halved. A batch of one short block saves nothing.",
      },
    ],
    help: "Half precision takes about two thirds of the memory for activations where batches are large, and less time on a graphics processor that computes it faster. Only where WebGPU offers it (shader-f16); elsewhere the run computes in float32 and says so.",
  },
} as const satisfies SettingsTable;
