/** What packing gives: blocks of T tokens, made from the stream when asked for, so that no second copy exists. */
import { UnmaskError, formatCount } from "../../base/index.ts";

/** Token ids of many documents, special tokens included; below zero, `~id`: continues a word. */
export interface TokenStream {
  tokens: Int32Array | Uint16Array;
  /** Start of every document in `tokens`, then the end of the last: one number more than documents. */
  documents: Uint32Array;
}
export interface Block {
  /** (T), padded at the end. */
  ids: Int32Array;
  /** (T), 1 where a token continues the word of the one before it. */
  continues: Uint8Array;
  /** Tokens before the padding. */
  length: number;
}
export interface BlockIndex {
  readonly count: number;
  /** Tokens a block. */
  readonly T: number;
  /** Some block holds padding: a graph without an attention mask would look at it. "documents": nothing may look across a document's border. */
  readonly padded: boolean | "documents";
  /** Positions count from each document's start. */
  readonly restarts: boolean;
  /** Documents of the stream. */
  readonly documents: number;
  /** Tokens that are in no block: the rest at the end, or what was cut off. */
  readonly droppedTokens: number;
  readonly truncatedTokens: number;
  readonly paddingTokens: number;
  /** Plain sentences on what was left out. */
  readonly notices: string[];
  block(i: number): Block;
  /** Writes the ids of block i to `target` from place `at` on; returns its length before the padding. */
  copy(i: number, target: Int32Array, at: number): number;
  /** Writes the number of the document of each of its T places, from 0 in the block on; -1: padding. Only for closed borders. */
  mark(i: number, target: Int32Array, at: number): void;
  /** First and last document that have tokens in block i. */
  documentsOf(i: number): { first: number; last: number };
  /** Of a mixture: the number of the block at a place of an epoch (0-based); numbers may go past `count`. */
  drawn?(epoch: number, place: number): number;
  /** Of a mixture: the text that a block is of, and its number there. */
  source?(i: number): { blocks: BlockIndex; block: number };
}

export const documentCount = (stream: TokenStream): number => Math.max(0, stream.documents.length - 1);

/** @param parts `copy` gives the stream's own numbers: ids and word marks are told apart here */
export function blockIndex(parts: Omit<BlockIndex, "block">): BlockIndex {
  return {
    ...parts,
    copy(i, target, at) {
      const length = parts.copy(i, target, at);
      for (let k = at; k < at + parts.T; k++) if (target[k]! < 0) target[k] = ~target[k]!;
      return length;
    },
    block(i) {
      const ids = new Int32Array(parts.T);
      const length = parts.copy(i, ids, 0);
      const continues = Uint8Array.from(ids, (id) => (id < 0 ? 1 : 0));
      return { ids: ids.map((id) => (id < 0 ? ~id : id)), continues, length };
    },
  };
}

/** The smallest block length a recipe allows. */
const SHORTEST_BLOCK = 8;

export function tooShort(tokens: number, T: number, what: string): UnmaskError {
  const fits = tokens - (tokens % SHORTEST_BLOCK);
  const remedy =
    fits >= SHORTEST_BLOCK
      ? `Add more text (at least ${formatCount(T - tokens)} tokens), or set the block length to ${Math.min(fits, T)} or less.`
      : "Add more text: a few thousand words are the least that makes sense.";
  return new UnmaskError(
    "data/corpus-too-short",
    `${what} must fill at least one block of ${T} tokens, but it has ${formatCount(tokens)}.`,
    remedy,
    { tokens, blockLength: T },
  );
}
