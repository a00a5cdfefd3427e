/** Which ids are not text, and where they stand. Apart from the tokenizer, so that batches can be made without loading one. */
import type { SpecialTokens } from "../../contract/index.ts";

/** Pad, unknown, start, end or mask: what a tokenizer calls its special ids. Never hidden, never predicted. */
export function isSpecial(id: number, special: SpecialTokens): boolean {
  return (
    id === special.pad || id === special.unknown || id === special.start || id === special.end || id === special.mask
  );
}

/** A text with its start and end token: around it, or both behind it (XLNet's <sep> <cls>). */
export const framed = (ids: readonly number[], { start, end, behind }: SpecialTokens): number[] =>
  behind === true ? [...ids, end, start] : [start, ...ids, end];

/** The special tokens that stand before a text. */
export const before = ({ start, behind }: SpecialTokens): number[] => (behind === true ? [] : [start]);
/** The special tokens that stand behind a text: what is cut short keeps them. */
export const behind = ({ start, end, behind: both }: SpecialTokens): number[] => (both === true ? [end, start] : [end]);
