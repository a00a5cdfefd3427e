/** What is kept in this browser: checkpoints, corpora, how much room they take; rename, export, delete. */
import { requestPersistence, saveFile, zipStored, type Client } from "../client/index.ts";
import type { CheckpointSummary, CorpusSummary, ModelRef, StorageReport } from "../contract/index.ts";
import { Job } from "./job.svelte.ts";

export class LibraryState {
  checkpoints = $state.raw<CheckpointSummary[]>([]);
  corpora = $state.raw<CorpusSummary[]>([]);
  storage = $state.raw<StorageReport | null>(null);
  /** Set once the browser was asked to keep our storage and said no. */
  persistenceRefused = $state(false);
  readonly job = new Job();
  /** Reading the lists: quick and frequent, so only its failure is worth showing. */
  readonly reading = new Job();
  readonly #client: Client;
  /** Something was stored or deleted since the lists were last asked for. */
  #stale = false;
  #reloading: Promise<void> | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  async refresh(): Promise<void> {
    const { data } = this.#client;
    [this.checkpoints, this.corpora, this.storage] = await Promise.all([
      data.call((api) => api.listCheckpoints()),
      data.call((api) => api.listCorpora()),
      data.call((api) => api.storageReport()),
    ]);
  }

  /** As `refresh`, but a failure is shown instead of thrown. What changes while the lists are read is read again. */
  reload(): Promise<void> {
    this.#stale = true;
    return (this.#reloading ??= this.#readWhileStale());
  }

  async #readWhileStale(): Promise<void> {
    await this.reading.run("Reading the lists", async () => {
      while (this.#stale) {
        this.#stale = false;
        await this.refresh();
      }
    });
    this.#reloading = undefined;
  }

  async renameCheckpoint(id: string, name: string): Promise<void> {
    await this.#change("Renaming", () => this.#client.data.call((api) => api.renameCheckpoint(id, name)));
  }

  async deleteCheckpoint(id: string): Promise<boolean> {
    return this.#change("Deleting", () => this.#client.data.call((api) => api.deleteCheckpoint(id)));
  }

  async renameCorpus(id: string, name: string): Promise<void> {
    await this.#change("Renaming", () => this.#client.data.call((api) => api.renameCorpus(id, name)));
  }

  async deleteCorpus(id: string): Promise<boolean> {
    return this.#change("Deleting", () => this.#client.data.call((api) => api.deleteCorpus(id)));
  }

  async exportCorpus(id: string, name: string): Promise<void> {
    await this.job.run("Exporting the corpus", async () => {
      saveFile(`${fileName(name)}.txt`, await this.#client.data.call((api) => api.exportCorpus(id)));
    });
  }

  /** Downloads a model as a zip of its Hugging Face folder. */
  async exportModel(model: ModelRef, name: string): Promise<void> {
    await this.job.run("Exporting the model", async () => {
      const folder = fileName(name);
      const files = await this.#client.compute.call((api) => api.exportModel(model));
      saveFile(`${folder}.zip`, zipStored(files.map((file) => ({ ...file, name: `${folder}/${file.name}` }))));
    });
  }

  /** Downloads a checkpoint's LoRA adapters as a zip of a PEFT folder. */
  async exportAdapter(id: string, name: string): Promise<void> {
    await this.job.run("Exporting the adapter", async () => {
      const folder = `${fileName(name)}-adapter`;
      const files = await this.#client.compute.call((api) => api.exportAdapter(id));
      saveFile(`${folder}.zip`, zipStored(files.map((file) => ({ ...file, name: `${folder}/${file.name}` }))));
    });
  }

  async keepStorage(): Promise<void> {
    this.persistenceRefused = !(await requestPersistence());
    await this.reload();
  }

  async deleteEverything(): Promise<boolean> {
    return this.#change("Deleting everything", () => this.#client.data.call((api) => api.deleteEverything()));
  }

  async #change(label: string, work: () => Promise<void>): Promise<boolean> {
    const done = await this.job.run(label, async () => {
      await work();
      await this.reload();
      return true;
    });
    return done === true;
  }
}

/** A name that every file system takes. */
export const fileName = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[-.]+|-+$/g, "")
    .slice(0, 80) || "unmask";
