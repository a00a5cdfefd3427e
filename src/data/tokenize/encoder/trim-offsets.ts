/**
 * Post-processors of byte-level tokenizers take the blanks at a token's ends out of its offsets.
 * Source: Hugging Face tokenizers' RobertaProcessing and ByteLevel with trim_offsets.
 */
import { flag, list, typeOf, type Json } from "./parts.ts";
import { flags, WHITE } from "./unicode.ts";

export interface Trimming {
  /** The first token of a text keeps its blank: the tokenizer put it there. */
  keepFirst: boolean;
}

/** One entry a post-processor that trims. */
export function trimmings(config: unknown): Trimming[] {
  if (config === null || config === undefined) return [];
  const part = config as Json;
  if (typeOf(part) === "Sequence") return list(part, "processors").flatMap(trimmings);
  if (typeOf(part) !== "RobertaProcessing" && typeOf(part) !== "ByteLevel") return [];
  return flag(part, "trim_offsets", true) ? [{ keepFirst: flag(part, "add_prefix_space", true) }] : [];
}

/** Blanks at the start and end of a piece as written in the vocabulary, where "Ġ" is one. */
export function blanksOf(piece: string): { leading: number; trailing: number } {
  const blank = [...piece].map((sign) => sign === "Ġ" || (flags[sign.codePointAt(0)!]! & WHITE) !== 0);
  const first = blank.indexOf(false);
  if (first < 0) return { leading: blank.length, trailing: blank.length };
  return { leading: first, trailing: blank.length - 1 - blank.lastIndexOf(false) };
}

/** The offsets of token number `token`, trimmed. */
export function trimmed(
  { keepFirst }: Trimming,
  token: number,
  [start, end]: readonly [number, number],
  { leading, trailing }: { leading: number; trailing: number },
): [number, number] {
  const kept = keepFirst && leading === 1 && (token === 0 || start === 0) ? 0 : leading;
  const from = Math.min(start + kept, end);
  return [from, trailing > 0 && end >= trailing ? Math.max(end - trailing, from) : end];
}
