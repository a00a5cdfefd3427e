/**
 * Learns a Unigram vocabulary from word counts: many seed pieces, then rounds of expectation and maximisation over
 * all ways to cut each word, and pruning of the pieces whose loss costs the text's likelihood least, until the size
 * is reached. Source: Kudo 2018, section 3.2; step by step as Hugging Face tokenizers' UnigramTrainer, which follows
 * SentencePiece. Sums run in another order than there, so that a few pieces at the border may differ.
 */
import { codePoints } from "../encoder/chars.ts";
import type { Trie } from "../encoder/trie.ts";
import { flatWords, type FlatWords } from "./flat-words.ts";
import { longestWord, PieceLattice, UNKNOWN } from "./piece-lattice.ts";
import { vocabularyTooSmall, type Trainer } from "./trainer.ts";
import { seedPieces } from "./unigram-seeds.ts";
import type { WordCounts } from "./word-counts.ts";

export interface UnigramOptions {
  vocabularySize: number;
  /** First in the vocabulary, in this order. */
  specialTokens: readonly string[];
  /** Pieces to start from; more are slower and hardly better. */
  seedSize: number;
  longestPiece: number;
  /** Share of the pieces that a round of pruning keeps. */
  shrink: number;
  /** Rounds of expectation and maximisation between two prunings. */
  rounds: number;
}
/** Pieces with their log-probabilities, in id order; special tokens have 0. */
export type UnigramPieces = [piece: string, score: number][];

/** A piece expected less often than this is dropped. */
const LEAST_EXPECTED = 0.5;
const WORDS_A_STEP = 4096;

/** The vocabulary on its way. Pieces keep their numbers; one that has gone has no score (NaN). */
interface State {
  readonly pieces: readonly string[];
  scores: Float64Array;
  /** The pieces that are left, `UNKNOWN` first, then in the order in which the last pruning kept them. */
  order: readonly number[];
  /** Built again when half of its pieces have gone: building is the costly part. */
  trie?: { trie: Trie; size: number };
}

export function* trainUnigram(counts: WordCounts, options: UnigramOptions): Trainer<UnigramPieces> {
  const { vocabularySize, shrink, rounds } = options;
  const words = flatWords(counts);
  const seeds = seedPieces(words, options.seedSize, options.longestPiece);
  const sum = seeds.counts.reduce((a, b) => a + b, 0);
  const state: State = {
    pieces: ["", ...seeds.pieces],
    scores: Float64Array.from([NaN, ...seeds.counts], (count) => Math.log(count) - Math.log(sum)),
    order: Array.from({ length: seeds.pieces.length + 1 }, (_, id) => id),
  };
  const wanted = Math.floor((vocabularySize * 11) / 10);
  const prunings = Math.max(0, Math.ceil(Math.log(wanted / state.pieces.length) / Math.log(shrink)));
  const total = (prunings + 1) * rounds + prunings;
  let pass = 0;
  for (;;) {
    for (let round = 0; round < rounds; round++) {
      const expected = yield* inSteps(expectation(state, words), pass++, total);
      maximise(state, expected);
    }
    const before = state.order.length;
    if (before <= wanted) break;
    yield* inSteps(prune(state, words, wanted, shrink), pass++, total);
    if (state.order.length === before) break; // nothing more can go
  }
  return finish(state, words, vocabularySize, options.specialTokens);
}

/** Passes over the words as one progress. */
function* inSteps<Result>(work: Generator<number, Result, void>, pass: number, total: number): Trainer<Result> {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    yield { phase: "weighing pieces", done: Math.min(total, pass + value), total };
  }
}

function latticeOf(state: State): PieceLattice {
  const { pieces, scores, order, trie } = state;
  const known = trie !== undefined && order.length > trie.size / 2 ? trie.trie : undefined;
  const lattice = new PieceLattice(pieces, scores, order, known);
  if (known === undefined) state.trie = { trie: lattice.trie, size: order.length };
  return lattice;
}

function* expectation(state: State, words: FlatWords): Generator<number, Float64Array, void> {
  const lattice = latticeOf(state);
  const expected = new Float64Array(state.pieces.length);
  for (let w = 0; w < words.size; w++) {
    lattice.fill(words.chars, words.starts[w]!, words.starts[w + 1]! - 1);
    lattice.addExpected(words.counts[w]!, expected);
    if (w % WORDS_A_STEP === WORDS_A_STEP - 1) yield w / words.size;
  }
  return expected;
}

/** New scores with a sparse prior (digamma); rare pieces go. */
function maximise(state: State, expected: Float64Array): void {
  const left = state.order.filter((id) => id === UNKNOWN || expected[id]! >= LEAST_EXPECTED);
  const logSum = digamma(left.reduce((sum, id) => (id === UNKNOWN ? sum : sum + expected[id]!), 0));
  state.scores.fill(NaN);
  for (const id of left) if (id !== UNKNOWN) state.scores[id] = digamma(expected[id]!) - logSum;
  state.order = left;
}

function* prune(state: State, words: FlatWords, wanted: number, shrink: number): Generator<number, void, void> {
  const { pieces, order } = state;
  const lattice = latticeOf(state);
  const cut = new Int32Array(longestWord);
  /** What would take each piece's place; null: nothing can; without an entry: it is not even its own best cut. */
  const instead = new Map<number, number[] | null>();
  for (const id of order) {
    if (id === UNKNOWN) continue;
    const chars = codePoints(pieces[id]!);
    lattice.fill(chars, 0, chars.length);
    if (lattice.best(cut) >= 2) continue;
    const count = lattice.best(cut, false);
    instead.set(id, count === 0 ? null : [...cut.subarray(0, count)]);
  }
  yield 0;
  const uses = new Float64Array(pieces.length);
  let sum = 0;
  let occurrences = 0;
  for (let w = 0; w < words.size; w++) {
    lattice.fill(words.chars, words.starts[w]!, words.starts[w + 1]! - 1);
    const count = lattice.best(cut);
    const weight = words.counts[w]!;
    occurrences += weight;
    for (let i = 0; i < count; i++) uses[cut[i]!]! += weight;
    sum += count * weight;
    if (w % WORDS_A_STEP === WORDS_A_STEP - 1) yield w / words.size;
  }
  const kept: number[] = [UNKNOWN];
  const candidates: { id: number; loss: number }[] = [];
  for (const id of order) {
    if (id === UNKNOWN) continue;
    const alternatives = instead.get(id);
    const used = uses[id]!;
    if (used === 0 && alternatives === undefined) continue;
    if (alternatives === undefined || alternatives === null) kept.push(id);
    else if (used > 0) {
      const logSumThen = Math.log(sum + used * (alternatives.length - 1));
      const then = alternatives.reduce((total, other) => total + Math.log(uses[other]! + used) - logSumThen, 0);
      candidates.push({ id, loss: (used / occurrences) * (Math.log(used) - Math.log(sum) - then) });
    }
  }
  const size = Math.max(wanted, Math.floor(order.length * shrink));
  candidates.sort((a, b) => b.loss - a.loss);
  for (const { id } of candidates) {
    if (kept.length >= size) break;
    kept.push(id);
  }
  const stay = new Set(kept);
  for (const id of order) if (!stay.has(id)) state.scores[id] = NaN;
  state.order = kept;
}

/** Every sign of the text, then the best pieces, most likely first. @throws data/vocabulary-too-small */
function finish(state: State, words: FlatWords, size: number, specialTokens: readonly string[]): UnigramPieces {
  const scoreOf = new Map(state.order.map((id) => [state.pieces[id]!, state.scores[id]!]));
  const least = state.order.reduce((min, id) => (state.scores[id]! < min ? state.scores[id]! : min), Infinity);
  const signs = [...new Set(words.chars)].filter((sign) => sign !== 0).sort((a, b) => a - b);
  const chosen = new Map<string, number>();
  let missing = 0;
  for (const sign of signs.map((code) => String.fromCodePoint(code)))
    chosen.set(sign, scoreOf.get(sign) ?? least + 1e-4 * missing++);
  const room = size - specialTokens.length;
  if (chosen.size > room) throw vocabularyTooSmall(size, chosen.size + specialTokens.length);
  for (const id of state.order) {
    if (chosen.size >= room) break;
    if (id !== UNKNOWN && !chosen.has(state.pieces[id]!)) chosen.set(state.pieces[id]!, state.scores[id]!);
  }
  const ordered = [...chosen].sort(([, a], [, b]) => b - a);
  return [...specialTokens.map((token): [string, number] => [token, 0]), ...ordered];
}

/** The logarithm's sibling: ln x - 1 / 2x - ..., as SentencePiece computes it. */
function digamma(given: number): number {
  let [x, result] = [given, 0];
  for (; x < 7; x++) result -= 1 / x;
  x -= 0.5;
  const xx = 1 / x;
  const xx2 = xx * xx;
  const xx4 = xx2 * xx2;
  return result + Math.log(x) + (1 / 24) * xx2 - (7 / 960) * xx4 + (31 / 8064) * xx4 * xx2 - (127 / 30720) * xx4 * xx4;
}
