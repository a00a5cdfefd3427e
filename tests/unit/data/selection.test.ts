/** Selection: weights as DSIR's own package, draws by weight, neighbours as scikit-learn, a choice towards a target. */
import { expect, test } from "vitest";
import { defaultsOf, selectionTable, type LabelledSet, type SelectionSettings } from "../../../src/contract/index.ts";
import {
  drawAny,
  drawBest,
  GramCounts,
  logRatios,
  logWeight,
  nearness,
  normalizeRows,
  selectDocuments,
  targetOfSet,
} from "../../../src/data/select/index.ts";
import golden from "../../golden/selection.json" with { type: "json" };

/** Weights are sums of up to 120 float64 logarithms, written with 9 decimals. */
const weightTolerance = 7;
/** Embeddings are float32 here. */
const cosineTolerance = 6;

const settings = (given: Partial<SelectionSettings>): SelectionSettings => ({
  ...defaultsOf(selectionTable),
  ...given,
});
const counted = (texts: readonly string[]): GramCounts => {
  const counts = new GramCounts();
  for (const text of texts) counts.add(text);
  return counts;
};
const select = (target: readonly string[], given: Partial<SelectionSettings>, scores: Float64Array | null = null) =>
  selectDocuments({
    corpusId: "corpus",
    documents: golden.raw.length,
    read: async function* () {
      yield* golden.raw;
    },
    target,
    settings: settings(given),
    scores,
    onProgress: () => undefined,
    breathe: () => undefined,
  });

test("log importance weights are those of the authors' package", () => {
  const ratios = logRatios(counted(golden.target), counted(golden.raw));
  golden.raw.forEach((text, i) =>
    expect(logWeight(text, ratios, "sum")).toBeCloseTo(golden.weights[i]!, weightTolerance),
  );
  const grams = 2 * golden.raw[0]!.match(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+/gu)!.length - 1;
  expect(logWeight(golden.raw[0]!, ratios, "mean")).toBeCloseTo(golden.weights[0]! / grams, weightTolerance);
  expect(logWeight(" ", ratios, "mean")).toBe(-Infinity);
});

test("a prior makes what the target lacks unlikely instead of impossible", () => {
  const [target, corpus] = [counted(golden.target), counted(golden.raw)];
  const least = (prior: number): number =>
    Math.min(...logRatios(target, corpus, prior).filter((_, i) => corpus.buckets[i]! > 0));
  expect(least(0)).toBeLessThan(-10);
  expect(least(3000)).toBeCloseTo(Math.log(3000 / (target.total + 3000)), 3);
});

test("with Gumbel noise the first choice falls in proportion to the weights", () => {
  const weights = [1, 2, 3, 4];
  const hits = [0, 0, 0, 0];
  const draws = 20_000;
  for (let seed = 0; seed < draws; seed++) hits[drawBest(weights.map(Math.log), 1, 1, seed)[0]!]!++;
  // 4 standard deviations of a share of 0.3 in 20,000 draws: 0.013.
  hits.forEach((count, i) => expect(Math.abs(count / draws - weights[i]! / 10)).toBeLessThan(0.013));
});

test("without noise the best are taken, ties by place; what has no score never is", () => {
  expect([...drawBest([1, 5, NaN, 5, -Infinity, 2], 3, 0, 1)]).toEqual([1, 3, 5]);
  expect([...drawBest([1, NaN, -Infinity], 3, 1, 1)]).toEqual([0]);
  expect([...drawBest([1, 2, 3], 2, 1, 7)]).toEqual([...drawBest([1, 2, 3], 2, 1, 7)]);
});

test("similarity to the nearest k is scikit-learn's", () => {
  const target = normalizeRows(Float32Array.from(golden.targets.flat()), 8);
  for (const [k, expected] of Object.entries(golden.nearness))
    golden.rows.forEach((row, i) => {
      const unit = normalizeRows(Float32Array.from(row), 8);
      expect(nearness(unit, target, Number(k))).toBeCloseTo(expected[i]!, cosineTolerance);
    });
});

test("a choice towards the lake's log takes the lake's documents and brings the corpus nearer to it", async () => {
  const preview = await select(golden.target, { keep: 25 });
  const share = [...preview.chosen].filter((i) => i % 3 === 0).length / 25; // every third document is of the lake
  expect(share).toBeGreaterThanOrEqual(0.96);
  expect(preview.divergence!.chosen).toBeLessThan(preview.divergence!.random - 0.3);
  expect(preview.best.map(({ document }) => document % 3)).toEqual([0, 0, 0, 0, 0]);
  expect(preview.worst.some(({ document }) => document % 3 === 0)).toBe(false);
  expect(preview.histogram.all.reduce((a, b) => a + b, 0)).toBe(90);
  expect(preview.histogram.chosen.reduce((a, b) => a + b, 0)).toBe(25);
  expect(preview.words).toBe(golden.raw.join(" ").split(/\s+/).length);
  expect(preview.chosenWords).toBe(
    [...preview.chosen]
      .map((i) => golden.raw[i]!)
      .join(" ")
      .split(/\s+/).length,
  );
});

test("the model's losses: the highest go, and are shown as losses", async () => {
  const losses = Float64Array.from(golden.raw, (_, i) => (i === 13 ? NaN : i / 10));
  const { chosen, worst, best, divergence } = await select([], { method: "typical", keep: 88 }, losses);
  expect([...chosen]).toEqual(Array.from({ length: 90 }, (_, i) => i).filter((i) => i !== 13 && i !== 89));
  expect([worst[0]!.document, worst[0]!.score, best[0]!.document]).toEqual([89, 8.9, 0]);
  expect(divergence).toBeUndefined();
});

test("a labelled set is a target without its test items, unless it has no others", () => {
  const item = (split: "train" | "dev" | "test", text: string) => ({ split, text, label: "a" });
  const set = { id: "s", task: "classification", name: "Lake", note: "" } as const;
  const items = [item("train", "one"), item("test", "two"), item("dev", "three")];
  expect(targetOfSet({ ...set, items } as LabelledSet)).toEqual({ texts: ["one", "three"], notices: [] });
  const only = targetOfSet({ ...set, items: [items[1]!] } as LabelledSet);
  expect([only.texts, only.notices.length]).toEqual([["two"], 1]);
});

test("the random choice that a choice is compared with is drawn by other chance", () => {
  const [n, k] = [2000, 500];
  const equal = new Float64Array(n); // every document weighs the same: the choice is chance alone
  const shared = [1, 2, 3].map((seed) => {
    const chosen = new Set(drawBest(equal, k, 1, seed));
    return drawAny(n, k, seed).filter((i) => chosen.has(i)).length;
  });
  // Expected 125, standard deviation 8.4.
  for (const count of shared) expect(Math.abs(count - (k * k) / n)).toBeLessThan(4 * 8.4);
});

test("no words in the target, or no scores of the model, are said so", async () => {
  await expect(select([" "], {})).rejects.toMatchObject({ code: "data/empty-target" });
  await expect(select([], { method: "typical" })).rejects.toMatchObject({ code: "data/no-scores" });
});
