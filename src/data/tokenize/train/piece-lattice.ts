/**
 * All ways to cut a word into pieces of a Unigram vocabulary: each piece's expected count over them (forward and
 * backward sums) and the best one (Viterbi). Works in plain probabilities, scaled by a factor a sign, which is several
 * times as fast as logarithms and exact enough for the short words it is given.
 * Source: Kudo 2018; Hugging Face tokenizers' lattice.rs (a sign without a piece of its own costs 10 more than the
 * rarest piece). Knows no corpus.
 */
import { codePoints } from "../encoder/chars.ts";
import { Trie } from "../encoder/trie.ts";

/** Longer words are cut: with e^6 a sign neither the sum of all ways nor the best way leaves a double's range. */
export const longestWord = 32;
const LOG_SCALE = 6;
const UNKNOWN_PENALTY = 10;
/** The number of the unknown piece: pieces[0] stands for it and is never found in a word. */
export const UNKNOWN = 0;

export class PieceLattice {
  readonly #trie: Trie;
  readonly #scores: Float64Array;
  readonly #weights: Float64Array;
  readonly #unknownScore: number;
  /** Edges of the word filled last, by where they begin. */
  readonly #edgesFrom = new Int32Array(longestWord + 2);
  readonly #to = new Int32Array(longestWord * (longestWord + 1));
  readonly #piece = new Int32Array(longestWord * (longestWord + 1));
  readonly #forward = new Float64Array(longestWord + 1);
  readonly #backward = new Float64Array(longestWord + 1);
  readonly #came = new Int32Array(longestWord + 1);
  #length = 0;

  /**
   * @param scores log-probabilities; NaN: the piece is none any more
   * @param order the pieces that are left
   * @param trie of these pieces and perhaps more, if there is one already
   */
  constructor(pieces: readonly string[], scores: Float64Array, order: readonly number[], trie?: Trie) {
    this.#trie = trie ?? new Trie(order.filter((id) => id !== UNKNOWN).map((id) => [pieces[id]!, id] as const));
    this.#scores = scores;
    let least = Infinity;
    for (const id of order) if (scores[id]! < least) least = scores[id]!;
    this.#unknownScore = least - UNKNOWN_PENALTY;
    this.#weights = new Float64Array(pieces.length);
    for (const id of order) this.#weights[id] = Math.exp(scores[id]! + LOG_SCALE * codePoints(pieces[id]!).length);
    this.#weights[UNKNOWN] = Math.exp(this.#unknownScore + LOG_SCALE);
  }

  get trie(): Trie {
    return this.#trie;
  }

  /** The word to ask about. Shapes: chars[start, end) of at most `longestWord` signs. */
  fill(chars: ArrayLike<number>, start: number, end: number): void {
    const n = (this.#length = end - start);
    const [to, piece, scores, trie] = [this.#to, this.#piece, this.#scores, this.#trie];
    let edges = 0;
    for (let from = 0; from < n; from++) {
      this.#edgesFrom[from] = edges;
      let single = false;
      let node: number = Trie.root;
      for (let at = from; at < n;) {
        node = trie.next(node, chars[start + at++]!);
        if (node < 0) break;
        const id = trie.idAt(node);
        if (id < 0 || scores[id] !== scores[id]) continue;
        if (at === from + 1) single = true;
        to[edges] = at;
        piece[edges++] = id;
      }
      if (single) continue;
      to[edges] = from + 1;
      piece[edges++] = UNKNOWN;
    }
    this.#edgesFrom[n] = edges;
  }

  /** Adds `count` times each piece's expected number in the word to `expected`; returns the word's log-likelihood. */
  addExpected(count: number, expected: Float64Array): number {
    const [n, to, piece, weights] = [this.#length, this.#to, this.#piece, this.#weights];
    const [forward, backward, edgesFrom] = [this.#forward, this.#backward, this.#edgesFrom];
    forward.fill(0, 0, n + 1);
    backward.fill(0, 0, n + 1);
    forward[0] = backward[n] = 1;
    for (let from = 0; from < n; from++)
      for (let e = edgesFrom[from]!; e < edgesFrom[from + 1]!; e++)
        forward[to[e]!]! += forward[from]! * weights[piece[e]!]!;
    for (let from = n - 1; from >= 0; from--)
      for (let e = edgesFrom[from]!; e < edgesFrom[from + 1]!; e++)
        backward[from]! += weights[piece[e]!]! * backward[to[e]!]!;
    const whole = forward[n]!;
    if (whole === 0) return 0; // beyond a double: such a word teaches nothing
    const factor = count / whole;
    for (let from = 0; from < n; from++)
      for (let e = edgesFrom[from]!; e < edgesFrom[from + 1]!; e++)
        expected[piece[e]!]! += factor * forward[from]! * weights[piece[e]!]! * backward[to[e]!]!;
    return Math.log(whole) - n * LOG_SCALE;
  }

  /**
   * The best way's pieces, in order, written to `out`; returns how many.
   * @param whole false: the word may not be one piece (what would take the piece's place)
   */
  best(out: Int32Array, whole = true): number {
    const [n, to, piece, scores] = [this.#length, this.#to, this.#piece, this.#scores];
    const [score, came] = [this.#forward, this.#came];
    score.fill(-Infinity, 0, n + 1);
    score[0] = 0;
    for (let from = 0; from < n; from++)
      for (let e = this.#edgesFrom[from]!; e < this.#edgesFrom[from + 1]!; e++) {
        const end = to[e]!;
        if (!whole && from === 0 && end === n) continue;
        const here = score[from]! + (piece[e] === UNKNOWN ? this.#unknownScore : scores[piece[e]!]!);
        if (here <= score[end]!) continue;
        score[end] = here;
        came[end] = from * (longestWord + 1) ** 2 + e; // where from, and by which edge
      }
    if (score[n] === -Infinity) return 0;
    let count = 0;
    for (let at = n; at > 0;) {
      const way = came[at]!;
      out[count++] = piece[way % (longestWord + 1) ** 2]!;
      at = Math.floor(way / (longestWord + 1) ** 2);
    }
    out.subarray(0, count).reverse();
    return count;
  }
}
