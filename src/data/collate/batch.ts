/** A batch as the graphs take it: flat typed arrays of fixed size, filled row by row. */
import type { BlockIndex } from "../pack/blocks.ts";
import type { Masking } from "./mask.ts";
import { sightOf } from "./permute.ts";

export interface MlmBatch {
  B: number;
  T: number;
  /** What the model sees. (B*T) */
  ids: Int32Array;
  /** 1 for a token, 0 for padding. (B*T) */
  attention: Float32Array;
  /** Flat places of the chosen tokens, ascending; unused ones at the end are 0. (M) */
  positions: Int32Array;
  /** The ids that stood there. (M) */
  labels: Int32Array;
  /** 1 for a chosen token, 0 for an unused place. (M) */
  weights: Float32Array;
  /** Chosen tokens: places with weight 1. 0 only when the batch holds nothing but special tokens. */
  count: number;
  /** Positions that are not padding. */
  tokens: number;
  /** Chosen tokens for which there was no room; they were left as they are. */
  dropped: number;
  /** The text itself, before masking. (B*T) */
  original: Int32Array;
  /** With closed document borders: document of each place, numbered within its block; -1 for padding. (B*T) */
  documents?: Int32Array;
  /** With permuted guessing: 1 where the row's place may look at the column's. (B*T*T) */
  sight?: Float32Array;
  /** Positions count from each document's start. */
  restarts: boolean;
  /** Block of each row; -1 for a row that only fills up the batch. (B) */
  blocks: Int32Array;
}

export class BatchBuilder {
  readonly #batch: MlmBatch;
  readonly #source: BlockIndex;
  #row = 0;

  constructor(source: BlockIndex, B: number, M: number) {
    const { T } = source;
    this.#source = source;
    this.#batch = {
      B,
      T,
      ids: new Int32Array(B * T),
      attention: new Float32Array(B * T),
      positions: new Int32Array(M),
      labels: new Int32Array(M),
      weights: new Float32Array(M),
      count: 0,
      tokens: 0,
      dropped: 0,
      original: new Int32Array(B * T),
      blocks: new Int32Array(B).fill(-1),
      restarts: source.restarts,
      ...(source.padded === "documents" ? { documents: new Int32Array(B * T) } : {}),
    };
  }

  /** Adds a block with its masked places; there must be room for them. */
  add(block: number, masking: Masking): void {
    const batch = this.#batch;
    const at = this.#row * batch.T;
    const length = this.#source.copy(block, batch.original, at);
    batch.ids.set(batch.original.subarray(at, at + batch.T), at);
    batch.attention.fill(1, at, at + length);
    if (batch.documents !== undefined) this.#source.mark(block, batch.documents, at);
    if (masking.ordering !== undefined) masking = this.#look(at, length, masking);
    masking.places.forEach((place, i) => {
      batch.positions[batch.count] = at + place;
      batch.labels[batch.count] = batch.original[at + place]!;
      batch.weights[batch.count] = 1;
      batch.ids[at + place] = masking.shown[i]!;
      batch.count++;
    });
    batch.tokens += length;
    batch.blocks[this.#row++] = block;
  }

  /** Writes who sees whom; a place that would see nothing at all (alone in its document) is not guessed. */
  #look(at: number, length: number, masking: Masking): Masking {
    const batch = this.#batch;
    const { T, documents } = batch;
    const sees = (row: number, column: number): boolean =>
      documents === undefined ? column < length : documents[at + row] === documents[at + column];
    const sight = sightOf(masking.ordering!, masking.places, sees);
    const kept = masking.places.map((place) => sight.subarray(place * T, (place + 1) * T).includes(1));
    const filled = {
      ...masking,
      places: masking.places.filter((_, i) => kept[i]),
      shown: masking.shown.filter((_, i) => kept[i]),
    };
    batch.sight ??= new Float32Array(batch.B * T * T);
    batch.sight.set(kept.includes(false) ? sightOf(masking.ordering!, filled.places, sees) : sight, at * T);
    return filled;
  }

  /** Rows left over repeat the first row without labels: an all-padding row would have nothing to attend to. */
  finish(dropped = 0): MlmBatch {
    const batch = this.#batch;
    const { T } = batch;
    for (; this.#row < batch.B; this.#row++) {
      const at = this.#row * T;
      batch.original.copyWithin(at, 0, T);
      batch.ids.set(batch.original.subarray(0, T), at);
      batch.attention.copyWithin(at, 0, T);
      batch.documents?.copyWithin(at, 0, T);
      batch.sight?.copyWithin(at * T, 0, T * T);
    }
    batch.dropped = dropped;
    return batch;
  }
}
