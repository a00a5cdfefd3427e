/** Labelled sets and what scoring them gives. */
import type { ModelRef } from "./model.ts";
import type { FineTuneReport } from "./fine-tune.ts";

export type TaskKind = "ner" | "classification" | "similarity" | "qa";
export type SplitName = "train" | "dev" | "test";

export interface NerItem {
  split: SplitName;
  tokens: string[];
  tags: string[];
} // tags as IOB2 after reading
export interface ClassificationItem {
  split: SplitName;
  text: string;
  /** The second text of a pair, as in natural language inference. */
  second?: string;
  label: string;
}
export interface SimilarityItem {
  split: SplitName;
  first: string;
  second: string;
  score: number;
}
/** Extractive question answering, as SQuAD 1.1: every question has an answer that stands in its context. */
export interface QaItem {
  split: SplitName;
  question: string;
  context: string;
  /** Answers that count as right; the first one is learned. `start` counts UTF-16 units of the context. */
  answers: { text: string; start: number }[];
}
export type LabelledSet = { id: string; name: string; note: string; warnings: string[] } & (
  | { task: "ner"; items: NerItem[]; scheme: "IO" | "IOB1" | "IOB2" | "IOBES" }
  | { task: "classification"; items: ClassificationItem[] }
  | { task: "similarity"; items: SimilarityItem[] }
  | { task: "qa"; items: QaItem[] }
);
/** What the list shows of a set. */
export interface LabelledSetSummary {
  id: string;
  name: string;
  task: TaskKind;
  note: string;
  items: Record<SplitName, number>;
  labels: string[];
  warnings: string[];
}

/** A text as token ids with special tokens; for NER also the position of each word's first piece (-1: cut off). */
export interface EncodedText {
  ids: number[];
  wordStarts?: number[];
}
export interface EncodedSet {
  set: LabelledSet;
  /** One a text, in item order; similarity: first, second, first, second, ... */
  texts: EncodedText[];
}

export interface Interval {
  value: number;
  low: number;
  high: number;
}
export type Arm = "majority" | "tfidf" | "base" | "tuned";
export interface MetricRow {
  /** "entity F1", "entity F1 (strict)", "accuracy", "macro-F1", "Matthews", "Spearman", "exact match", "answer F1" */
  metric: string;
  /** Mean over seeds on the test items with a 95 % bootstrap interval; absent where an arm does not apply. */
  arms: Partial<Record<Arm, Interval>>;
  /** Each seed's value on all test items, where models were trained with several seeds. */
  bySeed?: Partial<Record<Arm, number[]>>;
  /** tuned minus base, paired over test items (and seeds), 95 %; absent without a tuned model. */
  difference?: Interval;
}
/** With fewer test items no interval should be trusted. */
export const fewTestItems = 30;

export interface EvaluationResult {
  setId: string;
  setName: string;
  task: TaskKind;
  /** How it was scored: a probe on frozen outputs (also where nothing is said), or all weights fine-tuned. */
  method?: "probe" | "fine-tune";
  /** How the fine-tunings went. */
  fineTuning?: FineTuneReport;
  trainItems: number;
  testItems: number;
  seeds: number;
  rows: MetricRow[];
  /** Plain sentences: what was cut off, labels never seen in training, ... */
  warnings: string[];
  /** One honest sentence on what the difference says. */
  verdict: string;
  durationMs: number;
}
export interface HeldOutResult {
  tokens: number;
  /** Blocks of text, the units of the interval. */
  blocks: number;
  baseLoss: number;
  tunedLoss: number;
  /** tuned minus base in nats a token, paired; resampled over blocks. */
  difference: Interval;
  durationMs: number;
}
/** What answers are about: they belong to these two models and no others. */
export interface ComparedModels {
  base: ModelRef;
  baseName: string;
  tuned: ModelRef;
  tunedName: string;
}
/** A comparison of several parts that was cancelled, failed or left; the answers of the others are there. */
export interface UnfinishedScoring {
  /** Ids of sets; "" is held-out text. */
  left: string[];
  /** Parts in all. */
  total: number;
}
export interface FillMaskGuess {
  token: string;
  probability: number;
}
export interface FillMaskResult {
  base: FillMaskGuess[][];
  tuned: FillMaskGuess[][];
}
