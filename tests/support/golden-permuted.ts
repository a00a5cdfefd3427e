/** Permutation language modelling's batches as transformers' collator made them (tests/oracles/architectures2.py). */
import type { SpecialTokens } from "../../src/contract/index.ts";
import { readGolden } from "./fixture.ts";
import type { GoldenBatch } from "./golden-models.ts";

export interface PermutedBatch {
  /** Before anything was hidden. (B*T) */
  text: number[];
  lengths: number[];
  input_ids: number[];
  /** -100 where nothing is guessed. (B*T) */
  labels: number[];
  /** "1" where the row's place may look at the column's. (B*T*T) */
  seen: string;
  /** Span length, start, span length, start, ... over all rows. */
  spans: number[];
  /** Order of a half, a row each. */
  orders: number[][];
}
export interface PermutedRun {
  config: Record<string, unknown>;
  batches: PermutedBatch[];
  losses: number[];
  gradientNorms: number[];
  learningRates: number[];
}
interface Golden {
  versions: Record<string, string>;
  encoders: Record<string, { config: Record<string, unknown>; batch: GoldenBatch }>;
  permuted: { B: number; T: number; probability: number; span: number; runs: Record<string, PermutedRun> };
}
const golden = readGolden("fixtures/models/architectures2.json") as Golden;
export const { versions, permuted, encoders } = golden;

/** The tiny tokenizer's: `<unk>`, `<s>`, `</s>`, `<cls>`, `<sep>`, `<pad>`, `<mask>`. */
export const permutedSpecial: SpecialTokens = { unknown: 0, start: 3, end: 4, pad: 5, mask: 6, behind: true };
