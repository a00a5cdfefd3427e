/**
 * Documents joined end to end and cut every T tokens, the rest at the end dropped: as `group_texts` in
 * Hugging Face's run_mlm example, over the whole corpus instead of batches of 1,000 documents.
 */
import { formatCount } from "../../base/index.ts";
import type { Recipe } from "../../contract/index.ts";
import { blockIndex, documentCount, tooShort, type BlockIndex, type TokenStream } from "./blocks.ts";

/**
 * @param borders "closed" and "restart": attention stays within a document
 * @param short what to do with a stream shorter than one block: an error, or one padded block
 * @throws data/corpus-too-short
 */
export function packConcatenated(
  stream: TokenStream,
  T: number,
  short: { pad: number } | "error" = "error",
  borders: Recipe["documentBorders"] = "open",
): BlockIndex {
  const { tokens, documents } = stream;
  const total = tokens.length;
  const padded = total < T;
  if (padded && (short === "error" || total < 3)) throw tooShort(total, T, "The text");
  const count = padded ? 1 : Math.floor(total / T);
  const droppedTokens = padded ? 0 : total - count * T;
  const paddingTokens = padded ? T - total : 0;
  const notices: string[] = [];
  if (droppedTokens > 0)
    notices.push(
      `The last ${formatCount(droppedTokens)} of ${formatCount(total)} tokens do not fill a block and are left out.`,
    );
  if (padded) notices.push(`The text has only ${formatCount(total)} tokens: one block, filled up with padding.`);
  return blockIndex({
    count,
    T,
    padded: borders === "open" ? padded : "documents",
    restarts: borders === "restart",
    documents: documentCount(stream),
    droppedTokens,
    truncatedTokens: 0,
    paddingTokens,
    notices,
    copy(i, target, at) {
      const end = Math.min((i + 1) * T, total);
      target.set(tokens.subarray(i * T, end), at);
      if (padded && short !== "error") target.fill(short.pad, at + total, at + T);
      return end - i * T;
    },
    mark(i, target, at) {
      const start = i * T;
      const end = Math.min(start + T, total);
      const first = documentAt(documents, start);
      for (let place = start, document = first; place < end; place++) {
        while (documents[document + 1]! <= place) document++;
        target[at + place - start] = document - first;
      }
      target.fill(-1, at + end - start, at + T);
    },
    documentsOf: (i) => ({
      first: documentAt(documents, i * T),
      last: documentAt(documents, Math.min((i + 1) * T, total) - 1),
    }),
  });
}

/** The document that holds a place in the stream: the last one that starts at or before it. */
function documentAt(starts: Uint32Array, place: number): number {
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= place) low = middle;
    else high = middle;
  }
  return low;
}
