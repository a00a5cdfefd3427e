/** One document a block: what is too long is cut off (its closing tokens stay), what is too short is padded. */
import { formatCount } from "../../base/index.ts";
import type { SpecialTokens } from "../../contract/index.ts";
import { behind } from "../tokenize/special.ts";
import { blockIndex, documentCount, tooShort, type BlockIndex, type TokenStream } from "./blocks.ts";

/** @throws data/corpus-too-short when there is no document at all */
export function packLines(stream: TokenStream, T: number, special: SpecialTokens): BlockIndex {
  const { tokens, documents } = stream;
  const count = documentCount(stream);
  if (count === 0) throw tooShort(0, T, "The text");
  let [truncatedTokens, paddingTokens, cut] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const length = documents[i + 1]! - documents[i]!;
    if (length > T) cut++;
    truncatedTokens += Math.max(0, length - T);
    paddingTokens += Math.max(0, T - length);
  }
  const closing = behind(special);
  const notices: string[] = [];
  if (cut > 0)
    notices.push(
      `${formatCount(cut)} of ${formatCount(count)} documents are longer than ${T} tokens; ${formatCount(truncatedTokens)} tokens were cut off.`,
    );
  const share = paddingTokens / (count * T);
  if (share > 0.5)
    notices.push(
      `${Math.round(share * 100)} % of all places are padding: a shorter block length, or joined documents, would train faster.`,
    );
  return blockIndex({
    count,
    T,
    padded: paddingTokens > 0,
    restarts: false,
    mark: (_, target, at) => target.fill(0, at, at + T),
    documents: count,
    droppedTokens: 0,
    truncatedTokens,
    paddingTokens,
    notices,
    copy(i, target, at) {
      const [start, end] = [documents[i]!, documents[i + 1]!];
      const length = Math.min(end - start, T);
      target.set(tokens.subarray(start, start + length), at);
      if (end - start > T) target.set(closing, at + T - closing.length);
      target.fill(special.pad, at + length, at + T);
      return length;
    },
    documentsOf: (i) => ({ first: i, last: i }),
  });
}
