/**
 * Which parameters learn at which update, and at what share of the learning rate: frozen parts,
 * discriminative rates and gradual unfreezing (ULMFiT, Howard & Ruder 2018, sections 3.2 and 3.3). Groups
 * count from below: 0 the embeddings, 1 to L the layers, L + 1 the head. The MLM decoder is the
 * word-embedding table itself and so belongs to group 0.
 */
import { UnmaskError } from "../base/index.ts";
import type { ModelConfig, Recipe } from "../contract/index.ts";
import { layerGroup } from "../models/index.ts";

export type LayerSettings = Pick<Recipe, "layerRateDecay" | "freezeEmbeddings" | "freezeLayers" | "unfreezeEvery">;

export class LayerPlan {
  readonly #settings: LayerSettings;
  readonly #config: Pick<ModelConfig, "model_type" | "num_hidden_layers">;
  readonly #top: number;

  /** @throws training/nothing-trainable */
  constructor(settings: LayerSettings, config: Pick<ModelConfig, "model_type" | "num_hidden_layers">) {
    this.#settings = settings;
    this.#config = config;
    this.#top = config.num_hidden_layers + 1;
    if (settings.freezeLayers > config.num_hidden_layers)
      throw new UnmaskError(
        "training/too-many-frozen",
        `The recipe freezes ${settings.freezeLayers} layers, but the model has ${config.num_hidden_layers}.`,
        `Freeze at most ${config.num_hidden_layers} layers.`,
      );
  }

  /** The update (from 1) at which a parameter begins to learn; Infinity for one that never does. */
  firstStep(name: string): number {
    const { freezeEmbeddings, freezeLayers, unfreezeEvery } = this.#settings;
    const group = layerGroup(name, this.#config);
    if (group === 0 && freezeEmbeddings === "yes") return Infinity;
    if (group >= 1 && group <= freezeLayers) return Infinity;
    return 1 + (this.#top - group) * unfreezeEvery;
  }

  trainable(name: string, step: number): boolean {
    return step >= this.firstStep(name);
  }

  /** Share of the learning rate: the top learns at the full rate, each group below at a factor of the one above. */
  rateShare(name: string): number {
    return Math.pow(this.#settings.layerRateDecay, this.#top - layerGroup(name, this.#config));
  }

  /** Updates at which another group begins to learn, ascending: the graph is built anew there. */
  changes(names: readonly string[]): number[] {
    const steps = new Set(names.map((name) => this.firstStep(name)).filter((step) => step > 1 && step < Infinity));
    return [...steps].sort((a, b) => a - b);
  }
}
