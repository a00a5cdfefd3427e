/** The two workers as the page sees them. Plain values only; callbacks are comlink proxies. */
import type { AheadDoor } from "./ahead.ts";
import type { BundledDoor } from "./bundled.ts";
import type { AugmentationDoor, ManyMasksDoor } from "./augmentation.ts";
import type { CleaningDoor } from "./cleaning.ts";
import type { CheckpointSummary, StorageReport, TrainingPosition } from "./checkpoint.ts";
import type {
  BatchPreview,
  CorpusSummary,
  DocumentSplit,
  FileChoice,
  FilePreview,
  TokenizedSummary,
} from "./corpus.ts";
import type { MapDoor, ReportDoor } from "./corpus-report.ts";
import type { DeviceReport, DeviceSetting } from "./device.ts";
import type {
  EncodedSet,
  EncodedText,
  EvaluationResult,
  FillMaskResult,
  HeldOutResult,
  LabelledSetSummary,
  TaskKind,
} from "./evaluation.ts";
import type { FineTuneDoor } from "./fine-tune.ts";
import type { LeaksDoor } from "./leaks.ts";
import type { MemoryDoor } from "./memory.ts";
import type { ModelConfig, ModelRef, ModelSummary, Progress } from "./model.ts";
import type { ModelMakingDoor } from "./model-making.ts";
import type { PackingDoor } from "./packing.ts";
import type { Project } from "./project.ts";
import type { HubDatasetListing, HubDatasetRef, TextSource } from "./reading.ts";
import type { RatePoint, RateSweep } from "./rate-finder.ts";
import type { Recipe } from "./recipe/index.ts";
import type { RunEvent, TrainRequest } from "./run.ts";
import type { StepCosts } from "./step-cost.ts";
import type { DocumentScoresDoor, SelectionDoor } from "./selection.ts";
import type { TokenizerTrainingDoor } from "./tokenizer-training.ts";
import type { VocabularyDoor } from "./vocabulary.ts";

export type OnProgress = (progress: Progress) => void;

/** Everything kept in this browser, as the page lists and manages it. The data worker is its door. */
export interface StorageDoor {
  /** Newest first. */
  listCheckpoints(): Promise<CheckpointSummary[]>;
  renameCheckpoint(id: string, name: string): Promise<void>;
  deleteCheckpoint(id: string): Promise<void>;
  /** Where a resumable checkpoint stood; null for one that holds only a model. */
  checkpointPosition(id: string): Promise<TrainingPosition | null>;
  /** Newest first. */
  listCorpora(): Promise<CorpusSummary[]>;
  renameCorpus(id: string, name: string): Promise<void>;
  /** Deletes the corpus and its token streams. */
  deleteCorpus(id: string): Promise<void>;
  /** The documents as one UTF-8 text file, a blank line between documents. */
  exportCorpus(id: string): Promise<Blob>;
  listSets(): Promise<LabelledSetSummary[]>;
  renameSet(id: string, name: string): Promise<void>;
  /** And what was learned on it. */
  deleteSet(id: string): Promise<void>;
  storageReport(): Promise<StorageReport>;
  /** Checkpoints, corpora, sets, projects and downloaded models: all of it. */
  deleteEverything(): Promise<void>;
  saveProject(project: Project): Promise<void>;
  loadProject(id: string): Promise<Project | null>;
}

export interface DataWorker
  extends
    StorageDoor,
    ReportDoor,
    CleaningDoor,
    LeaksDoor,
    SelectionDoor,
    AugmentationDoor,
    PackingDoor,
    TokenizerTrainingDoor,
    VocabularyDoor {
  /** A look at each file's first part. */
  inspect(sources: TextSource[], split: DocumentSplit, onProgress: OnProgress): Promise<FilePreview[]>;
  /** Reads files into a stored corpus. @throws data/no-text when nothing usable is left. */
  importCorpus(
    name: string,
    sources: TextSource[],
    choices: FileChoice[],
    split: DocumentSplit,
    onProgress: OnProgress,
  ): Promise<CorpusSummary>;
  importDemoCorpus(domain: string, onProgress: OnProgress): Promise<CorpusSummary>;
  /** Token streams for this model's tokenizer; returns the stored one when nothing changed. */
  tokenizeCorpus(
    corpusId: string,
    model: ModelRef,
    heldOutShare: number,
    seed: number,
    onProgress: OnProgress,
  ): Promise<TokenizedSummary>;
  /** What update number `step` of this run would read. */
  previewBatch(request: TrainRequest, config: ModelConfig, step: number): Promise<BatchPreview>;
  /** Reads labelled files of one task into a stored set: files named train/dev/test keep their split. */
  importLabelledSet(task: TaskKind, files: File[]): Promise<LabelledSetSummary>;
  /** The text of a set's training items as a stored corpus, for task-adaptive training; made once a set. */
  corpusOfSet(setId: string): Promise<CorpusSummary>;
  importDemoSets(domain: string): Promise<LabelledSetSummary[]>;
  encodeSet(setId: string, model: ModelRef, maxTokens: number): Promise<EncodedSet>;
  /** A sentence with one or more mask tokens, as ids. @throws data/no-mask */
  encodeSentence(text: string, model: ModelRef): Promise<EncodedText>;
  decodeTokens(ids: number[], model: ModelRef): Promise<string[]>;
  /** What a dataset of the Hub offers, before anything large is fetched. */
  hubDataset(ref: Pick<HubDatasetRef, "id" | "host">): Promise<HubDatasetListing>;
  /** Stops the import or tokenization now running; its promise rejects with base/aborted. */
  cancel(): Promise<void>;
  /** Holds the import now running at its next document, or lets it go on. */
  hold(held: boolean): Promise<void>;
}

export interface ComputeWorker
  extends
    MapDoor,
    DocumentScoresDoor,
    ManyMasksDoor,
    FineTuneDoor,
    ModelMakingDoor,
    BundledDoor,
    MemoryDoor,
    AheadDoor {
  probe(device: DeviceSetting): Promise<DeviceReport>;
  /** Loads config, tokenizer and weights (downloads them when needed) and says what they are. */
  openModel(model: ModelRef, onProgress: OnProgress): Promise<ModelSummary>;
  /** Bytes a Hub model would cost to download, before it starts. */
  hubSize(id: string, revision: string): Promise<{ totalBytes: number; cachedBytes: number }>;
  /** Imports a dropped Hugging Face folder as a stored model. */
  importModel(files: File[], onProgress: OnProgress): Promise<ModelSummary>;
  /** Hugging Face folder of a model or checkpoint: file name and bytes. */
  exportModel(model: ModelRef): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }[]>;
  /** PEFT's folder of a checkpoint's LoRA adapters. @throws training/no-adapter */
  exportAdapter(checkpoint: string): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }[]>;
  /** Runs until completed or stopped; events come in batches, at most about ten posts a second. */
  train(request: TrainRequest, onEvents: (events: RunEvent[]) => void): Promise<void>;
  /** Sweeps the learning rate on a copy of the request's model; nothing is kept. `onSweep` hears the curve so far. */
  findRate(request: TrainRequest, onSweep: (points: RatePoint[], progress: Progress) => void): Promise<RateSweep>;
  /** Times a few updates on copies of the model, with the recipe and with everything learning; nothing is kept. */
  measureStep(request: TrainRequest, onProgress: OnProgress): Promise<StepCosts>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Saves at the next step boundary and ends the run. */
  stop(): Promise<void>;
  heldOut(
    base: ModelRef,
    tuned: ModelRef,
    tokenizedId: string,
    recipe: Recipe,
    device: DeviceSetting,
    onProgress: OnProgress,
  ): Promise<HeldOutResult>;
  evaluateSet(
    encoded: EncodedSet,
    base: ModelRef,
    tuned: ModelRef | null,
    device: DeviceSetting,
    seeds: number,
    onProgress: OnProgress,
  ): Promise<EvaluationResult>;
  /** Top guesses at every mask position, as token ids with probabilities. */
  fillMask(
    text: EncodedText,
    models: ModelRef[],
    device: DeviceSetting,
    top: number,
  ): Promise<{ id: number; probability: number }[][][]>;
  /** Test door: loses the GPU device on purpose. */
  loseDevice(): Promise<void>;
}
export type { FillMaskResult };
