/**
 * What is hidden, counted over many draws, against tests/oracles/masking.py: exact chances by going through every
 * order of the words, SpanBERT's procedure drawn in NumPy, the recipe's own split.
 */
import { random } from "../../src/base/index.ts";
import { readRecipe, type Recipe } from "../../src/contract/index.ts";
import { createTokenizer, maskBlock, termFinder, type Block, type CollateSettings } from "../../src/data/index.ts";
import { readFixture, readGolden } from "../support/fixture.ts";
import type { MethodRow } from "./row.ts";

interface Golden {
  versions: { tokenizers: string; numpy: string };
  text: string;
  terms: string[];
  rate: number;
  termRate: number;
  termShare: number;
  spans: { words: number; rate: number; runs: number[] };
  tokenizers: Record<
    string,
    { ids: number[]; words: number[][]; terms: number[][]; byWord: number[]; byTerm: number[] }
  >;
}
const golden = readGolden("golden/masking.json") as Golden;
const { tokenizers, numpy } = golden.versions;
const draws = 20_000;
/** Four and a half standard errors of a share of a half: none of some hundred shares strays further by chance. */
const tolerance = 4.5 * Math.sqrt(0.25 / draws);
/** No special token stands in the texts: ids that no vocabulary has. */
const special = { pad: 90_000, unknown: 90_001, start: 90_002, end: 90_003, mask: 90_004 };
const settingsOf = (recipe: Partial<Recipe>, rest: Partial<CollateSettings> = {}): CollateSettings => ({
  recipe: readRecipe(recipe),
  special,
  vocabularySize: 80_000,
  ...rest,
});

const open = async (kind: string): Promise<Awaited<ReturnType<typeof createTokenizer>>> =>
  createTokenizer(
    { "tokenizer.json": new TextDecoder().decode(readFixture(`fixtures/data/tokenizers/${kind}.json`)) },
    special,
  );

/** The golden text as our encoder cuts it. */
async function blockOf(kind: string): Promise<Block> {
  const { ids, words } = (await open(kind)).encodeWithPlaces(golden.text)!;
  return {
    ids,
    length: ids.length,
    continues: Uint8Array.from(words, (word, i) => Number(i > 0 && word === words[i - 1])),
  };
}

/** Largest difference of a token's chance from the expected one, plus the share of draws that tear a unit apart. */
async function chanceError(
  kind: string,
  expected: readonly number[],
  units: readonly (readonly number[])[],
  settings: CollateSettings,
): Promise<number> {
  const block = await blockOf(kind);
  const counts = new Float64Array(block.length);
  let torn = 0;
  for (let draw = 0; draw < draws; draw++) {
    const hidden = new Set(maskBlock(block, settings, random(7, draw)).places);
    for (const place of hidden) counts[place]!++;
    const isTorn = (unit: readonly number[]): boolean =>
      unit.some((place) => hidden.has(place)) && !unit.every((place) => hidden.has(place));
    if (units.some(isTorn)) torn++;
  }
  return Math.max(...expected.map((chance, i) => Math.abs(chance - counts[i]! / draws))) + torn / draws;
}

const kindNames: Record<string, string> = { bert: "WordPiece", roberta: "byte-level BPE", unigram: "Unigram" };
const exact = `Python tokenizers ${tokenizers}: words; chances by enumerating every order`;

const wordRows: MethodRow[] = Object.entries(golden.tokenizers).map(([kind, { byWord, words }]) => ({
  method: `Whole-word masking: ${kindNames[kind]}`,
  oracle: exact,
  tolerance,
  deviation: () => chanceError(kind, byWord, words, settingsOf({ maskUnit: "word", maskRate: golden.rate })),
  withoutIt: () => chanceError(kind, byWord, words, settingsOf({ maskUnit: "token", maskRate: golden.rate })),
}));

const termRows: MethodRow[] = Object.entries(golden.tokenizers).map(([kind, { byTerm, words, terms }]) => {
  const units = [...words, ...terms];
  const { termRate: maskRate, termShare } = golden;
  return {
    method: `Masking a list of terms first: ${kindNames[kind]}`,
    oracle: exact,
    tolerance,
    deviation: async () => {
      const finder = termFinder(golden.terms, await open(kind));
      return chanceError(kind, byTerm, units, settingsOf({ maskUnit: "term", maskRate, termShare }, { terms: finder }));
    },
    withoutIt: () => chanceError(kind, byTerm, units, settingsOf({ maskUnit: "token", maskRate })),
  };
});

/** Largest difference of the share of each length of runs of hidden words. */
function runError(maskUnit: Recipe["maskUnit"]): number {
  const { words, rate, runs } = golden.spans;
  const block: Block = {
    ids: Int32Array.from({ length: words }, (_, i) => i),
    continues: new Uint8Array(words),
    length: words,
  };
  const counts = new Float64Array(words + 1);
  let all = 0;
  for (let draw = 0; draw < draws; draw++) {
    let [run, last] = [0, -2];
    const close = (): void => {
      if (run === 0) return;
      counts[run]!++;
      all++;
    };
    for (const place of maskBlock(block, settingsOf({ maskUnit, maskRate: rate }), random(11, draw)).places) {
      if (place !== last + 1) {
        close();
        run = 0;
      }
      run++;
      last = place;
    }
    close();
  }
  return Math.max(...runs.map((share, i) => Math.abs(share - counts[i + 1]! / all)));
}

/** Largest difference of the shares of [MASK], random and kept tokens from those asked for. */
function splitError(asked: Partial<Recipe>): number {
  const [mask, other] = [0.5, 0.3];
  const ids = Int32Array.from({ length: 400 }, (_, i) => i);
  const block: Block = { ids, continues: new Uint8Array(400), length: 400 };
  const seen = { mask: 0, kept: 0, other: 0 };
  for (let draw = 0; draw < 400; draw++) {
    const { places, shown } = maskBlock(block, settingsOf({ maskRate: 0.3, ...asked }), random(13, draw));
    places.forEach(
      (place, i) => seen[shown[i] === special.mask ? "mask" : shown[i] === ids[place] ? "kept" : "other"]++,
    );
  }
  const all = seen.mask + seen.kept + seen.other;
  return Math.max(
    Math.abs(seen.mask / all - mask),
    Math.abs(seen.other / all - other),
    Math.abs(seen.kept / all - 0.2),
  );
}

export const maskingRows: MethodRow[] = [
  ...wordRows,
  {
    method: "Span masking",
    oracle: `SpanBERT's procedure drawn in NumPy ${numpy}: lengths of hidden runs`,
    tolerance: tolerance * 0.5, // shares of a tenth or two, of some ten runs a draw, on both sides
    deviation: () => runError("span"),
    withoutIt: () => runError("token"),
  },
  ...termRows,
  {
    method: "Mask, random and kept tokens",
    oracle: "the recipe's split 50 : 30 : 20, counted over 48,000 tokens",
    tolerance: 4.5 * Math.sqrt(0.25 / 48_000),
    deviation: () => splitError({ maskTokenShare: 0.5, randomTokenShare: 0.3 }),
    withoutIt: () => splitError({}),
  },
];
