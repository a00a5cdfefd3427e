/**
 * Two segments a block, for sentence objectives: [CLS] A [SEP] B [SEP]. A document's sentences are gathered until
 * they fill the block, then cut in two at a random border. Next-sentence prediction (BERT): half the time B comes
 * from another document instead, and what was not used is gathered again. Sentence order (ALBERT): half the time A
 * and B change places. One of ten documents gets a shorter target, so that short inputs are known too.
 * Everything is drawn from (seed, epoch, document). Sources: google-research/bert, create_pretraining_data.py;
 * google-research/albert, same file. Unlike there, a lone sentence is cut in two, so that each answer has a half.
 */
import { permutation, random, UnmaskError, type Random } from "../../base/index.ts";
import type { SpecialTokens } from "../../contract/index.ts";
import { blockIndex, documentCount, type BlockIndex, type TokenStream } from "./blocks.ts";
import { sentencesOf } from "./sentence-borders.ts";

export interface PairSettings {
  T: number;
  seed: number;
  kind: "nsp" | "sop";
  special: SpecialTokens;
  /** End tokens between the segments: one in BERT, two in RoBERTa. */
  separators: 1 | 2;
  /** `sentenceMarks` of the tokenizer. */
  marks: Uint8Array;
}
/** Blocks go on for ever, an epoch after another, each with pairs of its own; `count` is the first epoch's. */
export interface PairBlocks extends BlockIndex {
  /** 0-based epoch of a block, its label (0: B follows A; 1: another document's, or swapped), where B begins, tokens before the padding. */
  pair(i: number): { epoch: number; label: 0 | 1; secondAt: number; tokens: number };
  /** The blocks of an epoch that was reached: number of the first, and how many. */
  span(epoch: number): { first: number; count: number };
}

const PAIR_STREAM = 0x9a1f;
const ORDER_STREAM = 0x9a0d;
const SHORT_SHARE = 0.1;
/** Fields of a pair: first and last place of A and of B in the stream, the label, the document. */
const FIELDS = 6;
const OTHER_DOCUMENT_TRIES = 10;

interface Epoch {
  /** Number of its first block. */
  first: number;
  count: number;
  pairs: Uint32Array;
  order: Uint32Array;
}

/** @throws data/one-document for next-sentence prediction on a single document; data/no-pairs */
export function pairBlocks(stream: TokenStream, settings: PairSettings): PairBlocks {
  const { T, special, separators } = settings;
  const room = T - 2 - separators;
  const sentences = sentencesOf(stream, settings.marks, Math.max(2, room >> 1), special);
  if (settings.kind === "nsp" && documentCount(stream) < 2)
    throw new UnmaskError(
      "data/one-document",
      "Next-sentence prediction needs text of at least two documents, but this text has one.",
      "Read the files by paragraphs, or choose sentence-order prediction.",
    );
  const pairs = new PairMaker(stream, sentences, settings, room);
  const epochs: Epoch[] = [pairs.epoch(0, 0)];
  if (epochs[0]!.count === 0)
    throw new UnmaskError(
      "data/no-pairs",
      "The text must hold documents of at least two tokens, to be cut into two segments; it has none.",
      "Add more text: a few thousand words are the least that makes sense.",
    );
  const find = (i: number): { epoch: number; at: number; fields: Uint32Array } => {
    while (i >= epochs.at(-1)!.first + epochs.at(-1)!.count) {
      const last = epochs.at(-1)!;
      // Of epochs gone by only the count is kept: a run looks forward.
      if (epochs.length > 2) epochs[epochs.length - 2]!.pairs = epochs[epochs.length - 2]!.order = new Uint32Array(0);
      epochs.push(pairs.epoch(epochs.length, last.first + last.count));
    }
    let epoch = epochs.length - 1;
    while (epochs[epoch]!.first > i) epoch--;
    const found = epochs[epoch]!;
    if (found.pairs.length === 0) Object.assign(found, pairs.epoch(epoch, found.first));
    const at = FIELDS * found.order[i - found.first]!;
    return { epoch, at, fields: found.pairs.subarray(at, at + FIELDS) };
  };
  const blocks = blockIndex({
    count: epochs[0]!.count,
    T,
    padded: true,
    restarts: false,
    documents: documentCount(stream),
    droppedTokens: 0,
    truncatedTokens: 0,
    paddingTokens: 0,
    notices: [],
    copy(i, target, at) {
      const [aStart, aEnd, bStart, bEnd] = find(i).fields as unknown as [number, number, number, number];
      let place = at;
      target[place++] = special.start;
      target.set(stream.tokens.subarray(aStart, aEnd), place);
      place += aEnd - aStart;
      for (let s = 0; s < separators; s++) target[place++] = special.end;
      target.set(stream.tokens.subarray(bStart, bEnd), place);
      place += bEnd - bStart;
      target[place++] = special.end;
      target.fill(special.pad, place, at + T);
      return place - at;
    },
    mark: (_, target, at) => target.fill(0, at, at + T),
    documentsOf(i) {
      const document = find(i).fields[5]!;
      return { first: document, last: document };
    },
  });
  return {
    ...blocks,
    pair(i) {
      const { epoch, fields } = find(i);
      const secondAt = 1 + fields[1]! - fields[0]! + separators;
      return { epoch, label: fields[4] as 0 | 1, secondAt, tokens: secondAt + fields[3]! - fields[2]! + 1 };
    },
    span(epoch) {
      const { first, count } = epochs[epoch]!;
      return { first, count };
    },
  };
}

class PairMaker {
  readonly #stream: TokenStream;
  readonly #sentences: ReturnType<typeof sentencesOf>;
  readonly #settings: PairSettings;
  readonly #room: number;

  constructor(stream: TokenStream, sentences: ReturnType<typeof sentencesOf>, settings: PairSettings, room: number) {
    this.#stream = stream;
    this.#sentences = sentences;
    this.#settings = settings;
    this.#room = room;
  }

  epoch(epoch: number, first: number): Epoch {
    const { seed } = this.#settings;
    const pairs: number[] = [];
    for (let d = 0; d < documentCount(this.#stream); d++) this.#document(d, random(seed, PAIR_STREAM, epoch, d), pairs);
    const count = pairs.length / FIELDS;
    const order = permutation(count, random(seed, ORDER_STREAM, epoch));
    return { first, count, pairs: Uint32Array.from(pairs), order };
  }

  /** Adds the pairs that begin in one document. */
  #document(d: number, source: Random, pairs: number[]): void {
    const { starts, ends, documents } = this.#sentences;
    const target = source.next() < SHORT_SHARE ? 2 + source.below(this.#room - 1) : this.#room;
    const past = documents[d + 1]!;
    let chunk = documents[d]!;
    for (let s = chunk; s < past; s++) {
      if (s < past - 1 && ends[s]! - starts[chunk]! < target) continue;
      const first = chunk;
      const [from, to] = [starts[first]!, ends[s]!];
      const lone = s === first;
      chunk = s + 1;
      if (to - from < 2) continue; // one token cannot be cut in two
      const border = lone ? s : first + 1 + source.below(s - first);
      const cut = lone ? from + 1 + source.below(to - from - 1) : starts[border]!;
      const other = source.next() < 0.5;
      let [a, b]: [[number, number], [number, number]] = [
        [from, cut],
        [cut, to],
      ];
      if (other && this.#settings.kind === "sop") [a, b] = [b, a];
      else if (other) {
        b = this.#elsewhere(d, target - (cut - from), source);
        if (!lone) {
          chunk = border; // what was not used is gathered again
          s = border - 1;
        }
      }
      truncate(a, b, this.#room, source);
      pairs.push(a[0], a[1], b[0], b[1], other ? 1 : 0, d);
    }
  }

  /** Sentences of another document, from a random one on, until there are `wanted` tokens. */
  #elsewhere(own: number, wanted: number, source: Random): [number, number] {
    const { starts, ends, documents } = this.#sentences;
    let d = own;
    for (let tries = 0; tries < OTHER_DOCUMENT_TRIES; tries++) {
      d = source.below(documents.length - 2);
      if (d >= own) d++;
      if (documents[d + 1]! > documents[d]!) break;
    }
    if (documents[d + 1] === documents[d]) d = own; // nearly all others are empty
    const first = documents[d]! + source.below(documents[d + 1]! - documents[d]!);
    let last = first;
    while (last + 1 < documents[d + 1]! && ends[last]! - starts[first]! < wanted) last++;
    return [starts[first]!, ends[last]!];
  }
}

/** Takes tokens from the longer segment, from its front or its back by chance, until both fit. */
function truncate(a: [number, number], b: [number, number], room: number, source: Random): void {
  while (a[1] - a[0] + b[1] - b[0] > room) {
    const longer = a[1] - a[0] > b[1] - b[0] ? a : b;
    if (source.next() < 0.5) longer[0]++;
    else longer[1]--;
  }
}
