/** One sentence a block, for embeddings of sentences: [CLS] sentence [SEP], cut where it is too long. */
import { UnmaskError } from "../../base/index.ts";
import { blockIndex, documentCount, type BlockIndex, type TokenStream } from "./blocks.ts";
import type { PairSettings } from "./sentence-pairs.ts";
import { sentencesOf } from "./sentence-borders.ts";

/** Shorter ones are headings, numbers, leftovers: hardly sentences. */
const SHORTEST = 5;

/** @throws data/no-sentences when there are fewer than two: nothing could be told apart */
export function sentenceBlocks(
  stream: TokenStream,
  { T, special, marks }: Pick<PairSettings, "T" | "special" | "marks">,
): BlockIndex {
  const { starts, ends, documents } = sentencesOf(stream, marks, T - 2, special);
  const chosen = [...starts.keys()].filter((s) => ends[s]! - starts[s]! >= SHORTEST);
  if (chosen.length < 2)
    throw new UnmaskError(
      "data/no-sentences",
      `The text must hold at least two sentences of ${SHORTEST} tokens, but it has ${chosen.length}.`,
      "Add more text: a few hundred sentences are the least that makes sense.",
      { sentences: chosen.length },
    );
  const documentOf = (s: number): number => documents.findLastIndex((first) => first <= s);
  return blockIndex({
    count: chosen.length,
    T,
    padded: true,
    restarts: false,
    documents: documentCount(stream),
    droppedTokens: 0,
    truncatedTokens: 0,
    paddingTokens: 0,
    notices: [],
    copy(i, target, at) {
      const [start, end] = [starts[chosen[i]!]!, ends[chosen[i]!]!];
      const length = Math.min(end - start, T - 2);
      target[at] = special.start;
      target.set(stream.tokens.subarray(start, start + length), at + 1);
      target[at + 1 + length] = special.end;
      target.fill(special.pad, at + length + 2, at + T);
      return length + 2;
    },
    mark: (_, target, at) => target.fill(0, at, at + T),
    documentsOf(i) {
      const document = documentOf(chosen[i]!);
      return { first: document, last: document };
    },
  });
}
