/** The model the journey starts from: bundled, from the Hub, from a folder, or one saved here. */
import type { Client } from "../client/index.ts";
import type {
  BundledPick,
  BundledSize,
  ComputeWorker,
  DeviceSetting,
  ModelRef,
  ModelSummary,
  OnProgress,
} from "../contract/index.ts";
import { Job } from "./job.svelte.ts";
import type { Preferences } from "./preferences.svelte.ts";

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
  /** What was measured when the page chose between the bundled models. */
  pick = $state.raw<BundledPick | null>(null);
  readonly job = new Job();
  /** Called with every model that is opened. */
  onOpened: (summary: ModelSummary) => void = () => undefined;
  /** The opening now going on, if any. */
  #opening: Promise<ModelSummary | undefined> | undefined;
  /** The bundled models that can be opened here, the smallest first. */
  readonly published: readonly BundledSize[];
  readonly #client: Client;
  readonly #preferences: Pick<Preferences, "bundled" | "keepBundled">;
  readonly #device: () => DeviceSetting;

  constructor(
    client: Client,
    published: readonly BundledSize[],
    preferences: Pick<Preferences, "bundled" | "keepBundled">,
    device: () => DeviceSetting,
  ) {
    this.#client = client;
    this.published = published;
    this.#preferences = preferences;
    this.#device = device;
  }

  /** The quote, if it is for what stands in the fields now. */
  get currentQuote(): HubQuote | null {
    const { quote } = this;
    return quote !== null && quote.id === this.hubId.trim() && quote.revision === this.hubRevision.trim()
      ? quote
      : null;
  }

  open(ref: ModelRef): Promise<ModelSummary | undefined> {
    return this.take("Opening the model", (api, onProgress) => api.openModel(ref, onProgress));
  }

  /** Opens a bundled model and remembers it as this browser's choice. */
  async openBundled(size: BundledSize): Promise<ModelSummary | undefined> {
    const summary = await this.open({ kind: "bundled", size });
    if (summary !== undefined) this.#preferences.keepBundled(size);
    return summary;
  }

  /** Times a step of every bundled model, opens the one that suits this device, and remembers it. */
  openPicked(): Promise<ModelSummary | undefined> {
    return this.take("Choosing a built-in model for this device", async (api, onProgress) => {
      const pick = await api.pickBundled(this.published, this.#device(), onProgress);
      this.pick = pick;
      const summary = await api.openModel({ kind: "bundled", size: pick.size }, onProgress);
      this.#preferences.keepBundled(pick.size);
      return summary;
    });
  }

  /** Opens a bundled model unless one is open already, or about to be: the one chosen last, else the one that suits. */
  async ensure(): Promise<ModelSummary | undefined> {
    if (this.summary !== null) return this.summary;
    while (this.#opening !== undefined) {
      const summary = await this.#opening;
      if (summary !== undefined) return summary;
    }
    if (this.published.length < 2) return this.open({ kind: "bundled" });
    const chosen = this.published.find((size) => size === this.#preferences.bundled);
    return chosen === undefined ? this.openPicked() : this.open({ kind: "bundled", size: chosen });
  }

  async askHubSize(): Promise<void> {
    const id = this.hubId.trim();
    const revision = this.hubRevision.trim() || "main";
    const size = await this.job.run("Asking the Hub for the size", ({ signal }) =>
      this.#client.compute.run((api) => api.hubSize(id, revision), { signal }),
    );
    if (size !== undefined) this.quote = { id, revision, ...size };
  }

  importFolder(files: File[]): Promise<ModelSummary | undefined> {
    return this.take("Reading the model folder", (api, onProgress) => api.importModel(files, onProgress));
  }

  /** Work of the compute worker that ends in a model: it is opened. */
  async take(
    label: string,
    work: (api: ComputeWorker, onProgress: OnProgress) => Promise<ModelSummary>,
  ): Promise<ModelSummary | undefined> {
    if (this.job.running) return undefined;
    const opening = this.job.run(label, ({ signal, onProgress }) =>
      this.#client.compute.run((api) => work(api, onProgress), { signal }),
    );
    this.#opening = opening;
    const summary = await opening;
    this.#opening = undefined;
    if (summary === undefined) return undefined;
    this.summary = summary;
    this.onOpened(summary);
    return summary;
  }
}
