/** How blocks of different lengths would use the text at hand; asked anew when text, packing or length change. */
import type { Client } from "../client/index.ts";
import {
  longestBlock,
  type BlockLengths,
  type ModelSummary,
  type Recipe,
  type TokenizedSummary,
} from "../contract/index.ts";
import { Job } from "./job.svelte.ts";

interface Question {
  tokenized: TokenizedSummary | null;
  model: ModelSummary | null;
  recipe: Recipe;
}

export class BlockLengthState {
  found = $state.raw<BlockLengths | null>(null);
  readonly weighing = new Job();
  #next: Question | undefined;
  /** What `found` answers. */
  #answered = "";
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** While one question is being answered the next one waits; of several waiting only the last counts. */
  async weigh(tokenized: TokenizedSummary | null, model: ModelSummary | null, recipe: Recipe): Promise<void> {
    this.#next = { tokenized, model, recipe };
    if (this.weighing.running) return;
    while (this.#next !== undefined) {
      const question: Question = this.#next;
      this.#next = undefined;
      await this.#answer(question);
    }
  }

  async #answer({ tokenized, model, recipe }: Question): Promise<void> {
    if (tokenized === null || model === null) {
      this.found = null;
      this.#answered = "";
      return;
    }
    const { packing, blockLength } = recipe;
    const longest = longestBlock(model.config);
    const key = [tokenized.id, packing, blockLength, longest].join(" ");
    if (key === this.#answered) return;
    this.#answered = key;
    const found = await this.weighing.run("Weighing block lengths", () =>
      this.#client.data.call((api) => api.blockLengths(tokenized.id, packing, blockLength, longest)),
    );
    this.found = found ?? null;
  }
}
