/**
 * What of a recipe changes a network's graph whatever its objective: spread into the options of a graph builder, it
 * gives any objective dropout and LoRA. Dropout needs nothing more: the graph names its sites, the runtime fills them
 * from (seed, step, batch, site). Two passes of one sentence with different masks (SimCSE) are two rows of one batch.
 */
import { loraOf, type LoraSettings, type Recipe } from "../contract/index.ts";
import type { DropoutRates, TrainingOptions } from "../models/index.ts";

/** For graphs that score: the network as it stands, nothing dropped, in float32. */
export const scoringOptions = (recipe: Recipe): { lora: LoraSettings | undefined } => ({ lora: loraOf(recipe) });

/** How the device computes: settled in one place for all objectives (`stepGraph`). */
export type GraphForm = Pick<TrainingOptions, "precision" | "padVocabulary">;

/** For graphs that train. */
export const trainingOptions = (
  recipe: Recipe,
  form: GraphForm = {},
): { lora: LoraSettings | undefined; dropout: DropoutRates } & GraphForm => ({
  ...scoringOptions(recipe),
  ...form,
  dropout: { hidden: recipe.dropout, attention: recipe.attentionDropout, adapters: loraOf(recipe)?.dropout ?? 0 },
});
