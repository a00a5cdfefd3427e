/** Which ids are not text. Apart from the tokenizer, so that batches can be made without loading one. */
import type { SpecialTokens } from "../../contract/index.ts";

/** Pad, unknown, start, end or mask: what a tokenizer calls its special ids. Never hidden, never predicted. */
export function isSpecial(id: number, special: SpecialTokens): boolean {
  return (
    id === special.pad || id === special.unknown || id === special.start || id === special.end || id === special.mask
  );
}
