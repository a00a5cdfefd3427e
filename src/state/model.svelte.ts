/** The model the journey starts from: bundled, from the Hub, from a folder, or one saved here. */
import type { Client } from "../client/index.ts";
import type { ModelRef, ModelSummary } from "../contract/index.ts";
import { Job } from "./job.svelte.ts";

export interface HubQuote {
  id: string;
  revision: string;
  totalBytes: number;
  cachedBytes: number;
}

export class ModelState {
  summary = $state.raw<ModelSummary | null>(null);
  hubId = $state("distilroberta-base");
  hubRevision = $state("main");
  /** What the download would cost; valid for the id and revision it names. */
  quote = $state.raw<HubQuote | null>(null);
  readonly job = new Job();
  /** Called with every model that is opened. */
  onOpened: (summary: ModelSummary) => void = () => undefined;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The quote, if it is for what stands in the fields now. */
  get currentQuote(): HubQuote | null {
    const { quote } = this;
    return quote !== null && quote.id === this.hubId.trim() && quote.revision === this.hubRevision.trim()
      ? quote
      : null;
  }

  async open(ref: ModelRef): Promise<ModelSummary | undefined> {
    const summary = await this.job.run("Opening the model", ({ signal, onProgress }) =>
      this.#client.compute.run((api) => api.openModel(ref, onProgress), { signal }),
    );
    return this.#take(summary);
  }

  /** Opens the bundled model unless one is open already. */
  async ensure(): Promise<ModelSummary | undefined> {
    return this.summary ?? (await this.open({ kind: "bundled" }));
  }

  async askHubSize(): Promise<void> {
    const id = this.hubId.trim();
    const revision = this.hubRevision.trim() || "main";
    const size = await this.job.run("Asking the Hub for the size", ({ signal }) =>
      this.#client.compute.run((api) => api.hubSize(id, revision), { signal }),
    );
    if (size !== undefined) this.quote = { id, revision, ...size };
  }

  async importFolder(files: File[]): Promise<ModelSummary | undefined> {
    const summary = await this.job.run("Reading the model folder", ({ signal, onProgress }) =>
      this.#client.compute.run((api) => api.importModel(files, onProgress), { signal }),
    );
    return this.#take(summary);
  }

  #take(summary: ModelSummary | undefined): ModelSummary | undefined {
    if (summary === undefined) return undefined;
    this.summary = summary;
    this.onOpened(summary);
    return summary;
  }
}
