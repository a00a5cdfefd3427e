/** How blocks of different lengths would use a corpus: what is cut off, padded, left over, torn apart. */
import type { Recipe } from "./recipe/index.ts";

/** What one block length does to the training text. Shares are between 0 and 1. */
export interface BlockLengthUse {
  blockLength: number;
  blocks: number;
  /** Tokens that no block holds: cut off, or the rest at the end. */
  lostTokens: number;
  /** Places that hold padding instead of text. */
  paddingPlaces: number;
  lostShare: number;
  paddingShare: number;
  /** Documents of which no block holds all, by all documents. */
  tornShare: number;
}
export interface BlockLengths {
  packing: Recipe["packing"];
  documents: number;
  tokens: number;
  /** Tokens a document, its two special tokens included. */
  medianTokens: number;
  longestTokens: number;
  /** By block length, ascending. */
  uses: BlockLengthUse[];
  suggested: number;
  /** Why that one, in a sentence. */
  reason: string;
}
/** The data worker's part in it. */
export interface PackingDoor {
  /** @param longest tokens that the model can read at once */
  blockLengths(
    tokenizedId: string,
    packing: Recipe["packing"],
    blockLength: number,
    longest: number,
  ): Promise<BlockLengths>;
}
