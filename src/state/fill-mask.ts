/** Mask guesses come as token ids; the page shows words. Pure. */
import type { FillMaskGuess } from "../contract/index.ts";

export interface RawGuess {
  id: number;
  probability: number;
}

/** Every id that any model guessed at any mask, once. */
export const guessedIds = (models: readonly (readonly (readonly RawGuess[])[])[]): number[] => [
  ...new Set(models.flat(2).map(({ id }) => id)),
];

/** One model's guesses with their texts; `texts[i]` is the text of `ids[i]`. */
export function nameGuesses(
  masks: readonly (readonly RawGuess[])[],
  ids: readonly number[],
  texts: readonly string[],
): FillMaskGuess[][] {
  const textOf = new Map(ids.map((id, i) => [id, texts[i] ?? ""]));
  return masks.map((mask) => mask.map(({ id, probability }) => ({ token: textOf.get(id) ?? "", probability })));
}
