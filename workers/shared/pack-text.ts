/** Stored token streams as the recipe's objective reads them: blocks, and for sentence objectives pairs of segments. */
import { formatCount, hasCode, UnmaskError } from "../../src/base/index.ts";
import {
  familyFacts,
  linesOf,
  learnsPairs,
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
  paddingShare,
  pairBlocks,
  positivePairs,
  sentenceBlocks,
  sentenceMarks,
  termFinder,
  textPairBlocks,
  withReplay,
  type BlockIndex,
  type PairBlocks,
  type TermFinder,
  type TextPairs,
  type TokenStream,
} from "../../src/data/index.ts";
import { loadSet, loadTokens } from "../../src/storage/index.ts";
import { packReplay } from "./replay-text.ts";

export interface PackedText {
  train: BlockIndex;
  heldOut: BlockIndex;
  /** Held-out part of the general text that is replayed. */
  general?: BlockIndex;
  pairs?: { train: PairBlocks; heldOut?: PairBlocks };
  sentences?: { train: TextPairs; heldOut?: TextPairs };
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
  else if (learnsPairs(recipe)) await addLabelledPairs(text, names, recipe, model);
  else if (recipe.objective === "contrastive") {
    const settings = { T: recipe.blockLength, special: model.special, marks: sentenceMarks(model.files) };
    const [train, heldOut] = [sentenceBlocks(streams.train, settings), sentenceBlocks(streams.heldOut, settings)];
    text.sentences = { train: { first: train, second: train }, heldOut: { first: heldOut, second: heldOut } };
  } else {
    if (replays(recipe)) await addReplay(text, names, recipe, model);
    text.notices.push(...text.train.notices);
  }
  text.notices.push(...emptyRows(text, recipe), ...text.heldOut.notices.map((notice) => `Held-out text: ${notice}`));
  if (recipe.maskUnit === "term")
    text.terms = termFinder(linesOf(recipe.terms), await createTokenizer(model.files, model.special));
  return text;
}

/** Rows of pairs and sentences are rarely full. */
function emptyRows({ pairs, sentences }: PackedText, { lengthBuckets }: Recipe): string[] {
  const rows = pairs?.train ?? sentences?.train.first;
  const share = rows === undefined || lengthBuckets !== "no" ? 0 : paddingShare(rows);
  if (share <= 0.5) return [];
  return [
    `${Math.round(100 * share)} % of all places are padding, and it is computed: “Padding” on the Recipe screen can leave most of it out.`,
  ];
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

/** @throws training/no-pair-set, training/pair-set-gone, data/no-pairs, data/too-few-pairs */
async function addLabelledPairs(
  text: PackedText,
  { pairs: chosen }: TextNames,
  { blockLength, positiveShare, seed }: Recipe,
  { files, special }: TextReader,
): Promise<void> {
  if (chosen === undefined)
    throw new UnmaskError(
      "training/no-pair-set",
      "The recipe learns which texts belong together from the pairs of a labelled set, but no set is chosen.",
      "Choose one on the Recipe screen, or let a sentence belong to itself (“What belongs together”).",
    );
  const set = await loadSet(chosen.setId).catch((cause: unknown) => {
    if (!hasCode(cause, "storage/no-such-set")) throw cause;
    throw new UnmaskError(
      "training/pair-set-gone",
      `The run learns from the pairs of “${chosen.name}”, which is no longer stored in this browser.`,
      "Import the set again and start a new run from the last checkpoint.",
      {},
      cause,
    );
  });
  const { train, heldOut, leftOut } = positivePairs(set, positiveShare, seed);
  const tokenizer = await createTokenizer(files, special);
  text.sentences = { train: textPairBlocks(train, tokenizer, blockLength) };
  if (heldOut.length > 0) text.sentences.heldOut = textPairBlocks(heldOut, tokenizer, blockLength);
  text.notices.push(
    `${formatCount(train.length)} pairs of “${set.name}” are learned from, ${formatCount(heldOut.length)} are measured on.`,
  );
  if (leftOut > 0)
    text.notices.push(
      `${formatCount(leftOut)} training pairs were left out: a text of theirs stands among the set's dev or test items.`,
    );
}

async function addReplay(text: PackedText, { replay }: TextNames, recipe: Recipe, model: TextReader): Promise<void> {
  const { train, heldOut } = await packReplay(replay, recipe, model);
  text.train = withReplay(text.train, train, recipe.replayShare, recipe.seed);
  if (heldOut !== undefined) text.general = heldOut;
  else text.notices.push("Too little of the replay text is held out: the loss on it is not measured.");
}
