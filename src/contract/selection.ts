/** Choosing documents: those most like a target, or those the model finds normal. Settings, and what a choice looks like. */
import type { CorpusSummary } from "./corpus.ts";
import type { DeviceSetting } from "./device.ts";
import type { EncodedText } from "./evaluation.ts";
import type { ModelRef } from "./model.ts";
import type { SettingsOf } from "./settings.ts";
import type { OnProgress } from "./worker-api.ts";

export const selectionTable = {
  method: {
    kind: "choice",
    label: "Method",
    default: "weights",
    choices: [
      { value: "weights", label: "Same words (importance weights)" },
      { value: "neighbours", label: "Same meaning (nearest neighbours)" },
      { value: "typical", label: "Leave out oddities (model's loss)" },
    ],
    group: "Selection",
    basic: true,
    help: "Words: documents whose words and word pairs are usual in the target and rare in this corpus (DSIR, Xie et al. 2023). Meaning: documents whose embedding lies near the target's. Loss: documents that surprise the model most are left out.",
  },
  keep: {
    kind: "number",
    label: "Documents to keep",
    default: 1000,
    min: 1,
    max: 100_000_000,
    integer: true,
    group: "Selection",
    basic: true,
    help: "The best of them. A run then sees fewer, but more fitting texts.",
  },
  length: {
    kind: "choice",
    label: "Long and short documents",
    default: "mean",
    choices: [
      { value: "mean", label: "Mean over words" },
      { value: "sum", label: "Sum over words, as published" },
    ],
    group: "Selection",
    help: "The published weight is a sum, made for pieces of equal length: among documents of unequal length it chooses by length as much as by content. The mean does not look at length.",
  },
  prior: {
    kind: "number",
    label: "Prior",
    default: 3000,
    min: 0,
    max: 10_000_000,
    integer: true,
    unit: "words",
    group: "Selection",
    help: "So many words and word pairs like this corpus' own are added to the target, so that what a small target lacks counts as unknown rather than impossible. 0 as published.",
  },
  gumbel: {
    kind: "number",
    label: "Chance",
    default: 0,
    min: 0,
    max: 1000,
    group: "Selection",
    help: "Scale of the Gumbel noise that turns the ranking into a draw by weight. 0 takes the best; 1 with the sum, as published.",
  },
  neighbours: {
    kind: "number",
    label: "Neighbours",
    default: 1,
    min: 1,
    max: 100,
    integer: true,
    group: "Selection",
    help: "A document's score is its mean cosine similarity to so many nearest texts of the target.",
  },
  maxTokens: {
    kind: "number",
    label: "Tokens read by the model",
    default: 128,
    min: 16,
    max: 512,
    integer: true,
    group: "Selection",
    help: "The model looks at the beginning of each document, up to so many tokens.",
  },
  seed: {
    kind: "number",
    label: "Seed",
    default: 42,
    min: 0,
    max: 2_147_483_647,
    integer: true,
    group: "Selection",
    help: "Fixes the draw and the masks.",
  },
} as const;
export type SelectionSettings = SettingsOf<typeof selectionTable>;

export type SelectionTarget = { kind: "set"; setId: string } | { kind: "sample"; text: string } | { kind: "none" };

export interface RankedDocument {
  document: number;
  score: number;
  text: string;
}
export interface SelectionPreview {
  corpusId: string;
  documents: number;
  /** The chosen ones, ascending. */
  chosen: Uint32Array;
  words: number;
  chosenWords: number;
  /** Highest and lowest scores. */
  best: RankedDocument[];
  worst: RankedDocument[];
  /** Kullback-Leibler divergence of the target from the choice and from as many random documents, nats, hashed 1- and 2-grams. */
  divergence?: { random: number; chosen: number };
  /** Histogram of the scores: edges one more than counts; `chosen` counts those of the choice. */
  histogram: { edges: number[]; all: number[]; chosen: number[] };
  /** What one should know before believing it. */
  notices: string[];
}

export interface SelectionDoor {
  /** Scores by words; for the other methods `scores` are what the compute worker answered, one a document. */
  previewSelection(
    corpusId: string,
    target: SelectionTarget,
    settings: SelectionSettings,
    scores: Float64Array | null,
    onProgress: OnProgress,
  ): Promise<SelectionPreview>;
  /** A new corpus of these documents (ascending places); the old one stays. */
  keepDocuments(corpusId: string, documents: Uint32Array, how: string, onProgress: OnProgress): Promise<CorpusSummary>;
  /** Texts of a target as token ids, at most `most` of them, drawn by the seed. @throws data/empty-target */
  encodeTarget(
    target: SelectionTarget,
    model: ModelRef,
    settings: SelectionSettings,
    most: number,
  ): Promise<EncodedText[]>;
  /** Opens the corpus to be read as token ids; the answer counts its documents. */
  openDocuments(corpusId: string, model: ModelRef, maxTokens: number): Promise<number>;
  /** The next documents of the open corpus; none at its end. */
  nextDocuments(count: number): Promise<EncodedText[]>;
}

/** The next texts to look at; none at the end. The page hands it to the compute worker, which asks when it has time. */
export type NextTexts = () => Promise<EncodedText[]>;

export interface DocumentScoresDoor {
  /** Mean cosine similarity of each document to its nearest target texts, by mean-pooled embeddings. */
  neighbourScores(
    model: ModelRef,
    device: DeviceSetting,
    target: EncodedText[],
    neighbours: number,
    next: NextTexts,
    total: number,
    onProgress: OnProgress,
  ): Promise<Float64Array>;
  /** Mean masked loss of each document (frozen masks by seed and document); NaN where nothing could be masked. */
  documentLosses(
    model: ModelRef,
    device: DeviceSetting,
    seed: number,
    next: NextTexts,
    total: number,
    onProgress: OnProgress,
  ): Promise<Float64Array>;
}
