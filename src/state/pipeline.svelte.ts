/**
 * The stages of the recipe: which preset, on which labelled set, with which changes; and making them ready to run
 * (texts of sets stored and cut into tokens). The run itself is the run's business.
 */
import { asUnmaskError, type UnmaskError } from "../base/index.ts";
import type { Client } from "../client/index.ts";
import {
  defaultFineTune,
  pipelinePresets,
  readPipeline,
  stageRecipe,
  textsFor,
  type ExtraTexts,
  type ModelSummary,
  type PresetName,
  type Recipe,
  type Stage,
  type StageData,
  type StagePlan,
} from "../contract/index.ts";
import { Job } from "./job.svelte.ts";

export class PipelineState {
  /** Empty: one plain run. */
  stages = $state.raw<Stage[]>([]);
  preset = $state<PresetName | "">("");
  setId = $state("");
  /** Why the last change of a stage was not taken. */
  problem = $state.raw<UnmaskError | null>(null);
  readonly preparing = new Job();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Takes the preset's stages; while its set is not chosen there are none. */
  choose(preset: PresetName | "", setId = this.setId): void {
    this.preset = preset;
    this.setId = setId;
    this.problem = null;
    const chosen = preset === "" ? undefined : pipelinePresets[preset];
    this.stages = chosen === undefined || (chosen.needsSet && setId === "") ? [] : chosen.stages(setId);
  }

  /** Stages of a file or of the last visit. @throws contract/bad-pipeline, contract/bad-setting */
  bring(given: unknown): void {
    this.stages = given === undefined || (Array.isArray(given) && given.length === 0) ? [] : readPipeline(given);
    this.preset = "";
    this.problem = null;
    this.setId = this.stages.map(({ data }) => ("setId" in data ? data.setId : "")).find((id) => id !== "") ?? "";
    const same = (name: PresetName): boolean =>
      JSON.stringify(pipelinePresets[name].stages(this.setId)) === JSON.stringify(this.stages);
    this.preset = (Object.keys(pipelinePresets) as PresetName[]).find(same) ?? "";
  }

  /** Changes one stage, if what comes out is a pipeline. */
  change(place: number, change: Partial<Stage>): void {
    try {
      this.stages = readPipeline(this.stages.map((stage, i) => (i === place ? { ...stage, ...change } : stage)));
      this.problem = null;
    } catch (error) {
      this.problem = asUnmaskError(error);
    }
  }

  get needsCorpus(): boolean {
    return this.stages.length === 0 || this.stages.some(({ data }) => data.kind === "corpus");
  }
  /** Why it cannot run; empty when it can. */
  get blocked(): string {
    const chosen = this.preset === "" ? undefined : pipelinePresets[this.preset];
    return chosen?.needsSet === true && this.setId === "" ? "Choose the labelled set of the pipeline." : "";
  }

  /** Every stage with its whole recipe and its tokens; undefined when it was cancelled or failed. */
  async plan(
    base: Recipe,
    model: ModelSummary,
    corpusTokens: string,
    extra: ExtraTexts,
  ): Promise<StagePlan[] | undefined> {
    const { stages } = this;
    return this.preparing.run("Preparing the stages", async ({ signal, onProgress }) => {
      const plans: StagePlan[] = [];
      for (const stage of stages) {
        const recipe = stageRecipe(base, stage);
        const { name, epochs, from, data } = stage;
        const plan = { name, epochs, from, recipe, kind: data.kind };
        if (data.kind === "set") {
          const settings = { ...defaultFineTune(model.config), ...stage.fineTune };
          plans.push({ ...plan, tokenizedId: "", task: { setId: data.setId, settings } });
          continue;
        }
        const tokenizedId =
          data.kind === "corpus" ? corpusTokens : await this.#setTokens(data, model, recipe, signal, onProgress);
        plans.push({ ...plan, tokenizedId, ...textsFor(recipe, extra) });
      }
      return plans;
    });
  }

  async #setTokens(
    { setId }: Extract<StageData, { kind: "set-text" }>,
    model: ModelSummary,
    { heldOutShare, seed }: Recipe,
    ...[signal, onProgress]: [AbortSignal, Parameters<Parameters<Job["run"]>[1]>[0]["onProgress"]]
  ): Promise<string> {
    const { data } = this.#client;
    const corpus = await data.call((api) => api.corpusOfSet(setId));
    const tokens = await data.run((api) => api.tokenizeCorpus(corpus.id, model.ref, heldOutShare, seed, onProgress), {
      signal,
      cancel: (api) => api.cancel(),
    });
    return tokens.id;
  }
}
