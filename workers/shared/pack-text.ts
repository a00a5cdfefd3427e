/** Stored token streams as the recipe's objective reads them: blocks, and for sentence objectives pairs of segments. */
import { UnmaskError } from "../../src/base/index.ts";
import {
  familyFacts,
  linesOf,
  replays,
  type ExtraTexts,
  type ModelConfig,
  type ModelFiles,
  type Recipe,
  type SpecialTokens,
} from "../../src/contract/index.ts";
import {
  createTokenizer,
  packBlocks,
  pairBlocks,
  sentenceBlocks,
  sentenceMarks,
  termFinder,
  withReplay,
  type BlockIndex,
  type PairBlocks,
  type TermFinder,
  type TokenStream,
} from "../../src/data/index.ts";
import { loadTokens } from "../../src/storage/index.ts";
import { packReplay } from "./replay-text.ts";

export interface PackedText {
  train: BlockIndex;
  heldOut: BlockIndex;
  /** Held-out part of the general text that is replayed. */
  general?: BlockIndex;
  pairs?: { train: PairBlocks; heldOut?: PairBlocks };
  sentences?: { train: BlockIndex; heldOut: BlockIndex };
  terms?: TermFinder;
  /** Plain sentences on what was left out. */
  notices: string[];
}
export interface TextReader {
  config: ModelConfig;
  special: SpecialTokens;
  files: ModelFiles;
}

/** Which texts: the run's own streams, and what it reads beside them. */
export interface TextNames extends ExtraTexts {
  tokenizedId: string;
}

export async function packText(names: TextNames, recipe: Recipe, model: TextReader): Promise<PackedText> {
  const { tokenizedId } = names;
  const streams = {
    train: await loadTokens(tokenizedId, "train"),
    heldOut: await loadTokens(tokenizedId, "heldOut"),
  };
  const text: PackedText = {
    train: packBlocks(streams.train, recipe, model.special),
    heldOut: packBlocks(streams.heldOut, recipe, model.special, "heldOut"),
    notices: [],
  };
  if (recipe.objective === "nsp" || recipe.objective === "sop")
    addPairs(text, streams, recipe.objective, recipe, model);
  else if (recipe.objective === "contrastive") {
    const settings = { T: recipe.blockLength, special: model.special, marks: sentenceMarks(model.files) };
    const [train, heldOut] = [sentenceBlocks(streams.train, settings), sentenceBlocks(streams.heldOut, settings)];
    text.sentences = { train, heldOut };
  } else {
    if (replays(recipe)) await addReplay(text, names, recipe, model);
    text.notices.push(...text.train.notices);
  }
  text.notices.push(...text.heldOut.notices);
  if (recipe.maskUnit === "term")
    text.terms = termFinder(linesOf(recipe.terms), await createTokenizer(model.files, model.special));
  return text;
}

function addPairs(
  text: PackedText,
  streams: { train: TokenStream; heldOut: TokenStream },
  kind: "nsp" | "sop",
  { blockLength: T, seed }: Recipe,
  { special, config, files }: TextReader,
): void {
  const separators = familyFacts(config).separators ?? 1;
  const settings = { T, seed, kind, special, separators, marks: sentenceMarks(files) };
  text.pairs = { train: pairBlocks(streams.train, settings) };
  try {
    text.pairs.heldOut = pairBlocks(streams.heldOut, settings);
  } catch (error) {
    if (!(error instanceof UnmaskError)) throw error;
    text.notices.push("The held-out text is too small to be cut into pairs: the sentence accuracy is not measured.");
  }
}

async function addReplay(text: PackedText, { replay }: TextNames, recipe: Recipe, model: TextReader): Promise<void> {
  const { train, heldOut } = await packReplay(replay, recipe, model);
  text.train = withReplay(text.train, train, recipe.replayShare, recipe.seed);
  if (heldOut !== undefined) text.general = heldOut;
  else text.notices.push("Too little of the replay text is held out: the loss on it is not measured.");
}
