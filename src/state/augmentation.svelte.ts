/** More training items for a labelled set, and what they do to its score with the open model. */
import type { Client } from "../client/index.ts";
import {
  augmentationTable,
  type AugmentedSet,
  type DeviceSetting,
  type EvaluationResult,
  type LabelledSetSummary,
  type ModelSummary,
} from "../contract/index.ts";
import { endsItself, holdCompute } from "./worker-jobs.ts";
import { Job, type JobContext } from "./job.svelte.ts";
import { SettingsForm } from "./settings-form.svelte.ts";

/** As in every evaluation (evaluation.svelte.ts). */
const maxSetTokens = 128;
const probeSeeds = 3;

export class AugmentationState {
  readonly form = new SettingsForm(augmentationTable);
  setId = $state("");
  made = $state.raw<{ from: LabelledSetSummary; set: AugmentedSet } | null>(null);
  /** The same test items, scored after learning from the old and from the new training items. */
  effect = $state.raw<{ model: string; before: EvaluationResult; after: EvaluationResult } | null>(null);
  readonly making = new Job();
  readonly measuring = new Job();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async make(set: LabelledSetSummary, model: ModelSummary, device: DeviceSetting): Promise<AugmentedSet | undefined> {
    this.made = null;
    this.effect = null;
    const settings = { ...this.form.values };
    const { data, compute } = this.#client;
    const made = await this.making.run(
      "Making training items",
      async ({ signal, onProgress, nextPiece }) => {
        onProgress({ phase: "hiding words", done: 0, total: 0, unit: "items" });
        const drafts = await data.call((api) => api.draftAugmentation(set.id, model.ref, settings));
        const texts = drafts.map(({ text }) => text);
        await nextPiece();
        const guesses =
          texts.length === 0
            ? []
            : await compute.run(
                (api) => api.fillManyMasks(texts, model.ref, device, settings.guesses, onProgress),
                endsItself(signal),
              );
        return data.call((api) => api.augmentSet(set.id, model.ref, settings, drafts, guesses));
      },
      holdCompute(this.#client),
    );
    if (made !== undefined) this.made = { from: set, set: made };
    return made;
  }

  async measure(model: ModelSummary, device: DeviceSetting): Promise<boolean> {
    const { made } = this;
    if (made === null) return false;
    const { data, compute } = this.#client;
    const work = async ({ signal, onProgress, nextPiece }: JobContext): Promise<typeof this.effect> => {
      const score = async (id: string): Promise<EvaluationResult> => {
        const encoded = await data.call((api) => api.encodeSet(id, model.ref, maxSetTokens));
        await nextPiece();
        return compute.run(
          (api) => api.evaluateSet(encoded, model.ref, null, device, probeSeeds, onProgress),
          endsItself(signal),
        );
      };
      return { model: model.name, before: await score(made.from.id), after: await score(made.set.summary.id) };
    };
    const effect = await this.measuring.run("Scoring with and without them", work, holdCompute(this.#client));
    if (effect === undefined) return false;
    this.effect = effect;
    return true;
  }

  forget(): void {
    this.made = null;
    this.effect = null;
  }
}
