/** The three tokenizers that tests train on our own demo text, beside what Python's trainers made of it. */
import { readFileSync } from "node:fs";
import { readTokenizerSettings, type TokenizerSettings } from "../../src/contract/index.ts";
import {
  countWords,
  learn,
  runTrainer,
  trainedFiles,
  untrained,
  type Learnt,
  type WordCounts,
} from "../../src/data/index.ts";

export const trainedSize = 700;
export const trainedKinds = ["wordpiece", "bpe", "unigram"] as const;
export type TrainedKind = (typeof trainedKinds)[number];

const lines = readFileSync("public/demo/wenlow/corpus.txt", "utf8")
  .split("\n")
  .filter((line) => line.trim() !== "");
export const heldOutLines = lines.filter((_, i) => i % 10 === 0);
export const trainingLines = lines.filter((_, i) => i % 10 !== 0);

export const settingsOf = (kind: TrainedKind, more: Partial<TokenizerSettings> = {}): TokenizerSettings =>
  readTokenizerSettings({ kind, vocabularySize: trainedSize, ...more });

export function countsFor(kind: TrainedKind, texts: readonly string[] = trainingLines): WordCounts {
  return countWords(texts, untrained(kind, settingsOf(kind)));
}

const learntBefore = new Map<TrainedKind, Learnt>();
export function learnt(kind: TrainedKind): Learnt {
  const known = learntBefore.get(kind) ?? runTrainer(learn(countsFor(kind), settingsOf(kind)));
  learntBefore.set(kind, known);
  return known;
}

export const trainedJson = (kind: TrainedKind): string =>
  trainedFiles(learnt(kind), settingsOf(kind))["tokenizer.json"]!;
