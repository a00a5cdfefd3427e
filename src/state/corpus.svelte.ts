/** The person's text: files picked, a look at them, the stored corpus, its tokens and one batch of it. */
import type { Client } from "../client/index.ts";
import { requestPersistence } from "../client/index.ts";
import type {
  BatchPreview,
  CorpusSummary,
  DataWorker,
  DocumentSplit,
  FilePreview,
  ModelConfig,
  ModelSummary,
  OnProgress,
  Recipe,
  TextSource,
  TrainRequest,
  TokenizedSummary,
} from "../contract/index.ts";
import { HubDatasetState } from "./hub-dataset.svelte.ts";
import { Job } from "./job.svelte.ts";
import { holdData } from "./worker-jobs.ts";
import { fileSources, suggestedName } from "./text-sources.ts";

export class CorpusState {
  sources = $state.raw<TextSource[]>([]);
  previews = $state.raw<FilePreview[]>([]);
  /** Column or field taken from each source, by its path. */
  fields = $state<Record<string, string>>({});
  split = $state<DocumentSplit>("auto");
  name = $state("");
  summary = $state.raw<CorpusSummary | null>(null);
  tokenized = $state.raw<TokenizedSummary | null>(null);
  batch = $state.raw<BatchPreview | null>(null);
  batchStep = $state(1);
  /** What the batch was drawn for: another recipe draws another one. */
  batchOf = $state("");
  readonly dataset: HubDatasetState;
  readonly inspecting = new Job();
  readonly importing = new Job();
  readonly tokenizing = new Job();
  readonly previewing = new Job();
  /** The cutting now going on, if any. */
  #cutting: Promise<TokenizedSummary | undefined> | undefined;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    this.dataset = new HubDatasetState(client);
  }

  get busy(): boolean {
    return this.inspecting.running || this.importing.running || this.tokenizing.running;
  }
  get usable(): FilePreview[] {
    return this.previews.filter((preview) => preview.problem === undefined);
  }

  async pick(files: File[]): Promise<void> {
    await this.bring(fileSources(files));
  }

  async bring(sources: TextSource[]): Promise<void> {
    this.sources = sources;
    this.name = suggestedName(sources);
    this.fields = {};
    await this.inspect();
  }

  /** Looks again, for instance after another split was chosen. */
  async inspect(): Promise<void> {
    const { sources, split } = this;
    const previews = await this.inspecting.run("Looking at the files", ({ signal, onProgress }) =>
      this.#client.data.run((api) => api.inspect(sources, split, onProgress), {
        signal,
        cancel: (api) => api.cancel(),
      }),
    );
    if (previews === undefined) return;
    this.previews = previews;
    this.fields = Object.fromEntries(previews.map(({ name, field }) => [name, this.fields[name] ?? field]));
  }

  async setSplit(split: DocumentSplit): Promise<void> {
    this.split = split;
    if (this.sources.length > 0) await this.inspect();
  }

  clearFiles(): void {
    this.sources = [];
    this.previews = [];
    this.fields = {};
    this.importing.error = null;
    this.inspecting.error = null;
  }

  async import(): Promise<CorpusSummary | undefined> {
    const { sources, split } = this;
    const choices = this.usable.map(({ name, field }) => ({ name, field: this.fields[name] ?? field }));
    const name = this.name.trim() || suggestedName(sources);
    return this.#take("Reading the text", (api, onProgress) =>
      api.importCorpus(name, sources, choices, split, onProgress),
    );
  }

  async importDemo(domain: string): Promise<CorpusSummary | undefined> {
    return this.#take("Reading the demo text", (api, onProgress) => api.importDemoCorpus(domain, onProgress));
  }

  use(summary: CorpusSummary): void {
    this.summary = summary;
    this.forgetTokens();
    this.clearFiles();
  }

  forget(): void {
    this.summary = null;
    this.forgetTokens();
  }

  forgetTokens(): void {
    this.tokenized = null;
    this.batch = null;
    this.batchStep = 1;
  }

  /** Whether the token streams belong to this model and split. */
  fits(model: ModelSummary, recipe: Recipe): boolean {
    const { tokenized, summary } = this;
    return (
      tokenized !== null &&
      tokenized.corpusId === summary?.id &&
      tokenized.tokenizerId === model.tokenizerId &&
      tokenized.heldOutShare === recipe.heldOutShare &&
      tokenized.seed === recipe.seed
    );
  }

  async tokenize(model: ModelSummary, recipe: Recipe): Promise<TokenizedSummary | undefined> {
    const { summary } = this;
    if (summary === null) return undefined;
    if (this.#cutting !== undefined) {
      // Begun for somebody else, it may be what is wanted here; given up or failed, it is given up here too.
      return (await this.#cutting) === undefined ? undefined : this.tokenize(model, recipe);
    }
    if (this.fits(model, recipe)) return this.tokenized ?? undefined;
    this.forgetTokens();
    this.#cutting = this.#cut(summary, model, recipe);
    return this.#cutting;
  }

  async #cut(summary: CorpusSummary, model: ModelSummary, recipe: Recipe): Promise<TokenizedSummary | undefined> {
    const tokenized = await this.tokenizing.run(
      "Cutting the text into tokens",
      ({ signal, onProgress }) =>
        this.#client.data.run(
          (api) => api.tokenizeCorpus(summary.id, model.ref, recipe.heldOutShare, recipe.seed, onProgress),
          { signal, cancel: (api) => api.cancel() },
        ),
      holdData(this.#client),
    );
    this.#cutting = undefined;
    if (tokenized !== undefined) this.tokenized = tokenized;
    return tokenized;
  }

  /** What an update of this run would read. */
  async previewBatch(request: TrainRequest, config: ModelConfig, step: number, choices: string): Promise<void> {
    const batch = await this.previewing.run("Drawing one batch", () =>
      this.#client.data.call((api) => api.previewBatch(request, config, step)),
    );
    if (batch === undefined) return;
    this.batch = batch;
    this.batchStep = step;
    this.batchOf = choices;
  }

  async #take(
    label: string,
    job: (api: DataWorker, onProgress: OnProgress) => Promise<CorpusSummary>,
  ): Promise<CorpusSummary | undefined> {
    const summary = await this.importing.run(
      label,
      ({ signal, onProgress }) =>
        this.#client.data.run((api) => job(api, onProgress), { signal, cancel: (api) => api.cancel() }),
      holdData(this.#client),
    );
    if (summary === undefined) return undefined;
    this.use(summary);
    // From here on there is something worth keeping; a refusal changes nothing but the storage screen.
    await requestPersistence();
    return summary;
  }
}
