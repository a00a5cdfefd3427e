/** What learns, layer by layer, and what it costs: worked out from recipe and model, and measured when asked. */
import type { Client } from "../client/index.ts";
import { layerProblem, layerRows, type LayerRow, type NetworkLayout, type Recipe } from "../contract/index.ts";
import type { StepCosts, TrainRequest } from "../contract/index.ts";
import { Job } from "./job.svelte.ts";

export interface LayerPicture {
  /** From the head down. */
  rows: LayerRow[];
  /** All parameters, those that learn at some time, and the bytes that each takes. */
  parameters: number;
  learning: number;
  weightBytes: number;
  gradientBytes: number;
  momentBytes: number;
  /** The same when everything learns. */
  allGradientBytes: number;
  allMomentBytes: number;
}

const sum = (rows: readonly LayerRow[], of: (row: LayerRow) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);

/** Undefined where nothing would learn: the advice beside the form says why. */
export function layerPicture(recipe: Recipe, layout: NetworkLayout | undefined): LayerPicture | undefined {
  if (layout === undefined || layerProblem(recipe, layout) !== undefined) return undefined;
  const rows = layerRows(recipe, layout);
  const parameters = sum(rows, (row) => row.parameters);
  const adapters = sum(rows, (row) => (row.adapters ? row.learning : 0));
  const floats = 4;
  return {
    rows: rows.toReversed(),
    parameters: parameters + adapters,
    learning: sum(rows, (row) => row.learning),
    weightBytes: floats * (parameters + adapters),
    gradientBytes: sum(rows, (row) => row.gradientBytes),
    momentBytes: sum(rows, (row) => row.momentBytes),
    allGradientBytes: floats * parameters,
    allMomentBytes: 2 * floats * parameters,
  };
}

export class StepCostState {
  readonly measuring = new Job();
  costs = $state.raw<StepCosts | null>(null);
  /** What was measured: costs of other choices are none. */
  #key = $state("");
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  static keyOf({ model, recipe }: Pick<TrainRequest, "model" | "recipe">): string {
    return JSON.stringify([model, recipe]);
  }
  fits(request: Pick<TrainRequest, "model" | "recipe">): boolean {
    return this.#key === StepCostState.keyOf(request);
  }

  async measure(request: TrainRequest): Promise<void> {
    this.costs = null;
    this.#key = StepCostState.keyOf(request);
    const costs = await this.measuring.run("Timing updates", ({ signal, onProgress }) =>
      this.#client.compute.run((api) => api.measureStep(request, onProgress), { signal }),
    );
    if (costs !== undefined) this.costs = costs;
  }

  forget(): void {
    this.costs = null;
  }
}
