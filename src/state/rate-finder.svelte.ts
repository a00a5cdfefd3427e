/** The learning-rate finder: sweeps on a copy of the model, keeps the curve until model, text or recipe change. */
import type { Client } from "../client/index.ts";
import type { RatePoint, RateSweep, TrainRequest } from "../contract/index.ts";
import { Job } from "./job.svelte.ts";
import { endsItself, holdCompute } from "./worker-jobs.ts";

export class RateFinderState {
  readonly sweeping = new Job();
  points = $state.raw<RatePoint[]>([]);
  found = $state.raw<RateSweep | null>(null);
  /** What was swept: an answer for another recipe is no answer. */
  #key = $state("");
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Everything that the curve depends on; the learning rate itself and the run's length are swept, not used. */
  static keyOf({ model, tokenizedId, recipe }: Pick<TrainRequest, "model" | "tokenizedId" | "recipe">): string {
    const unused = { learningRate: 0, schedule: "", warmupShare: 0, maxSteps: 0, evaluateEvery: 0, checkpointEvery: 0 };
    return JSON.stringify([model, tokenizedId, { ...recipe, ...unused }]);
  }

  fits(request: Pick<TrainRequest, "model" | "tokenizedId" | "recipe">): boolean {
    return this.#key === RateFinderState.keyOf(request);
  }

  async sweep(request: TrainRequest): Promise<void> {
    this.points = [];
    this.found = null;
    this.#key = RateFinderState.keyOf(request);
    const found = await this.sweeping.run(
      "Trying learning rates",
      ({ signal, onProgress }) =>
        this.#client.compute.run(
          (api) =>
            api.findRate(request, (points, progress) => {
              this.points = points;
              onProgress(progress);
            }),
          endsItself(signal),
        ),
      holdCompute(this.#client),
    );
    if (found === undefined) return;
    this.found = found;
    this.points = found.points;
  }

  forget(): void {
    this.points = [];
    this.found = null;
  }
}
