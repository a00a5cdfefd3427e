/** The door of packing: a stream to blocks, as the recipe says. */
import { UnmaskError } from "../../base/index.ts";
import type { Recipe, SpecialTokens } from "../../contract/index.ts";
import { documentCount, type BlockIndex, type TokenStream } from "./blocks.ts";
import { packConcatenated } from "./concatenated.ts";
import { packLines } from "./one-a-block.ts";

/**
 * Training text must fill at least one block. Held-out text that does not (a tiny corpus) becomes one
 * padded block: `padded` says so.
 * @throws data/corpus-too-short with the numbers and a remedy; data/no-held-out
 */
export function packBlocks(
  stream: TokenStream,
  recipe: Pick<Recipe, "packing" | "blockLength"> & Partial<Pick<Recipe, "documentBorders">>,
  special: SpecialTokens,
  side: "train" | "heldOut" = "train",
): BlockIndex {
  if (side === "heldOut" && (documentCount(stream) === 0 || stream.tokens.length < 3))
    throw new UnmaskError(
      "data/no-held-out",
      "Some text must be held out for measuring, but this corpus is too small to spare any.",
      "Add more text: a few thousand words are the least that makes sense.",
      { tokens: stream.tokens.length },
    );
  if (recipe.packing === "lines") return packLines(stream, recipe.blockLength, special);
  const short = side === "heldOut" ? { pad: special.pad } : "error";
  return packConcatenated(stream, recipe.blockLength, short, recipe.documentBorders);
}
