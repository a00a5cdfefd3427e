/** Regularisation and the update's own methods against ten steps of PyTorch (tests/oracles/regularisation.py). */
import type { Recipe } from "../../src/contract/index.ts";
import type { Network } from "../../src/training/index.ts";
import { regularisation, regularisationErrors, type Changed } from "../support/golden-regularisation.ts";
import type { MethodRow } from "./row.ts";
import { tenStepsTolerance } from "./ten-steps.rows.ts";
import { native } from "../support/native.ts";

const worst = (errors: Record<string, number>): number => Math.max(...Object.values(errors));
const { torch, transformers, peft } = regularisation.versions;

/** @param off what the method is without; its own settings otherwise */
function row(
  method: string,
  name: string,
  off: Changed,
  oracle = `PyTorch ${torch}, transformers ${transformers}`,
): MethodRow {
  return {
    method,
    oracle: `${oracle}: ten AdamW steps`,
    tolerance: tenStepsTolerance,
    deviation: async () => worst(await regularisationErrors(native(), name)),
    withoutIt: async () => worst(await regularisationErrors(native(), name, off)),
  };
}
const settingsOf = (name: string): Partial<Recipe> => regularisation.methods[name]!.settings;
const without = (name: string, ...settings: (keyof Recipe)[]): Changed => ({
  settings: Object.fromEntries(
    Object.entries(settingsOf(name)).filter(([key]) => !settings.includes(key as keyof Recipe)),
  ),
});
/** Biases and LayerNorm decay like everything else. */
const decayAll = (network: Network): Network => ({
  ...network,
  trainingGraph: (trainable) => {
    const graph = network.trainingGraph(trainable);
    return { ...graph, parameters: graph.parameters.map((one) => ({ ...one, decay: true })) };
  },
});
const masks = `PyTorch ${torch} with its dropout's masks replaced by Threefry's, written in NumPy`;
const peftOracle = `peft ${peft} on PyTorch ${torch}`;
/** No adapters: the weights themselves learn. */
const whole: Changed = { settings: {} };

export const regularisationRows: MethodRow[] = [
  row("Dropout", "dropout", { settings: {} }, masks),
  row("Attention dropout", "attention dropout", { settings: {} }, masks),
  row(
    "Dropout with accumulated batches",
    "dropout with accumulation",
    without("dropout with accumulation", "attentionDropout"),
    masks,
  ),
  row("Pull to the starting weights (L2-SP, decoupled)", "pull to the start", { settings: {} }),
  row("Weight decay without biases and LayerNorm", "weight decay", { network: decayAll }),
  row("Gradient clipping", "gradient clipping", { settings: {} }),
  row("Gradient accumulation", "gradient accumulation", { parts: 1 }),
  row("LoRA on query and value", "LoRA query, value", whole, peftOracle),
  row("LoRA on attention", "LoRA attention", whole, peftOracle),
  row("LoRA on all linear layers", "LoRA all", whole, peftOracle),
  row(
    "LoRA, dropout, pull and accumulation together",
    "all at once",
    without("all at once", "pullToStart"),
    peftOracle,
  ),
  row("LoRA dropout", "LoRA dropout", without("LoRA dropout", "loraDropout"), peftOracle),
];
