/** Tokenizers learnt from our demo text against Hugging Face tokenizers' trainers (tests/oracles/tokenizer_trainers.py). */
import { createEncoder, runTrainer, trainUnigram, type UnigramPieces } from "../../src/data/index.ts";
import { robertaSpecialTokens, trainedFiles, type Learnt } from "../../src/data/index.ts";
import { readGolden } from "../support/fixture.ts";
import {
  countsFor,
  heldOutLines,
  learnt,
  settingsOf,
  trainedSize,
  type TrainedKind,
} from "../support/trained-tokenizers.ts";
import type { MethodRow } from "./row.ts";

export const goldenTrainers = readGolden("golden/tokenizer-trainers.json") as {
  "made by": { tokenizers: string };
  wordpiece: string[];
  bpe: { pieces: string[]; merges: string[] };
  unigram: [string, number][];
  ids: Record<TrainedKind, { text: string; ids: number[] }[]>;
  "extended ids": Record<TrainedKind, { text: string; ids: number[] }[]>;
};
const version = goldenTrainers["made by"].tokenizers;

/** Share of places at which two lists differ. */
function differing(ours: readonly string[], theirs: readonly string[]): number {
  const length = Math.max(ours.length, theirs.length);
  let same = 0;
  for (let i = 0; i < length; i++) if (ours[i] !== undefined && ours[i] === theirs[i]) same++;
  return 1 - same / length;
}

function listOf(given: Learnt): string[] {
  if (given.kind === "wordpiece") return [...given.pieces];
  if (given.kind === "unigram") return given.pieces.map(([piece]) => piece);
  return [...given.bpe.pieces, ...given.bpe.merges.map((merge) => merge.join(" "))];
}
const goldenBpe = [...goldenTrainers.bpe.pieces, ...goldenTrainers.bpe.merges];

/** Log-likelihood of the held-out lines, each word cut in its best way. */
export function logLikelihood(pieces: UnigramPieces): number {
  const json = trainedFiles({ kind: "unigram", pieces }, settingsOf("unigram"))["tokenizer.json"]!;
  const encoder = createEncoder(JSON.parse(json) as object);
  if ("missing" in encoder) throw new Error(encoder.missing);
  let sum = 0;
  for (const line of heldOutLines) for (const id of encoder.encode(line).ids) sum += pieces[id]![1];
  return sum;
}

/** The larger of: share of pieces that the two do not share, relative difference of the likelihood. */
export function unigramDeviation(pieces: UnigramPieces): number {
  const theirs = new Set(goldenTrainers.unigram.map(([piece]) => piece));
  const missed = 1 - pieces.filter(([piece]) => theirs.has(piece)).length / theirs.size;
  return Math.max(missed, Math.abs(logLikelihood(pieces) / logLikelihood(goldenTrainers.unigram) - 1));
}

function unigramPieces(rounds: number): UnigramPieces {
  const { seedSize, longestPiece, shrink } = settingsOf("unigram");
  return runTrainer(
    trainUnigram(countsFor("unigram"), {
      vocabularySize: trainedSize,
      specialTokens: robertaSpecialTokens,
      seedSize,
      longestPiece,
      shrink,
      rounds,
    }),
  );
}

export const tokenizerTrainingRows: MethodRow[] = [
  {
    method: "WordPiece training",
    oracle: `tokenizers ${version}, WordPieceTrainer: every piece in its place`,
    tolerance: 0, // counts are whole numbers, ties are settled in the same way
    deviation: () => differing(listOf(learnt("wordpiece")), goldenTrainers.wordpiece),
    withoutIt: () => differing(listOf(learnt("wordpiece")).slice(0, 60), goldenTrainers.wordpiece),
  },
  {
    method: "Byte-level BPE training",
    oracle: `tokenizers ${version}, BpeTrainer: every piece and every merge in its place`,
    tolerance: 0,
    deviation: () => differing(listOf(learnt("bpe")), goldenBpe),
    withoutIt: () => differing(listOf(learnt("bpe")).slice(0, 261), goldenBpe),
  },
  {
    method: "Unigram training",
    oracle: `tokenizers ${version}, UnigramTrainer: pieces shared, and likelihood of held-out text`,
    // Pieces whose losses tie are kept or dropped by the order of a randomly seeded hash table over there.
    tolerance: 0.01,
    deviation: () => {
      const { pieces } = learnt("unigram") as Extract<Learnt, { kind: "unigram" }>;
      return unigramDeviation(pieces);
    },
    withoutIt: () => unigramDeviation(unigramPieces(0)),
  },
];
