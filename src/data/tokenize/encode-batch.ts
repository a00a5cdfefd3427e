/**
 * Many texts to ids in one go, here or in another thread: what a lane of the tokenizing pool does. A lane takes
 * plain strings and gives two arrays that can be transferred.
 */
import { IdBuffer } from "./encoder/encodings.ts";
import { before, behind } from "./special.ts";
import type { Tokenizer } from "./tokenizer.ts";

export interface EncodedBatch {
  /** Documents end to end with their special tokens: [start] pieces [end]. A piece that continues a word is `goesOn(id)`. */
  ids: Int32Array<ArrayBuffer>;
  /** Tokens of each; 0 where a text gave none. */
  lengths: Uint32Array<ArrayBuffer>;
}
/** Works one batch after the other; several may be waiting. */
export type EncodeLane = (texts: readonly string[]) => EncodedBatch | Promise<EncodedBatch>;

export function encodeBatch(tokenizer: Tokenizer, texts: readonly string[]): EncodedBatch {
  const [opening, closing] = [before(tokenizer.special), behind(tokenizer.special)];
  const out = new IdBuffer();
  out.marksWords = true;
  const lengths = Uint32Array.from(texts, (text) => {
    const from = out.length;
    for (const id of opening) out.push(id);
    tokenizer.encodeInto(text, out);
    if (out.length === from + opening.length) {
      out.length = from;
      return 0;
    }
    for (const id of closing) out.push(id);
    return out.length - from;
  });
  return { ids: out.take(), lengths };
}
