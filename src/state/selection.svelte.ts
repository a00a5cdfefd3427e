/** Choosing documents of the corpus: towards a labelled set or a sample, or by the model's own loss. */
import type { Client } from "../client/index.ts";
import {
  selectionTable,
  type CorpusSummary,
  type DeviceSetting,
  type ModelSummary,
  type NextTexts,
  type SelectionPreview,
  type SelectionTarget,
} from "../contract/index.ts";
import { Job, type JobContext } from "./job.svelte.ts";
import { endsItself, holdBoth, holdData } from "./worker-jobs.ts";
import { SettingsForm } from "./settings-form.svelte.ts";

/** Texts of a target that documents are compared with: more make it slow, and hardly change the nearest. */
const mostTargets = 500;
const documentsAtOnce = 256;

export class SelectionState {
  readonly form = new SettingsForm(selectionTable);
  targetKind = $state<"set" | "sample">("set");
  setId = $state("");
  sample = $state("");
  preview = $state.raw<SelectionPreview | null>(null);
  readonly choosing = new Job();
  readonly keeping = new Job();
  readonly #client: Client;
  /** How the choice that is shown was made. */
  #how = "";

  readonly needsTarget = $derived.by(() => this.form.values.method !== "typical");
  readonly needsModel = $derived.by(() => this.form.values.method !== "weights");
  readonly target: SelectionTarget = $derived.by(() => {
    if (!this.needsTarget) return { kind: "none" };
    return this.targetKind === "set" ? { kind: "set", setId: this.setId } : { kind: "sample", text: this.sample };
  });
  /** Why there is nothing to compare with yet. */
  readonly missing = $derived.by(() => {
    if (!this.form.valid) return "Correct the settings first.";
    if (this.target.kind === "set" && this.target.setId === "") return "Choose a labelled set first.";
    if (this.target.kind === "sample" && this.target.text.trim() === "") return "Paste or drop a sample first.";
    return "";
  });

  constructor(client: Client) {
    this.#client = client;
  }

  async readSample(files: File[]): Promise<void> {
    this.targetKind = "sample";
    this.sample = (await Promise.all(files.map((file) => file.text()))).join("\n\n");
  }

  async choose(corpus: CorpusSummary, model: ModelSummary | null, device: DeviceSetting): Promise<boolean> {
    this.preview = null;
    const settings = { ...this.form.values };
    const target = $state.snapshot(this.target);
    const preview = await this.choosing.run(
      "Choosing documents",
      async (context) => {
        const scores = model === null || !this.needsModel ? null : await this.#scores(corpus, model, device, context);
        const { signal, onProgress } = context;
        await context.nextPiece();
        return this.#client.data.run((api) => api.previewSelection(corpus.id, target, settings, scores, onProgress), {
          signal,
          cancel: (api) => api.cancel(),
        });
      },
      holdBoth(this.#client),
    );
    if (preview === undefined) return false;
    this.preview = preview;
    this.#how = `${JSON.stringify(settings)} towards ${targetWords(target)}`;
    return true;
  }

  /** Writes the chosen documents as a corpus of their own. */
  async keep(): Promise<CorpusSummary | undefined> {
    const { preview } = this;
    if (preview === null) return undefined;
    const how = this.#how;
    const made = await this.keeping.run(
      "Writing the chosen documents",
      ({ signal, onProgress }) =>
        this.#client.data.run((api) => api.keepDocuments(preview.corpusId, preview.chosen, how, onProgress), {
          signal,
          cancel: (api) => api.cancel(),
        }),
      holdData(this.#client),
    );
    if (made !== undefined) this.preview = null;
    return made;
  }

  forget(): void {
    this.preview = null;
  }

  /** One score a document, by the compute worker, which asks the data worker for texts through the page. */
  async #scores(
    corpus: CorpusSummary,
    model: ModelSummary,
    device: DeviceSetting,
    { signal, onProgress, nextPiece }: JobContext,
  ): Promise<Float64Array> {
    const { data, compute } = this.#client;
    const settings = { ...this.form.values };
    const target = $state.snapshot(this.target);
    onProgress({ phase: "opening the tokenizer", done: 0, total: 0, unit: "documents" });
    const goal = this.needsTarget
      ? await data.call((api) => api.encodeTarget(target, model.ref, settings, mostTargets))
      : [];
    const total = await data.call((api) => api.openDocuments(corpus.id, model.ref, settings.maxTokens));
    const next: NextTexts = () => data.call((api) => api.nextDocuments(documentsAtOnce));
    await nextPiece();
    return compute.run(
      (api) =>
        settings.method === "neighbours"
          ? api.neighbourScores(model.ref, device, goal, settings.neighbours, next, total, onProgress)
          : api.documentLosses(model.ref, device, settings.seed, next, total, onProgress),
      endsItself(signal),
    );
  }
}

const targetWords = (target: SelectionTarget): string =>
  target.kind === "set"
    ? `the set ${target.setId}`
    : target.kind === "sample"
      ? `a sample of ${target.text.length} characters`
      : "no target";
