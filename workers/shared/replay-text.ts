/** The general text that a run replays: its stored streams as blocks like those of the run's own text. */
import { hasCode, UnmaskError } from "../../src/base/index.ts";
import type { Recipe, ReplayText, TokenizedSummary } from "../../src/contract/index.ts";
import { packBlocks, type BlockIndex } from "../../src/data/index.ts";
import { tokenizerId } from "../../src/models/index.ts";
import { loadTokenized, loadTokens } from "../../src/storage/index.ts";
import type { TextReader } from "./pack-text.ts";

export interface GeneralBlocks {
  train: BlockIndex;
  /** Absent where too little of it is held out to be measured on. */
  heldOut?: BlockIndex;
}

/** @throws training/no-replay-text, training/replay-gone, training/other-tokenizer, training/replay-too-short */
export async function packReplay(
  replay: ReplayText | undefined,
  recipe: Recipe,
  { files, special }: TextReader,
): Promise<GeneralBlocks> {
  if (replay === undefined)
    throw new UnmaskError(
      "training/no-replay-text",
      `The recipe replays general text at a share of ${recipe.replayShare}, but no text to replay is chosen.`,
      "Choose one on the Recipe screen, or set “Replay of general text” to 0.",
    );
  const { name, tokenizedId } = replay;
  const summary = await stored(replay);
  if (summary.tokenizerId !== tokenizerId(files))
    throw new UnmaskError(
      "training/other-tokenizer",
      `The replay text “${name}” was tokenized for another model.`,
      "Start the run from the Recipe screen: it will be tokenized for this model.",
    );
  try {
    const train = packBlocks(await loadTokens(tokenizedId, "train"), recipe, special);
    return { train, ...(await heldOutOf(tokenizedId, recipe, special)) };
  } catch (error) {
    if (!hasCode(error, "data/corpus-too-short")) throw error;
    throw new UnmaskError(
      "training/replay-too-short",
      `The replay text “${name}” should fill at least one block of ${recipe.blockLength} tokens, but it does not.`,
      "Choose a longer text to replay, or a shorter block length.",
      { tokens: summary.train.tokens, blockLength: recipe.blockLength },
      error,
    );
  }
}

async function stored({ name, tokenizedId }: ReplayText): Promise<TokenizedSummary> {
  try {
    return await loadTokenized(tokenizedId);
  } catch (error) {
    if (!hasCode(error, "storage/no-such-tokens")) throw error;
    throw new UnmaskError(
      "training/replay-gone",
      `The run replays the text “${name}”, which is no longer stored in this browser.`,
      "A stopped run cannot go on without it. Import the text again and start a new run from the last checkpoint, or set “Replay of general text” to 0 there.",
      {},
      error,
    );
  }
}

async function heldOutOf(
  tokenizedId: string,
  recipe: Recipe,
  special: TextReader["special"],
): Promise<Pick<GeneralBlocks, "heldOut">> {
  try {
    return { heldOut: packBlocks(await loadTokens(tokenizedId, "heldOut"), recipe, special, "heldOut") };
  } catch (error) {
    if (hasCode(error, "data/no-held-out")) return {};
    throw error;
  }
}
