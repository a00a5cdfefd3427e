/**
 * Encoder outputs to features. Everything the probes know of a model is the `Encode` function: it may run on any
 * device. Sentence features are the mean over a text's tokens (special tokens included, padding never:
 * attention-masked mean pooling as sentence-transformers does it); word features are those of a word's first piece.
 */
import { UnmaskError } from "../../base/index.ts";
import type { EncodedText } from "../../contract/index.ts";

/**
 * Runs a frozen encoder over texts, in any order and batching. `onText` gets the index of a text and its last hidden
 * states (tokens, H) without padding rows, valid only during the call.
 */
export type Encode = (
  texts: EncodedText[],
  onText: (index: number, hidden: Float32Array) => void,
  signal?: AbortSignal,
) => Promise<void>;

export interface Features {
  /** (rows, columns) */
  values: Float32Array;
  columns: number;
}

/** One row a text. */
export async function pooledFeatures(
  encode: Encode,
  texts: EncodedText[],
  onText: () => void,
  signal?: AbortSignal,
): Promise<Features> {
  const sink = new Sink(texts.length);
  await encode(
    texts,
    (index, hidden) => {
      const tokens = texts[index]!.ids.length;
      const out = sink.begin(hidden, tokens);
      const H = sink.columns;
      const at = index * H;
      for (let t = 0; t < tokens; t++) {
        for (let h = 0; h < H; h++) out[at + h]! += hidden[t * H + h]! / tokens;
      }
      onText();
    },
    signal,
  );
  return sink.finish(texts.length);
}

export interface WordRows {
  /** Row of each word of each text, or -1 where the text was cut before it. */
  rowOf: Int32Array[];
  rows: number;
  cutOff: number;
}

/** Gives every word that has a first piece a row. @throws evaluation/word-starts when a text does not fit its words. */
export function wordRows(texts: EncodedText[], wordCounts: number[]): WordRows {
  let [rows, cutOff] = [0, 0];
  const rowOf = texts.map((text, i) => {
    const starts = text.wordStarts ?? [];
    if (starts.length !== wordCounts[i]) {
      throw new UnmaskError(
        "evaluation/word-starts",
        `Every word needs the position of its first piece; sentence ${i + 1} has ${wordCounts[i] ?? 0} words and ${starts.length} positions.`,
        "This is a fault of ours: encode the set again.",
        { sentence: i },
      );
    }
    return Int32Array.from(starts, (start) => (start < 0 || start >= text.ids.length ? (cutOff++, -1) : rows++));
  });
  return { rowOf, rows, cutOff };
}

/** One row a word that was not cut off. */
export async function wordFeatures(
  encode: Encode,
  texts: EncodedText[],
  { rowOf, rows }: WordRows,
  onText: () => void,
  signal?: AbortSignal,
): Promise<Features> {
  const sink = new Sink(rows);
  await encode(
    texts,
    (index, hidden) => {
      const text = texts[index]!;
      const out = sink.begin(hidden, text.ids.length);
      const H = sink.columns;
      rowOf[index]!.forEach((row, word) => {
        const start = text.wordStarts![word]!;
        if (row >= 0) out.set(hidden.subarray(start * H, (start + 1) * H), row * H);
      });
      onText();
    },
    signal,
  );
  return sink.finish(texts.length);
}

/** The feature table while it fills: the width is known with the first text. */
class Sink {
  columns = 0;
  readonly #rows: number;
  #values = new Float32Array(0);
  #seen = 0;

  constructor(rows: number) {
    this.#rows = rows;
  }

  begin(hidden: Float32Array, tokens: number): Float32Array {
    if (this.columns === 0) {
      this.columns = hidden.length / tokens;
      if (Number.isInteger(this.columns)) this.#values = new Float32Array(this.#rows * this.columns);
    }
    if (hidden.length !== tokens * this.columns) {
      throw new UnmaskError(
        "evaluation/hidden-shape",
        `Hidden states must be (tokens, H); a text of ${tokens} tokens came with ${hidden.length} numbers.`,
        "This is a fault of ours.",
        { tokens, numbers: hidden.length, columns: this.columns },
      );
    }
    this.#seen++;
    return this.#values;
  }

  finish(texts: number): Features {
    if (this.#seen !== texts) {
      throw new UnmaskError(
        "evaluation/hidden-shape",
        `The encoder must answer for every text; it did for ${this.#seen} of ${texts}.`,
        "This is a fault of ours.",
        { texts, seen: this.#seen },
      );
    }
    for (const value of this.#values) {
      if (Number.isFinite(value)) continue;
      throw new UnmaskError(
        "evaluation/not-a-number",
        "The model's outputs must be finite numbers; some are not.",
        "The training run diverged: take an earlier checkpoint, or train again with a lower learning rate.",
      );
    }
    return { values: this.#values, columns: this.columns };
  }
}
