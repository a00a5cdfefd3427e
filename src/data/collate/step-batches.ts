/**
 * What one update reads, objective by objective: the one place where the batches of training, and of the page's look at
 * them, are drawn. A function of (seed, step) and the blocks alone. Knows no graphs and no weights.
 */
import { familyFacts, type ModelConfig, type Recipe, type SpecialTokens } from "../../contract/index.ts";
import type { BlockIndex } from "../pack/blocks.ts";
import type { PairBlocks } from "../pack/sentence-pairs.ts";
import type { TextPairs } from "../pack/text-pairs.ts";
import type { MlmBatch } from "./batch.ts";
import { collateMlm } from "./collate.ts";
import { plainBatch } from "./frozen.ts";
import { batchLength, cutPadding, lengthHolding, partnerLengths } from "./length-buckets.ts";
import { guessedShare, type CollateSettings } from "./mask.ts";
import { bucketsOf, recipeBatches, stepBlocks, type BlockUse } from "./order.ts";
import { pairUses } from "./pair-order.ts";
import { maskedRoom } from "./room.ts";
import type { TermFinder } from "./terms.ts";

export interface StepSettings extends CollateSettings {
  recipe: Recipe;
}
export interface StepTexts<Batch = MlmBatch> {
  /** `accumulation` of them. */
  batches: Batch[];
  /** 0-based, of the update's last example. */
  epoch: number;
}
/** Row i of the second is the partner of row i of the first. */
export interface PartnerBatch {
  first: MlmBatch;
  second: MlmBatch;
}

export function collateSettings({
  recipe,
  special,
  config,
  terms,
}: {
  recipe: Recipe;
  special: SpecialTokens;
  config: ModelConfig;
  terms?: TermFinder | undefined;
}): StepSettings {
  const permuted = familyFacts(config).guesses === "permuted";
  return { recipe, special, vocabularySize: config.vocab_size, permuted, ...(terms === undefined ? {} : { terms }) };
}

const epochOf = (uses: readonly BlockUse[][]): number => uses.at(-1)!.at(-1)!.epoch;

/** Blocks with hidden tokens; where the recipe cuts padding, batches of different T. */
export function maskedStep(train: BlockIndex, settings: StepSettings, step: number): StepTexts {
  const { recipe } = settings;
  const uses = recipeBatches(train, recipe, step);
  const isCut = bucketsOf(recipe) !== "no";
  const batches = uses.map((part) => {
    const T = isCut ? batchLength(train, part) : train.T;
    return collateMlm(cutPadding(train, T), part, settings, maskedRoom(part.length, T, guessedShare(settings)));
  });
  return { batches, epoch: epochOf(uses) };
}

/** The same of two segments a block; pairs are numbered over all epochs. */
export function pairedStep(pairs: PairBlocks, settings: StepSettings, step: number): StepTexts {
  const { recipe } = settings;
  const uses = pairUses(pairs, recipe, step);
  const isCut = bucketsOf(recipe) !== "no";
  const batches = uses.map((part) => {
    const lengths = part.map(({ block }) => pairs.pair(block).tokens);
    const T = isCut ? lengthHolding(pairs.T, lengths) : pairs.T;
    return collateMlm(cutPadding(pairs, T), part, settings, maskedRoom(part.length, T, guessedShare(settings)));
  });
  return { batches, epoch: epochOf(uses) };
}

/** Texts and their partners, nothing hidden; both are cut to the longest of either. */
export function partnerStep(texts: TextPairs, recipe: Recipe, step: number): StepTexts<PartnerBatch> {
  const { seed, batchSize, accumulation } = recipe;
  const buckets = bucketsOf(recipe);
  const lengths = partnerLengths(texts);
  const { T, count } = texts.first;
  const uses = stepBlocks(seed, count, batchSize, accumulation, step, buckets === "group" ? lengths : undefined);
  const batches = uses.map((part) => {
    const rows = part.map(({ block }) => block);
    const tokens = rows.map((row) => lengths(0, row));
    const cut = buckets === "no" ? T : lengthHolding(T, tokens);
    return partnerBatch({ first: cutPadding(texts.first, cut), second: cutPadding(texts.second, cut) }, rows);
  });
  return { batches, epoch: epochOf(uses) };
}

export const partnerBatch = ({ first, second }: TextPairs, rows: readonly number[]): PartnerBatch => ({
  first: plainBatch(first, rows),
  second: plainBatch(second, rows),
});

/** What is added to the cosine of two rows that share a text, over the temperature: their share becomes 0. */
const APART = -1e9;

/**
 * Pairs that share a text are not each other's negatives: what each says is right for the other, too.
 * @returns (N, N), 0 where row i's text and row j's partner may be told apart
 */
export function sharedTexts({ first, second }: PartnerBatch): Float32Array {
  const N = first.B;
  const numbers = new Map<string, number>();
  const textOf = ({ original, attention, T }: MlmBatch, row: number): number => {
    const text = original.subarray(row * T, (row + 1) * T).filter((_, i) => attention[row * T + i] === 1);
    const key = text.join();
    numbers.set(key, numbers.get(key) ?? numbers.size);
    return numbers.get(key)!;
  };
  const texts = Array.from({ length: N }, (_, row) => [textOf(first, row), textOf(second, row)] as const);
  const apart = new Float32Array(N * N);
  texts.forEach((one, i) => {
    texts.forEach((other, j) => {
      if (i !== j && one.some((text) => other.includes(text))) apart[i * N + j] = APART;
    });
  });
  return apart;
}
