/**
 * The recipe's choice of layers by parameter name: which learn at which update, and at what share of the learning rate.
 * With LoRA the adapters learn in place of the weights; a head that was drawn for a task learns in any case, a kept one never. The plan
 * itself, by groups, is the contract's, for the page draws it.
 */
import { idlePlan, LayerPlan, loraOf, type ModelConfig, type Recipe } from "../contract/index.ts";
import { drawnNames, isAdapter, layerGroup, parametersOf, type Head, type Parameter } from "../models/index.ts";

export class ParameterPlan {
  /** Every one that the graph has, frozen ones too. */
  readonly parameters: readonly Parameter[];
  readonly #layers: LayerPlan;
  readonly #config: ModelConfig;
  readonly #learns: (name: string) => boolean;

  /** @throws training/too-many-frozen, training/bad-unfreezing-plan, training/nothing-learns */
  constructor(recipe: Recipe, config: ModelConfig, head: Head) {
    const lora = loraOf(recipe);
    this.parameters = parametersOf(config, head, lora);
    this.#config = config;
    const layers = config.num_hidden_layers;
    const drawn = drawnNames(config, head);
    const encoder = new Set(parametersOf(config, "none").map(({ name }) => name));
    const kept = (name: string): boolean => head === "kept-mlm" && !isAdapter(name) && !encoder.has(name);
    this.#learns = (name) => (lora === undefined || isAdapter(name) || drawn.has(name)) && !kept(name);
    const groups = this.parameters.filter(({ name }) => this.#learns(name)).map(({ name }) => layerGroup(name, config));
    // Adapters stand in the layers: without the weights nothing could learn while only embeddings may.
    const settings = lora === undefined ? recipe : { ...recipe, embeddingsFirst: 0 };
    this.#layers = new LayerPlan(settings, layers, Math.max(...groups));
    const first = Math.min(...this.parameters.map(({ name }) => this.firstStep(name)));
    if (first > 1 && first < Infinity) throw idlePlan(first);
  }

  /** The update (from 1) at which a parameter begins to learn; Infinity for one that never does. */
  firstStep(name: string): number {
    return this.#learns(name) ? this.#layers.firstStep(layerGroup(name, this.#config)) : Infinity;
  }

  trainable(name: string, step: number): boolean {
    return step >= this.firstStep(name);
  }

  rateShare(name: string): number {
    return this.#layers.rateShare(layerGroup(name, this.#config));
  }

  /** What has moments after `step` updates: what learned in the last of them. */
  trained(step: number): Parameter[] {
    return this.parameters.filter(({ name, still }) => still !== true && this.trainable(name, step));
  }

  /** Updates at which another group begins to learn, ascending: the graph is built anew there. */
  changes(): number[] {
    const steps = new Set(this.parameters.map(({ name }) => this.firstStep(name)).filter((step) => step > 1));
    steps.delete(Infinity);
    return [...steps].sort((a, b) => a - b);
  }
}
