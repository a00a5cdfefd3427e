/**
 * Which parts of a network learn at which update, and at what share of the learning rate: frozen parts, discriminative
 * rates and gradual unfreezing (ULMFiT, Howard & Ruder 2018, sections 3.2 and 3.3). The run and the picture beside the
 * form both ask it. Groups count from below: 0 the embeddings, 1 to L the layers, L + 1 the head. The MLM decoder is the
 * word-embedding table itself and so belongs to group 0.
 */
import { UnmaskError } from "../base/index.ts";
import type { Recipe } from "./recipe/index.ts";
import { readUnfreezingPlan } from "./unfreezing-plan.ts";

export type LayerSettings = Pick<
  Recipe,
  | "layerRateDecay"
  | "freezeEmbeddings"
  | "freezeLayers"
  | "unfreezing"
  | "unfreezeEvery"
  | "unfreezePlan"
  | "embeddingsFirst"
>;

export class LayerPlan {
  readonly #settings: LayerSettings;
  readonly #top: number;
  /** The person's own plan: updates that pass before a group learns. */
  readonly #own: ReadonlyMap<number, number> | undefined;

  /**
   * @param top the highest group with anything to learn: the head, unless LoRA's adapters end below it
   * @throws training/too-many-frozen, training/bad-unfreezing-plan
   */
  constructor(settings: LayerSettings, layers: number, top = layers + 1) {
    this.#settings = settings;
    this.#top = top >= 1 && top <= settings.freezeLayers ? 0 : top; // where all layers stay and no head learns
    if (settings.freezeLayers > layers)
      throw new UnmaskError(
        "training/too-many-frozen",
        `The recipe freezes ${settings.freezeLayers} layers, but the model has ${layers}.`,
        `Freeze at most ${layers} layers.`,
      );
    if (settings.unfreezing === "plan") this.#own = readUnfreezingPlan(settings.unfreezePlan, layers);
  }

  /** The update (from 1) at which a group begins to learn; Infinity for one that never does. */
  firstStep(group: number): number {
    const { freezeEmbeddings, freezeLayers, unfreezeEvery, embeddingsFirst } = this.#settings;
    if (group === 0 && freezeEmbeddings === "yes") return Infinity;
    if (group >= 1 && group <= freezeLayers) return Infinity;
    if (this.#own !== undefined) return 1 + (this.#own.get(group) ?? 0);
    const alone = freezeEmbeddings === "yes" ? 0 : embeddingsFirst; // frozen ones cannot go first
    if (group === 0 && alone > 0) return 1;
    return 1 + alone + (this.#top - group) * unfreezeEvery;
  }

  /** Share of the learning rate: the top learns at the full rate, each group below at a factor of the one above. */
  rateShare(group: number): number {
    return Math.pow(this.#settings.layerRateDecay, this.#top - group);
  }
}
