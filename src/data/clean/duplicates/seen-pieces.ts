/** Lines or paragraphs that stood earlier in the corpus. Bounded: past two million different ones no new ones are learnt. */
import { KeyMap } from "./key-map.ts";
import { textKey } from "./word-hashes.ts";

const mostPieces = 2_000_000;

export class SeenPieces {
  readonly #seen = new KeyMap(mostPieces);

  get full(): boolean {
    return this.#seen.full;
  }

  /** Whether it stood in an earlier place; from now on it did. */
  again(text: string): boolean {
    const key = textKey(text);
    if (this.#seen.get(key) !== undefined) return true;
    this.#seen.set(key, 0);
    return false;
  }
}
