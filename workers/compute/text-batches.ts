/** Texts of different lengths for graphs of fixed shapes: the lengths that graphs are compiled for, and texts as a stream. */
import type { EncodedText } from "../../src/contract/index.ts";
import type { TokenStream } from "../../src/storage/index.ts";

/** Token positions a run: enough to keep the matrix products busy, little enough for small memories. */
export const positionsPerRun = 1024;
export const textLengths = [16, 32, 64, 128, 256, 512];

/** Texts end to end, as stored token streams are. */
export function streamOf(texts: readonly EncodedText[]): TokenStream {
  const documents = new Uint32Array(texts.length + 1);
  texts.forEach(({ ids }, i) => (documents[i + 1] = documents[i]! + ids.length));
  const tokens = new Int32Array(documents.at(-1)!);
  texts.forEach(({ ids }, i) => tokens.set(ids, documents[i]));
  return { tokens, documents };
}
