/**
 * The page's state in one place: one object a concept, and the few actions that need several of them
 * (train, resume, compare). Knows nothing of markup.
 */
import { asUnmaskError, type UnmaskError } from "../base/index.ts";
import type { Client } from "../client/index.ts";
import {
  fittingObjective,
  inForce,
  type BundledSize,
  type DeviceReport,
  type DeviceSetting,
  type ModelRef,
  type Project,
} from "../contract/index.ts";
import { AheadState } from "./ahead.svelte.ts";
import { AugmentationState } from "./augmentation.svelte.ts";
import { BlockLengthState } from "./block-lengths.svelte.ts";
import { CleaningState } from "./cleaning.svelte.ts";
import { CorpusReportState } from "./corpus-report.svelte.ts";
import { CorpusState } from "./corpus.svelte.ts";
import { DemoState } from "./demo.svelte.ts";
import { ExtraTextsState } from "./extra-texts.svelte.ts";
import { EvaluationState, type Comparison } from "./evaluation.svelte.ts";
import { restoreFineTuning } from "./fine-tune-set.ts";
import { FineTuneState } from "./fine-tune.svelte.ts";
import { isScreen, Journey } from "./journey.svelte.ts";
import { Job } from "./job.svelte.ts";
import { StepCostState } from "./layer-picture.svelte.ts";
import { LeaksState } from "./leaks.svelte.ts";
import { LibraryState } from "./library.svelte.ts";
import { ModelState } from "./model.svelte.ts";
import { PipelineState } from "./pipeline.svelte.ts";
import { Preferences } from "./preferences.svelte.ts";
import { projectId, ProjectKeeper } from "./project-keeper.svelte.ts";
import { adviseRecipe } from "./recipe-advice.ts";
import { RecipeState } from "./recipe.svelte.ts";
import { MemoryState } from "./memory.svelte.ts";
import { RateFinderState } from "./rate-finder.svelte.ts";
import { readAddress, writeAddress } from "./recipe-url.ts";
import { ReshapeState } from "./reshape.svelte.ts";
import { requestPlain, requestRun, wantedRun } from "./run-requests.ts";
import { RunState } from "./run.svelte.ts";
import { ScratchState } from "./scratch.svelte.ts";
import { SelectionState } from "./selection.svelte.ts";

export class AppState {
  readonly preferences = new Preferences();
  readonly journey = new Journey();
  readonly recipe = new RecipeState();
  readonly demo = new DemoState();
  readonly probing = new Job();
  readonly model: ModelState;
  readonly scratch: ScratchState;
  readonly reshape: ReshapeState;
  readonly corpus: CorpusState;
  readonly corpusReport: CorpusReportState;
  readonly cleaning: CleaningState;
  readonly leaks: LeaksState;
  readonly selection: SelectionState;
  readonly augmentation: AugmentationState;
  readonly rateFinder: RateFinderState;
  readonly stepCost: StepCostState;
  readonly memory: MemoryState;
  readonly ahead: AheadState;
  readonly blockLengths: BlockLengthState;
  readonly extraTexts: ExtraTextsState;
  readonly run: RunState;
  readonly evaluation: EvaluationState;
  readonly fineTune: FineTuneState;
  readonly pipeline: PipelineState;
  readonly library: LibraryState;
  readonly keeper: ProjectKeeper;
  device = $state<DeviceSetting>("auto");
  /** What that setting leads to on this machine. */
  deviceReport = $state.raw<DeviceReport | null>(null);
  /** False until the last visit's project was looked for. */
  ready = $state(false);
  /** Why storage or settings of the last visit could not be used. */
  startError = $state.raw<UnmaskError | null>(null);
  /** A checkpoint picked instead of the run's own for "tuned". */
  chosenTuned = $state("");
  readonly client: Client;

  readonly advice = $derived.by(() =>
    adviseRecipe(
      this.recipe.values,
      this.corpus.tokenized,
      this.model.summary?.config ?? null,
      this.model.summary?.layout,
      this.extraTexts.problems(this.recipe.values, {
        corpora: this.library.corpora,
        own: this.corpus.summary,
        sets: this.evaluation.sets,
      }),
    ),
  );
  /** Why the compute worker has no time now; empty when it has. */
  readonly computeBusy = $derived.by(() => {
    if (this.run.active) return "Training is running. Stop or finish it first.";
    if (this.evaluation.scoring.running || this.evaluation.filling.running) return "An evaluation is running.";
    if (this.fineTune.tuning.running) return "A model is being fine-tuned.";
    if (this.model.job.running) return "A model is being opened.";
    if (this.stepCost.measuring.running) return "Updates are being timed.";
    if (this.memory.planning.running) return "The memory is being planned.";
    if (this.rateFinder.sweeping.running) return "Learning rates are being tried.";
    if (this.corpusReport.mapping.running) return "The map of documents is being drawn.";
    if (this.selection.choosing.running && this.selection.needsModel) return "Documents are being scored.";
    if (this.augmentation.making.running || this.augmentation.measuring.running)
      return "Training items are being made.";
    return "";
  });
  readonly project: Project = $derived.by(() => ({
    id: projectId,
    version: 1,
    savedAt: 0,
    screen: this.journey.screen,
    model: this.model.summary,
    corpus: this.corpus.summary,
    tokenized: this.corpus.tokenized,
    recipe: this.recipe.values,
    pipeline: this.pipeline.stages,
    device: this.device,
    run: this.run.record,
    heldOut: this.evaluation.heldOut,
    heldOutGeneral: this.evaluation.general,
    extraTexts: this.extraTexts.choices,
    evaluations: this.evaluation.results,
    compared: this.evaluation.compared,
    scoring: this.evaluation.unfinished,
    fineTuning: this.fineTune.unfinished,
    sentence: this.evaluation.sentence,
    cleaning: this.cleaning.plan,
  }));
  readonly address = $derived(writeAddress(this.journey.screen, this.recipe.values));

  /** @param published the bundled models that came with this page */
  constructor(client: Client, published: readonly BundledSize[]) {
    this.client = client;
    this.model = new ModelState(client, published, this.preferences, () => this.device);
    this.scratch = new ScratchState(client);
    this.reshape = new ReshapeState(client);
    this.corpus = new CorpusState(client);
    this.corpusReport = new CorpusReportState(client);
    this.cleaning = new CleaningState(client);
    this.leaks = new LeaksState(client);
    this.selection = new SelectionState(client);
    this.augmentation = new AugmentationState(client);
    this.rateFinder = new RateFinderState(client);
    this.stepCost = new StepCostState(client);
    this.memory = new MemoryState(client);
    this.ahead = new AheadState(client);
    this.blockLengths = new BlockLengthState(client);
    this.extraTexts = new ExtraTextsState(client);
    this.run = new RunState(client);
    this.evaluation = new EvaluationState(client);
    this.fineTune = new FineTuneState(client);
    this.pipeline = new PipelineState(client);
    this.library = new LibraryState(client);
    this.keeper = new ProjectKeeper(client);
    // Token streams are only valid for the tokenizer that made them.
    this.model.onOpened = ({ tokenizerId, config }) => {
      this.recipe.type("objective", fittingObjective(config, this.recipe.values.objective));
      this.reshape.suggestFor(config);
      this.fineTune.suggestFor(config);
      if (this.corpus.tokenized?.tokenizerId !== tokenizerId) this.corpus.forgetTokens();
    };
    this.run.onSaved = () => void this.#reloadLibrary();
    this.run.onFinished = (reason) =>
      this.journey.announce(reason === "completed" ? "Training is complete." : "Training has stopped and is saved.");
  }

  /** Base and tuned model to compare, or null while there is no tuned one. */
  get comparison(): Comparison | null {
    const { request, source, tuned } = this.run;
    if (request === null || source === null) return null;
    const chosen = this.library.checkpoints.find(({ id }) => id === this.chosenTuned);
    const ref: ModelRef | null = chosen === undefined ? tuned : { kind: "stored", id: chosen.id };
    if (ref === null) return null;
    const listed = this.library.checkpoints.find((one) => ref.kind === "stored" && one.id === ref.id);
    return {
      base: source.base,
      baseName: source.baseName,
      tuned: ref,
      tunedName: listed?.name ?? "tuned model",
      tokenizedId: request.tokenizedId,
      replay: request.replay ?? request.pipeline?.find(({ replay }) => replay !== undefined)?.replay,
      // As the run's checkpoint tells it after a reload: the same questions are asked before and after one.
      recipe: inForce(request.recipe),
      device: this.device,
    };
  }

  /** A run replaces its own checkpoints: a fine-tuning of one that is gone cannot go on. */
  async #reloadLibrary(): Promise<void> {
    await this.library.reload();
    restoreFineTuning(this);
  }

  async probe(): Promise<void> {
    const { device } = this;
    const report = await this.probing.run("Looking for a device", () =>
      this.client.compute.call((api) => api.probe(device)),
    );
    this.deviceReport = report ?? null;
  }

  async setDevice(device: DeviceSetting): Promise<void> {
    this.device = device;
    this.preferences.keepBundled(null); // timed on another device
    await this.probe();
  }

  /** Opens the model and cuts the corpus into tokens if need be, then trains. False when something failed. */
  async train(): Promise<boolean> {
    const request = await requestRun(this);
    if (request === undefined) return false;
    this.evaluation.forget();
    this.fineTune.forget();
    this.chosenTuned = "";
    this.ahead.taken(wantedRun(this));
    this.journey.announce("Training starts.");
    return this.run.start(request, { base: request.model, baseName: this.model.summary!.name });
  }

  async planMemory(): Promise<void> {
    if (!this.recipe.valid) return;
    const model = await this.model.ensure();
    if (model !== undefined) await this.memory.plan(model.ref, this.recipe.values, this.device);
  }

  async findRate(): Promise<void> {
    const request = await requestPlain(this);
    if (request !== undefined) await this.rateFinder.sweep(request);
  }

  /** What the batch on show would have to be drawn for. */
  get batchChoices(): string {
    return JSON.stringify([this.model.summary?.ref, this.recipe.values, this.extraTexts.choices]);
  }

  /** What update number `step` would read, text and all made ready first. */
  async previewBatch(step: number): Promise<void> {
    const choices = this.batchChoices;
    const request = await requestPlain(this);
    if (request !== undefined) await this.corpus.previewBatch(request, this.model.summary!.config, step, choices);
  }

  async measureStep(): Promise<void> {
    const request = await requestPlain(this);
    if (request !== undefined) await this.stepCost.measure(request);
  }

  async resume(): Promise<boolean> {
    const { request } = this.run;
    if (request !== null) this.run.request = { ...request, device: this.device };
    return this.run.resumeFromCheckpoint();
  }

  /** Takes a saved checkpoint as the model that a next run begins from. */
  async useAsStart(id: string): Promise<boolean> {
    const summary = await this.model.open({ kind: "stored", id });
    if (summary === undefined) return false;
    const listed = this.library.checkpoints.find((one) => one.id === id);
    this.model.summary = { ...summary, name: listed?.name ?? summary.name }; // a worker may know it by its older name
    this.journey.go("model");
    return true;
  }

  /** Loses the GPU on purpose: for tests of what happens then. */
  async loseDevice(): Promise<void> {
    await this.client.compute.call((api) => api.loseDevice());
  }

  /** Follows the address bar: back, forward, or a link that was pasted in. */
  follow(hash: string): void {
    try {
      const { screen, recipe } = readAddress(hash);
      if (isScreen(screen)) this.journey.go(screen);
      if (recipe !== undefined) this.recipe.set(recipe);
    } catch (error) {
      this.startError = asUnmaskError(error);
    }
  }
}
