/**
 * Many texts to ids in one go, here or in another thread: what a lane of the tokenizing pool does. A lane takes
 * plain strings and gives two arrays that can be transferred.
 */
import { IdBuffer } from "./encoder/encodings.ts";
import type { Tokenizer } from "./tokenizer.ts";

export interface EncodedBatch {
  /** Documents end to end: [start] pieces [end]. A piece that continues a word is `goesOn(id)`. */
  ids: Int32Array<ArrayBuffer>;
  /** Tokens of each; 0 where a text gave none. */
  lengths: Uint32Array<ArrayBuffer>;
}
/** Works one batch after the other; several may be waiting. */
export type EncodeLane = (texts: readonly string[]) => EncodedBatch | Promise<EncodedBatch>;

export function encodeBatch(tokenizer: Tokenizer, texts: readonly string[]): EncodedBatch {
  const { start, end } = tokenizer.special;
  const out = new IdBuffer();
  out.marksWords = true;
  const lengths = Uint32Array.from(texts, (text) => {
    const before = out.length;
    out.push(start);
    tokenizer.encodeInto(text, out);
    if (out.length === before + 1) {
      out.length = before;
      return 0;
    }
    out.push(end);
    return out.length - before;
  });
  return { ids: out.take(), lengths };
}
