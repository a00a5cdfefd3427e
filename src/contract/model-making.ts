/** Models that are made here instead of loaded: from nothing by a design, grown from another, with a larger vocabulary. */
import type { EncoderDesign } from "./encoder-design.ts";
import type { ModelRef, ModelSummary } from "./model.ts";
import type { SettingsOf, SettingsTable } from "./settings.ts";
import type { TokenizerExtension } from "./vocabulary.ts";
import type { OnProgress } from "./worker-api.ts";

export const growthTable = {
  how: {
    kind: "choice",
    label: "How",
    default: "identity",
    group: "Growing",
    basic: true,
    choices: [
      { value: "identity", label: "insert layers that change nothing at first" },
      { value: "stack", label: "stack the layers again on top" },
    ],
    help: "Inserted layers begin as the identity: the grown model gives the same answers at step 0. Stacking copies all layers on top of themselves: the loss jumps at first, but learning from there is fast (Gong et al. 2019).",
  },
  layers: {
    kind: "number",
    label: "Layers after growing",
    default: 4,
    min: 2,
    max: 96,
    integer: true,
    unit: "layers",
    group: "Growing",
    basic: true,
    help: "Each layer costs as much time as the others. Inserted ones are spread evenly among the old ones.",
  },
} as const satisfies SettingsTable;
export type Growth = SettingsOf<typeof growthTable>;

/** Of the compute worker. Every model made is stored and opened like any other. */
export interface ModelMakingDoor {
  /** Random weights by the design's seed. @throws models/bad-design naming the field */
  createModel(
    design: EncoderDesign,
    tokenizer: TokenizerChoice,
    name: string,
    onProgress: OnProgress,
  ): Promise<ModelSummary>;
  /** @throws models/cannot-grow */
  growModel(model: ModelRef, growth: Growth, onProgress: OnProgress): Promise<ModelSummary>;
  extendModel(model: ModelRef, extension: TokenizerExtension, onProgress: OnProgress): Promise<ModelSummary>;
}

/** A trained tokenizer, or the one of a model. */
export type TokenizerChoice = { kind: "trained"; id: string } | { kind: "model"; model: ModelRef };
