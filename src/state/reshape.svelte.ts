/** The open model made anew: deeper, or with words of the corpus as pieces of its own. */
import type { Client } from "../client/index.ts";
import {
  extensionTable,
  growthTable,
  type CorpusSummary,
  type ModelConfig,
  type ModelSummary,
  type TokenizerExtension,
  type VocabularyProposal,
} from "../contract/index.ts";
import { Job } from "./job.svelte.ts";
import { holdData } from "./worker-jobs.ts";
import type { ModelState } from "./model.svelte.ts";
import { SettingsForm } from "./settings-form.svelte.ts";

export class ReshapeState {
  readonly growth = new SettingsForm(growthTable);
  readonly extension = new SettingsForm(extensionTable);
  proposal = $state.raw<{ corpusId: string; model: ModelSummary; found: VocabularyProposal } | null>(null);
  /** Words struck out of the proposal. */
  struck = $state.raw<readonly string[]>([]);
  /** What the vocabulary made last brought. */
  extended = $state.raw<TokenizerExtension | null>(null);
  readonly proposing = new Job();
  readonly #client: Client;

  readonly words = $derived.by(() =>
    (this.proposal?.found.candidates ?? []).map(({ word }) => word).filter((word) => !this.struck.includes(word)),
  );

  constructor(client: Client) {
    this.#client = client;
  }

  /** Twice the layers, as a start. */
  suggestFor({ num_hidden_layers: layers }: ModelConfig): void {
    const twice = Math.min(96, layers * 2);
    this.growth.suggest({ layers: twice });
    this.growth.type("layers", String(twice));
    this.proposal = null;
  }

  strike(word: string, out: boolean): void {
    const others = this.struck.filter((one) => one !== word);
    this.struck = out ? [...others, word] : others;
  }

  async propose(corpus: CorpusSummary, model: ModelSummary): Promise<boolean> {
    const settings = { ...this.extension.values };
    const found = await this.proposing.run(
      "Counting the words",
      ({ signal, onProgress }) =>
        this.#client.data.run((api) => api.proposeVocabulary(corpus.id, model.ref, settings, onProgress), {
          signal,
          cancel: (api) => api.cancel(),
        }),
      holdData(this.#client),
    );
    if (found === undefined) return false;
    this.struck = [];
    this.extended = null;
    this.proposal = { corpusId: corpus.id, model, found };
    return true;
  }

  /** The tokenizer first, by the data worker; then the model's rows, by the compute worker. */
  async extend(model: ModelState): Promise<ModelSummary | undefined> {
    const { proposal, words } = this;
    if (proposal === null || words.length === 0) return undefined;
    const { ref } = proposal.model;
    const extension = await this.proposing.run("Adding the pieces", () =>
      this.#client.data.call((api) => api.extendVocabulary(proposal.corpusId, ref, words)),
    );
    if (extension === undefined) return undefined;
    const made = await model.take("Setting the new rows", (api, onProgress) =>
      api.extendModel(ref, extension, onProgress),
    );
    if (made !== undefined) this.extended = extension;
    return made;
  }

  async grow(model: ModelState): Promise<ModelSummary | undefined> {
    const { summary } = model;
    if (summary === null || !this.growth.valid) return undefined;
    const growth = { ...this.growth.values };
    return model.take("Growing the model", (api, onProgress) => api.growModel(summary.ref, growth, onProgress));
  }

  forget(): void {
    this.proposal = null;
    this.extended = null;
    this.struck = [];
  }
}
