/**
 * Unigram: of all ways to cut a word into pieces, the one with the largest sum of log-probabilities (Viterbi).
 * Characters outside the vocabulary cost 10 more than the rarest piece; neighbouring ones become one
 * unknown token. Source: Hugging Face tokenizers' Unigram (encode_optimized); Kudo 2018.
 */
import { grown } from "./chars.ts";
import type { Model } from "./model.ts";
import { flag, unsupported, type Json } from "./parts.ts";
import { Trie } from "./trie.ts";

const UNKNOWN_PENALTY = 10;

/** @throws NotAccelerated */
export function unigram(config: Json): Model {
  const entries = config["vocab"] as [string, number][];
  const unknown = config["unk_id"];
  if (typeof unknown !== "number") throw unsupported("model", "Unigram without an unknown token");
  if (flag(config, "byte_fallback", false)) throw unsupported("model", "Unigram with byte fall-back");
  const scores = Float64Array.from(entries, ([, score]) => score);
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), Infinity) - UNKNOWN_PENALTY;
  const trie = new Trie(entries.map(([piece], id) => [piece, id] as const));
  /** Best way to end at each place: its score, the place before, the piece. */
  let best = new Float64Array(256);
  let before = new Int32Array(256);
  let piece = new Int32Array(256);

  return {
    segment(chars, start, end, out) {
      const n = end - start;
      if (n >= best.length) {
        best = new Float64Array(2 * n);
        [before, piece] = [grown(before, 2 * n), grown(piece, 2 * n)];
      }
      before.fill(-1, 0, n + 1);
      best[0] = 0;
      for (let from = 0; from < n; from++) {
        const here = best[from]!;
        let single = false;
        let node: number = Trie.root;
        for (let at = from; at < n;) {
          node = trie.next(node, chars[start + at++]!);
          if (node < 0) break;
          const id = trie.idAt(node);
          if (id < 0) continue;
          if (at === from + 1) single = true;
          offer(from, at, here + scores[id]!, id);
        }
        if (!single) offer(from, from + 1, here + unknownScore, unknown);
      }
      trace(n, out);
    },
  };

  function offer(from: number, to: number, score: number, id: number): void {
    if (before[to]! >= 0 && score <= best[to]!) return;
    best[to] = score;
    before[to] = from;
    piece[to] = id;
  }

  /** Reads the best way from its end; `before` and `piece` are turned round in place. */
  function trace(n: number, out: Parameters<Model["segment"]>[3]): void {
    let count = 0;
    for (let at = n; at > 0;) {
      let from = before[at]!;
      const id = piece[at]!;
      if (id === unknown) while (from > 0 && piece[from] === unknown) from = before[from]!;
      out.add(id, from, at);
      count++;
      at = from;
    }
    reverse(out.ids, out.length - count, out.length);
    reverse(out.starts, out.length - count, out.length);
    reverse(out.ends, out.length - count, out.length);
  }
}

function reverse(array: Int32Array, from: number, to: number): void {
  array.subarray(from, to).reverse();
}
