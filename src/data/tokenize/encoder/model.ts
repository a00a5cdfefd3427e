/** What the three kinds of model have in common: they cut one word into pieces of the vocabulary. */
import type { Pieces } from "./chars.ts";

export interface Model {
  /** Adds the pieces of the word chars[start, end); their places count from `start`. */
  segment(chars: Int32Array, start: number, end: number, out: Pieces): void;
}
