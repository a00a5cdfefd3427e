/** What the encoder writes to: ids, and where asked for offsets and word numbers, in growing typed arrays. */
import { grown } from "./chars.ts";

/** Token ids of many texts, one after the other. */
export class IdBuffer {
  ids = new Int32Array(4096);
  length = 0;
  /** Write what goes on with a word as `goesOn(id)`, so that a stream of ids still knows its words. */
  marksWords = false;

  reserve(more: number): void {
    if (this.length + more > this.ids.length) this.ids = grown(this.ids, this.length + more);
  }

  push(id: number): void {
    this.reserve(1);
    this.ids[this.length++] = id;
  }

  /** A copy of what has been written. */
  take(): Int32Array<ArrayBuffer> {
    return this.ids.slice(0, this.length);
  }
}

/** A token that continues the word of the one before it: the id's bitwise complement, below zero. */
export const goesOn = (id: number): number => ~id;

/**
 * A text as tokens. Offsets are half-open ranges of the original text in Unicode code points, as Python's
 * `tokenizers` counts (a JavaScript string counts UTF-16 units: an emoji is 1 here and 2 there).
 */
export interface Encoding {
  ids: Int32Array;
  starts: Int32Array;
  ends: Int32Array;
  /** Number of the word (pre-token) each token belongs to, from 0; an added token is a word of its own. */
  words: Int32Array;
}
