/** A text dataset of the Hub: its id, what it offers, the subset and split chosen. */
import type { Client } from "../client/index.ts";
import type { HubDatasetListing, TextSource } from "../contract/index.ts";
import { Job } from "./job.svelte.ts";

export class HubDatasetState {
  id = $state("");
  config = $state("");
  /** "" takes all. */
  split = $state("");
  listing = $state.raw<HubDatasetListing | null>(null);
  readonly job = new Job();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  get configs(): string[] {
    const configs = this.listing?.parts.map((part) => part.config) ?? [];
    return configs.filter((config, i) => configs.indexOf(config) === i);
  }
  get splits(): string[] {
    return this.listing?.parts.filter((part) => part.config === this.config).map((part) => part.split) ?? [];
  }

  async look(): Promise<void> {
    this.listing = null;
    const ref = { id: this.id.trim() };
    const listing = await this.job.run("Asking the Hub", ({ signal }) =>
      this.#client.data.run((api) => api.hubDataset(ref), { signal, cancel: (api) => api.cancel() }),
    );
    if (listing === undefined) return;
    this.listing = listing;
    this.choose(listing.parts[0]!.config);
  }

  /** Training text is what most people want of a dataset. */
  choose(config: string): void {
    this.config = config;
    this.split = this.splits.includes("train") ? "train" : "";
  }

  /** What is chosen, as something to read; null before anything is listed. */
  source(): TextSource | null {
    const { listing, config, split } = this;
    if (listing === null) return null;
    const path = [listing.id, config === "default" ? "" : config, split].filter((part) => part !== "").join("/");
    return { kind: "hub", path, ref: { id: listing.id, config, split } };
  }
}
