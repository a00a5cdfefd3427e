/** A domain and a general text whose tokens tell them apart, mixed by the recipe's replay share. */
import { random } from "../../src/base/index.ts";
import { defaultRecipe, type Recipe } from "../../src/contract/index.ts";
import { packBlocks, withReplay, type BlockIndex, type TokenStream } from "../../src/data/index.ts";
import type { Objective } from "../../src/training/index.ts";
import { special, tinyBert } from "./tiny-bert.ts";

export const replayModel = tinyBert({ vocab_size: 2000 });
/** Tokens of the domain's blocks from here on, of the general text's from there: each block says its number. */
export const domainFrom = 10;
export const generalFrom = 1000;

export const replayRecipe = (changes: Partial<Recipe> = {}): Recipe => ({
  ...defaultRecipe(),
  batchSize: 3,
  accumulation: 2,
  blockLength: 16,
  replayShare: 0.25,
  ...changes,
});

/** Blocks of one document each, all of one token that is their number. @param short documents of different lengths */
export function numbered(count: number, from: number, recipe: Recipe, short = false): BlockIndex {
  const source = random(11, from);
  const [tokens, documents]: [number[], number[]] = [[], [0]];
  for (let i = 0; i < count; i++) {
    const length = short ? 3 + source.below(recipe.blockLength - 3) : recipe.blockLength;
    tokens.push(2, ...Array.from({ length: length - 2 }, () => from + i), 3);
    documents.push(tokens.length);
  }
  const stream: TokenStream = { tokens: Int32Array.from(tokens), documents: Uint32Array.from(documents) };
  return packBlocks(stream, recipe, special);
}

export const mixture = (domain: number, general: number, recipe: Recipe, short = false): BlockIndex =>
  withReplay(
    numbered(domain, domainFrom, recipe, short),
    numbered(general, generalFrom, recipe, short),
    recipe.replayShare,
    recipe.seed,
  );

/** The blocks that the objective's own batches hold, in order, told from the tokens that are not hidden. */
export function seenBlocks(objective: Objective, steps: number, T: number): number[] {
  const seen: number[] = [];
  for (let step = 1; step <= steps; step++)
    for (const feeds of objective.batches(step).feeds) {
      const ids = feeds.get("input_ids")!.data as Int32Array;
      for (let at = 0; at < ids.length; at += T) seen.push(commonest(ids.subarray(at, at + T)));
    }
  return seen;
}

function commonest(ids: Int32Array): number {
  const counts = new Map<number, number>();
  for (const id of ids) if (id >= domainFrom) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}
