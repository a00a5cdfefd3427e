/**
 * Bounds what a parser of markup holds: a comment, tag or section that never ends is kept by it until it does, however
 * large the file. Told of what goes in and of every piece of content that comes out.
 */
import { formatCount, UnmaskError } from "../../../base/index.ts";
import { readLimits } from "../../../contract/index.ts";

export class MarkupStretch {
  #characters = 0;

  /** Content came out: nothing before it is held any more. */
  came(): void {
    this.#characters = 0;
  }

  /** @throws data/endless-markup */
  fed(slice: string): void {
    this.#characters += slice.length;
    const most = readLimits.markupStretch.value;
    if (this.#characters > most)
      throw new UnmaskError(
        "data/endless-markup",
        `A comment, tag or section may have ${formatCount(most)} characters; here is one that has more. The rest was left out.`,
        "Save the text in another format, such as .txt.",
      );
  }
}
