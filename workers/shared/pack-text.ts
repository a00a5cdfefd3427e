/** Stored token streams as the recipe's objective reads them: blocks, and for sentence objectives pairs of segments. */
import { UnmaskError } from "../../src/base/index.ts";
import {
  familyFacts,
  type ModelConfig,
  type ModelFiles,
  type Recipe,
  type SpecialTokens,
} from "../../src/contract/index.ts";
import { packBlocks, pairBlocks, sentenceMarks, type BlockIndex, type PairBlocks } from "../../src/data/index.ts";
import { loadTokens } from "../../src/storage/index.ts";

export interface PackedText {
  train: BlockIndex;
  heldOut: BlockIndex;
  pairs?: { train: PairBlocks; heldOut?: PairBlocks };
  /** Plain sentences on what was left out. */
  notices: string[];
}
export interface TextReader {
  config: ModelConfig;
  special: SpecialTokens;
  files: ModelFiles;
}

export async function packText(tokenizedId: string, recipe: Recipe, model: TextReader): Promise<PackedText> {
  const [trainTokens, heldOutTokens] = [
    await loadTokens(tokenizedId, "train"),
    await loadTokens(tokenizedId, "heldOut"),
  ];
  const { special, config } = model;
  const train = packBlocks(trainTokens, recipe, special);
  const heldOut = packBlocks(heldOutTokens, recipe, special, "heldOut");
  const { objective: kind, blockLength: T, seed } = recipe;
  if (kind !== "nsp" && kind !== "sop") return { train, heldOut, notices: [...train.notices, ...heldOut.notices] };
  const separators = familyFacts(config).separators ?? 1;
  const settings = { T, seed, kind, special, separators, marks: sentenceMarks(model.files) };
  const pairs: NonNullable<PackedText["pairs"]> = { train: pairBlocks(trainTokens, settings) };
  const notices = [...heldOut.notices];
  try {
    pairs.heldOut = pairBlocks(heldOutTokens, settings);
  } catch (error) {
    if (!(error instanceof UnmaskError)) throw error;
    notices.push("The held-out text is too small to be cut into pairs: the sentence accuracy is not measured.");
  }
  return { train, heldOut, pairs, notices };
}
