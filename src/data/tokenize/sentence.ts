/** A person's own sentence with a gap in it, as ids for the fill-mask view. */
import { UnmaskError } from "../../base/index.ts";
import type { EncodedText } from "../../contract/index.ts";
import { framed } from "./special.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Ways to write a gap; all become the model's own mask token. */
const GAP = /\[mask\]|<mask>|_{3,}/gi;

/**
 * @param maxTokens special tokens counted
 * @throws data/no-mask, data/sentence-too-long
 */
export function encodeSentence(text: string, tokenizer: Tokenizer, maxTokens: number): EncodedText {
  const { mask } = tokenizer.special;
  const written = text.replace(GAP, tokenizer.tokenText(mask)).trim();
  const ids = framed(tokenizer.encode(written), tokenizer.special);
  if (!ids.includes(mask))
    throw new UnmaskError(
      "data/no-mask",
      "The sentence needs a gap for the model to fill, but it has none.",
      "Write [MASK] or ___ where the word is missing.",
    );
  if (ids.length > maxTokens)
    throw new UnmaskError(
      "data/sentence-too-long",
      `The sentence may have at most ${maxTokens} tokens, but it has ${ids.length}.`,
      "Shorten it.",
      { tokens: ids.length, maxTokens },
    );
  return { ids };
}
