/** The three tokenizers that tests train on our own demo text, beside what Python's trainers made of it. */
import { readFileSync } from "node:fs";
import { readTokenizerSettings, type TokenizerSettings, type VocabularyProposal } from "../../src/contract/index.ts";
import {
  countWords,
  extendTokenizer,
  learn,
  openOwnEncoder,
  proposePieces,
  runTrainer,
  specialOf,
  trainedFiles,
  untrained,
  type ExtendedTokenizer,
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

/** Words of the demo text that the extension tests make pieces of, and the text they are counted in. */
export const extensionWords = 25;
export const extensionLines = trainingLines.slice(0, 400);

/** A trained tokenizer with the most saving words of a part of the text as pieces. */
export function extendedTokenizer(kind: TrainedKind): {
  counts: WordCounts;
  proposal: VocabularyProposal;
  extension: ExtendedTokenizer;
} {
  const files = trainedFiles(learnt(kind), settingsOf(kind));
  const json = JSON.parse(files["tokenizer.json"]!) as object;
  const counts = countWords(extensionLines, json);
  const { unknown } = specialOf(kind);
  const options = { most: extensionWords, minCount: 5, unknown, shown: String };
  const proposal = proposePieces(counts, openOwnEncoder(json), options);
  return {
    counts,
    proposal,
    extension: extendTokenizer(
      files,
      proposal.candidates.map(({ word }) => word),
    ),
  };
}
