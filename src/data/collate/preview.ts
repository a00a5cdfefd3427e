/**
 * A batch as people see it: which tokens were hidden, what stands there instead, which rows belong together. It is drawn
 * by the functions that draw it for training.
 */
import type { BatchPreview, PreviewRow, PreviewToken } from "../../contract/index.ts";
import type { BlockIndex } from "../pack/blocks.ts";
import type { PairBlocks } from "../pack/sentence-pairs.ts";
import type { TextPairs } from "../pack/text-pairs.ts";
import { isSpecial } from "../tokenize/special.ts";
import type { Tokenizer } from "../tokenize/tokenizer.ts";
import type { MlmBatch } from "./batch.ts";
import { maskedStep, pairedStep, partnerStep, type StepSettings } from "./step-batches.ts";

/** A run's training text as its objective reads it. */
export interface StepSources {
  train: BlockIndex;
  pairs?: { train: PairBlocks };
  sentences?: { train: TextPairs };
}

/** @param most rows to show; where general text is replayed, one of it is among them if the batch has one */
export function previewStep(
  { train, pairs, sentences }: StepSources,
  settings: StepSettings,
  step: number,
  tokenizer: Tokenizer,
  most: number,
): BatchPreview {
  if (sentences !== undefined) {
    const { first, second } = partnerStep(sentences.train, settings.recipe, step).batches[0]!;
    const isItself = sentences.train.first === sentences.train.second;
    const rows = rowsOf(first).slice(0, most);
    return {
      rows: rows.map((row) => ({
        tokens: tokensOf(first, row, tokenizer),
        ...(isItself ? {} : { partner: tokensOf(second, row, tokenizer) }),
      })),
      count: first.B,
      general: 0,
      chosenShare: 0,
    };
  }
  const batch = (pairs === undefined ? maskedStep(train, settings, step) : pairedStep(pairs.train, settings, step))
    .batches[0]!;
  const own = train.source?.(0).blocks;
  const isGeneral = (row: number): boolean =>
    pairs === undefined && own !== undefined && train.source!(batch.blocks[row]!).blocks !== own;
  const all = rowsOf(batch);
  const general = all.filter(isGeneral);
  const shown = all.slice(0, most);
  if (shown.length > 1 && general.length > 0 && !shown.some(isGeneral)) shown[shown.length - 1] = general[0]!;
  return {
    rows: shown.map((row): PreviewRow => ({
      tokens: tokensOf(batch, row, tokenizer),
      ...(isGeneral(row) ? { general: true } : {}),
      ...(pairs === undefined ? {} : { pair: pairs.train.pair(batch.blocks[row]!).label }),
    })),
    count: all.length,
    general: general.length,
    chosenShare: batch.count / Math.max(1, ordinaryTokens(batch, tokenizer)),
  };
}

/** Those that do not only fill up the batch. */
const rowsOf = ({ B, blocks }: MlmBatch): number[] =>
  Array.from({ length: B }, (_, row) => row).filter((row) => blocks[row]! >= 0);

function ordinaryTokens({ blocks, T, original, attention }: MlmBatch, { special }: Tokenizer): number {
  return original.reduce((sum, id, place) => {
    const counts = attention[place] === 1 && blocks[Math.floor(place / T)]! >= 0 && !isSpecial(id, special);
    return sum + (counts ? 1 : 0);
  }, 0);
}

function tokensOf(batch: MlmBatch, row: number, tokenizer: Tokenizer): PreviewToken[] {
  const { T, original, ids, attention } = batch;
  const chosen = new Set(batch.positions.subarray(0, batch.count));
  const turns = turnsOf(batch, row);
  return Array.from({ length: T }, (_, i) => {
    const place = row * T + i;
    const text = tokenizer.tokenText(original[place]!);
    if (attention[place] === 0) return { text, state: "padding", shown: text };
    const special = isSpecial(original[place]!, tokenizer.special);
    if (!chosen.has(place)) return { text, state: special ? "special" : "plain", shown: text };
    const seen = ids[place]!;
    const state = seen === tokenizer.special.mask ? "masked" : seen === original[place]! ? "kept" : "random";
    const turn = turns.get(place);
    return { text, state, shown: tokenizer.tokenText(seen), ...(turn === undefined ? {} : { turn }) };
  });
}

/** With permuted guessing: the guessed places of a row in their order, told from how many places each may look at. */
function turnsOf({ sight, T, positions, count }: MlmBatch, row: number): Map<number, number> {
  if (sight === undefined) return new Map();
  const seenFrom = (place: number): number => sight.subarray(place * T, (place + 1) * T).reduce((a, b) => a + b, 0);
  const own = [...positions.subarray(0, count)].filter((place) => Math.floor(place / T) === row);
  const order = own.map((place) => [place, seenFrom(place)] as const).sort((a, b) => a[1] - b[1]);
  return new Map(order.map(([place], i) => [place, i + 1]));
}
