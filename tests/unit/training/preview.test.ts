/** The page's look at a batch shows what training is fed, token for token, whatever the objective. */
import { expect, test } from "vitest";
import {
  readRecipe,
  type BatchPreview,
  type ModelConfig,
  type PreviewToken,
  type Recipe,
} from "../../../src/contract/index.ts";
import { collateSettings, packLines, pairBlocks, previewStep, withReplay } from "../../../src/data/index.ts";
import { openObjective, type ObjectivePlan } from "../../../src/training/index.ts";
import { special, tinyBert } from "../../support/tiny-bert.ts";
import { tinyTokenizer } from "../data/tokenizers.ts";

const tokenizer = await tinyTokenizer("bert");
const config = tinyBert({ vocab_size: tokenizer.vocabularySize });
const T = 24;
const sentences = [
  "the pump rattles in the cellar when it's cold",
  "the valve leaks",
  "a cold pump leaks in the cellar",
];
const framed = (text: string): number[] => [special.start, ...tokenizer.encode(text), special.end];

function blocksOf(texts: readonly string[]): ReturnType<typeof packLines> {
  const ids = texts.map(framed);
  const documents = [0];
  for (const one of ids) documents.push(documents.at(-1)! + one.length);
  return packLines({ tokens: Int32Array.from(ids.flat()), documents: Uint32Array.from(documents) }, T, special);
}
const own = blocksOf(Array.from({ length: 12 }, (_, i) => sentences[i % 3]!));
const general = blocksOf(Array.from({ length: 12 }, () => "when it's cold it's cold"));
const recipeOf = (changes: Partial<Recipe>): Recipe =>
  readRecipe({ batchSize: 8, blockLength: T, packing: "lines", maskRate: 0.5, ...changes });

function look(
  plan: Partial<ObjectivePlan>,
  changes: Partial<Recipe>,
  model: ModelConfig = config,
): { batch: BatchPreview; feeds: Int32Array[] } {
  const recipe = recipeOf(changes);
  const whole: ObjectivePlan = { config: model, special, recipe, train: own, heldOut: own, ...plan };
  const step = 3;
  const batch = previewStep(whole, collateSettings({ recipe, special, config: model }), step, tokenizer, 4);
  const feeds = openObjective(whole).batches(step).feeds;
  return { batch, feeds: feeds.map((one) => one.get("input_ids")!.data as Int32Array) };
}
/** What a row shows, place by place. */
const shownOf = (tokens: readonly PreviewToken[]): string[] => tokens.map(({ shown }) => shown);
const fedRow = (ids: Int32Array, row: number): string[] =>
  [...ids.subarray(row * T, (row + 1) * T)].map((id) => tokenizer.tokenText(id));

test("MLM: each shown token is the one fed, and says what was done to it", () => {
  const { batch, feeds } = look({}, { maskRate: 0.9, maskTokenShare: 0.4, randomTokenShare: 0.3 });
  expect([batch.rows.length, batch.count, batch.general]).toEqual([4, 8, 0]);
  batch.rows.forEach(({ tokens }, row) => expect(shownOf(tokens)).toEqual(fedRow(feeds[0]!, row)));
  const tokens = batch.rows.flatMap((row) => row.tokens);
  expect(new Set(tokens.map(({ state }) => state))).toEqual(
    new Set(["special", "plain", "masked", "random", "kept", "padding"]),
  );
  for (const { state, text, shown } of tokens) {
    if (state === "masked") expect(shown).toBe("[MASK]");
    else expect(shown === text).toBe(state !== "random");
  }
  expect(batch.chosenShare).toBeGreaterThan(0.7);
});

test("replay: general blocks are marked, and one is among the rows shown", () => {
  const plan = { train: withReplay(own, general, 0.25, 42) };
  const { batch, feeds } = look(plan, { replayShare: 0.25 });
  const isGeneral = (row: number): boolean => fedRow(feeds[0]!, row).every((text) => text !== "the");
  expect(batch.rows.some((row) => row.general)).toBe(true);
  for (const { general: marked, tokens } of batch.rows)
    expect(marked === true).toBe(!tokens.some(({ text }) => text === "the"));
  expect(batch.general).toBeGreaterThan(0);
  expect(isGeneral(batch.rows.findIndex((row) => row.general))).toBe(true);
});

test("sentence order: two passages with the answer that is fed", () => {
  const marks = new Uint8Array(tokenizer.vocabularySize);
  const ids = sentences.map(framed);
  const stream = { tokens: Int32Array.from(ids.flat()), documents: Uint32Array.of(0, ids.flat().length) };
  const pairs = pairBlocks(stream, { T, seed: 42, kind: "sop", special, separators: 1, marks });
  const recipe = recipeOf({ objective: "sop" });
  const plan: ObjectivePlan = { config, special, recipe, train: own, heldOut: own, pairs: { train: pairs } };
  const batch = previewStep(plan, collateSettings({ recipe, special, config }), 2, tokenizer, 4);
  const feeds = openObjective(plan).batches(2).feeds[0]!;
  const labels = feeds.get("pair_labels")!.data as Int32Array;
  batch.rows.forEach(({ pair, tokens }, row) => {
    expect(pair).toBe(labels[row]);
    expect(shownOf(tokens)).toEqual(fedRow(feeds.get("input_ids")!.data as Int32Array, row));
  });
});

test("SimCSE: partners stand beside each other, nothing is hidden", () => {
  const objective = "contrastive";
  const { batch, feeds } = look(
    { sentences: { train: { first: own, second: general } } },
    { objective, positives: "pairs" },
  );
  expect(batch.chosenShare).toBe(0);
  batch.rows.forEach(({ tokens, partner }, row) => {
    expect(shownOf(tokens)).toEqual(fedRow(feeds[0]!, row));
    expect(shownOf(partner!)).toEqual(fedRow(feeds[0]!, 8 + row));
  });
  const alone = look({ sentences: { train: { first: own, second: own } } }, { objective });
  expect(alone.batch.rows.every(({ partner }) => partner === undefined)).toBe(true);
});

test("permuted guessing: the guesses of a row are numbered in their order", () => {
  const xlnet: ModelConfig = { ...config, model_type: "xlnet", type_vocab_size: 4, max_position_embeddings: 4096 };
  const { batch } = look({}, { objective: "permutation", permuteOneIn: 3 }, xlnet);
  for (const { tokens } of batch.rows) {
    const turns = tokens.flatMap(({ turn }) => turn ?? []);
    expect(turns.toSorted((a, b) => a - b)).toEqual(turns.map((_, i) => i + 1));
    for (const { turn, state } of tokens) expect(turn !== undefined).toBe(state === "masked");
  }
  expect(batch.rows.some(({ tokens }) => tokens.some(({ turn }) => turn === 2))).toBe(true);
});
