/** A model from nothing: which tokenizer (trained here, or the open model's), which encoder, and building it. */
import { saveFile, type Client } from "../client/index.ts";
import {
  configOf,
  designProblem,
  designTable,
  sizeOfModel,
  tokenizerTable,
  type CorpusSummary,
  type DesignVocabulary,
  type ModelSummary,
  type Recipe,
  type StoredTokenizer,
  type TokenizerChoice,
} from "../contract/index.ts";
import { Job } from "./job.svelte.ts";
import { holdData } from "./worker-jobs.ts";
import { fileName } from "./library.svelte.ts";
import type { ModelState } from "./model.svelte.ts";
import { SettingsForm } from "./settings-form.svelte.ts";

/** The choice "the tokenizer of the model that is open". */
export const openTokenizer = "open";
/** Type of both files of a tokenizer. */
const jsonFile = "application/json";

export class ScratchState {
  readonly tokenizer = new SettingsForm(tokenizerTable);
  readonly design = new SettingsForm(designTable);
  tokenizers = $state.raw<StoredTokenizer[]>([]);
  /** Id of a trained tokenizer, `openTokenizer`, or empty. */
  chosen = $state("");
  name = $state("My encoder");
  /** The model built last: the page then says what to expect of it. */
  built = $state.raw<ModelSummary | null>(null);
  readonly training = new Job();
  readonly reading = new Job();
  readonly #client: Client;

  readonly trained = $derived.by(() => this.tokenizers.find(({ id }) => id === this.chosen) ?? null);

  constructor(client: Client) {
    this.#client = client;
  }

  /** What the tokenizer decides; undefined while none is chosen. */
  vocabulary(open: ModelSummary | null): DesignVocabulary | undefined {
    const { trained } = this;
    if (trained !== null) {
      const wordPieces = trained.settings.kind === "wordpiece";
      return { size: trained.size, pad: wordPieces ? 0 : 1, wordPieces };
    }
    if (this.chosen !== openTokenizer || open === null) return undefined;
    const { config, special } = open;
    return { size: config.vocab_size, pad: special.pad, wordPieces: special.pad === 0 };
  }

  /** Why nothing can be built yet; empty when it can. */
  missing(open: ModelSummary | null): string {
    const vocabulary = this.vocabulary(open);
    if (vocabulary === undefined) return "Train or choose a tokenizer first.";
    if (!this.design.valid) return "Some numbers of the encoder are out of their limits: correct them first.";
    if (this.name.trim() === "") return "Give the model a name.";
    return designProblem(this.design.values, vocabulary) ?? "";
  }

  /** Sizes for the numbers beside the form: with a vocabulary of the asked size where there is none yet. */
  sizes(open: ModelSummary | null, recipe: Recipe): ReturnType<typeof sizeOfModel> {
    const vocabulary = this.vocabulary(open) ?? {
      size: this.tokenizer.values.vocabularySize,
      pad: 0,
      wordPieces: this.tokenizer.values.kind === "wordpiece",
    };
    const tokens = recipe.batchSize * recipe.accumulation * recipe.blockLength;
    return sizeOfModel(configOf(this.design.values, vocabulary), tokens, recipe.maskRate);
  }

  async reload(): Promise<void> {
    const found = await this.reading.run("Reading the list", () =>
      this.#client.data.call((api) => api.listTokenizers()),
    );
    if (found === undefined) return;
    this.tokenizers = found;
    if (this.chosen === "") this.chosen = found[0]?.id ?? "";
  }

  async train(corpus: CorpusSummary): Promise<StoredTokenizer | undefined> {
    const settings = { ...this.tokenizer.values };
    const made = await this.training.run(
      "Learning a tokenizer",
      ({ signal, onProgress }) =>
        this.#client.data.run((api) => api.trainTokenizer(corpus.id, settings, onProgress), {
          signal,
          cancel: (api) => api.cancel(),
        }),
      holdData(this.#client),
    );
    if (made === undefined) return undefined;
    await this.reload();
    this.chosen = made.id;
    return made;
  }

  async remove(id: string): Promise<void> {
    await this.reading.run("Deleting", () => this.#client.data.call((api) => api.deleteTokenizer(id)));
    if (this.chosen === id) this.chosen = "";
    await this.reload();
  }

  /** The two files, one after the other. */
  async save({ id, name }: StoredTokenizer): Promise<void> {
    await this.reading.run("Saving the tokenizer", async () => {
      const files = await this.#client.data.call((api) => api.exportTokenizer(id));
      for (const [file, text] of Object.entries(files))
        saveFile(`${fileName(name)}-${file}`, new Blob([text], { type: jsonFile }));
    });
  }

  async build(model: ModelState): Promise<ModelSummary | undefined> {
    const open = model.summary;
    if (this.missing(open) !== "") return undefined;
    const choice: TokenizerChoice =
      this.chosen === openTokenizer ? { kind: "model", model: open!.ref } : { kind: "trained", id: this.chosen };
    const [design, name] = [{ ...this.design.values }, this.name.trim()];
    const built = await model.take("Building the encoder", (api, onProgress) =>
      api.createModel(design, choice, name, onProgress),
    );
    if (built !== undefined) this.built = built;
    return built;
  }

  forget(): void {
    this.tokenizers = [];
    this.chosen = "";
    this.built = null;
  }
}
