/**
 * Fine-tuning on a labelled set from the Evaluate screen: its settings, the job, and one that was left before its end.
 * Trainings that are done are kept by the worker; here is only what to ask for again.
 */
import type { Client } from "../client/index.ts";
import {
  defaultFineTune,
  fineTuneTable,
  type EvaluationResult,
  type FineTuneRequest,
  type ModelConfig,
  type UnfinishedFineTuning,
} from "../contract/index.ts";
import { endsItself, holdCompute } from "./worker-jobs.ts";
import { Job } from "./job.svelte.ts";
import { SettingsForm } from "./settings-form.svelte.ts";

export class FineTuneState {
  readonly form = new SettingsForm(fineTuneTable);
  setId = $state("");
  /** Which arm's first model is kept as a checkpoint. */
  keep = $state<FineTuneRequest["keep"]>("none");
  /** The one that runs, or that was left: it survives a reload. */
  unfinished = $state.raw<UnfinishedFineTuning | null>(null);
  readonly tuning = new Job();
  /** The one that runs, until it is forgotten: its last reports may come after that. */
  #request: FineTuneRequest | null = null;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Puts the usual values for a model of this size in the place of values that nobody has changed. */
  suggestFor(config: Pick<ModelConfig, "hidden_size">): void {
    this.form.suggest(defaultFineTune(config));
  }

  /** Whether there is one to go on with. */
  get canGoOn(): boolean {
    return this.unfinished !== null && !this.tuning.running;
  }

  async run(request: FineTuneRequest, setName: string): Promise<EvaluationResult | undefined> {
    const { seeds } = request.settings;
    this.#request = request;
    const before = this.unfinished?.request === request ? this.unfinished.trainings.done : 0;
    this.#reached(request, setName, { done: before, total: seeds * (request.tuned === null ? 1 : 2) });
    const result = await this.tuning.run(
      `Fine-tuning on ${setName}`,
      ({ signal, onProgress }) =>
        this.#client.compute.run(
          (api) =>
            api.fineTuneSet(request, ({ trainings, ...progress }) => {
              onProgress(progress);
              if (trainings !== undefined) this.#reached(request, setName, trainings);
            }),
          endsItself(signal),
        ),
      holdCompute(this.#client),
    );
    const isLeft = result === undefined && (this.unfinished?.trainings.done ?? 0) > 0;
    if (!isLeft) this.unfinished = null;
    return result;
  }

  /** One that runs ends. What is kept of it stays for whoever asks for the same trainings. */
  forget(): void {
    this.#request = null;
    this.unfinished = null;
    this.tuning.cancel();
  }

  #reached(request: FineTuneRequest, setName: string, trainings: UnfinishedFineTuning["trainings"]): void {
    if (this.#request !== request) return;
    const { done, total } = this.unfinished?.trainings ?? {};
    if (this.unfinished?.request === request && done === trainings.done && total === trainings.total) return;
    this.unfinished = { request, setName, trainings };
  }
}
