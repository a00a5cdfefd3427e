/**
 * Fine-tuning on a labelled set from the Evaluate screen: its settings, the job with pause and cancel. The answer goes
 * to the evaluation, where it stands beside the probe's.
 */
import type { Client } from "../client/index.ts";
import {
  defaultFineTune,
  fineTuneTable,
  type EvaluationResult,
  type FineTuneRequest,
  type ModelConfig,
} from "../contract/index.ts";
import type { Comparison } from "./evaluation.svelte.ts";
import { Job } from "./job.svelte.ts";
import { SettingsForm } from "./settings-form.svelte.ts";

export class FineTuneState {
  readonly form = new SettingsForm(fineTuneTable);
  setId = $state("");
  /** Which arm's first model is kept as a checkpoint. */
  keep = $state<FineTuneRequest["keep"]>("none");
  paused = $state(false);
  readonly tuning = new Job();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Puts the usual values for a model of this size in the place of values that nobody has changed. */
  suggestFor(config: Pick<ModelConfig, "hidden_size">): void {
    this.form.suggest(defaultFineTune(config));
  }

  async run(
    name: string,
    { base, tuned, recipe, device }: Comparison,
    project: string,
  ): Promise<EvaluationResult | undefined> {
    const request: FineTuneRequest = {
      ...{ setId: this.setId, base, tuned, recipe, device, keep: this.keep, project },
      settings: { ...this.form.values },
    };
    this.paused = false;
    const result = await this.tuning.run(`Fine-tuning on ${name}`, ({ signal, onProgress }) =>
      this.#client.compute.run((api) => api.fineTuneSet(request, onProgress), {
        signal,
        cancel: (api) => api.stop(),
      }),
    );
    this.paused = false;
    return result;
  }

  async pause(): Promise<void> {
    this.paused = true;
    this.tuning.wait();
    await this.#client.compute.call((api) => api.pause());
  }

  async resume(): Promise<void> {
    this.paused = false;
    this.tuning.goOn();
    await this.#client.compute.call((api) => api.resume());
  }
}
