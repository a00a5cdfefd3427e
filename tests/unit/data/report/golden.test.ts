/** Against scikit-learn, scipy and numpy: tests/oracles/corpus_report.py. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contentWords, divergence, overlap } from "../../../../src/data/report/distance.ts";
import { LengthCounter } from "../../../../src/data/report/length-histogram.ts";
import { logOdds } from "../../../../src/data/report/log-odds.ts";
import { TextProfiler, type TextProfile } from "../../../../src/data/report/text-profile.ts";
import { principalAxes } from "../../../../src/evaluation/statistics/principal-axes.ts";

interface Golden {
  texts: Record<"harbour" | "orchard", string[]>;
  vocabulary: Record<"harbour" | "orchard", [string, number][]>;
  overlap: { compared: number; jaccard: number };
  grams: Record<"harbour" | "orchard", number>;
  divergence: Record<string, number>;
  log_odds: {
    words: number;
    cases: { word: string; here: number; share: number; score: number }[];
  };
  lengths: { values: number[]; quantiles: Record<string, number> };
  axes: { columns: number; rows: number[]; x: number[]; y: number[]; explained: [number, number] };
}
const golden = JSON.parse(
  readFileSync(new URL("../../../golden/corpus-report.json", import.meta.url), "utf8"),
) as Golden;
/** Sums of a few hundred float64 terms in another order. */
const ROUNDING = 9;

function profileOf(texts: readonly string[]): TextProfile {
  const profiler = new TextProfiler();
  for (const text of texts) profiler.add(text);
  return profiler.profile();
}
const harbour = profileOf(golden.texts.harbour);
const orchard = profileOf(golden.texts.orchard);
const content = ({ vocabulary }: TextProfile): string[] => contentWords(vocabulary.map(({ word }) => word));

test.each([
  ["harbour", harbour],
  ["orchard", orchard],
] as const)("words of %s are CountVectorizer's", (name, profile) => {
  const kept = new Set(content(profile));
  const ours = profile.vocabulary.filter(({ word }) => kept.has(word)).map(({ word, count }) => [word, count]);
  expect(ours).toEqual(golden.vocabulary[name]);
});

test("overlap of the most frequent words, equally many of each", () => {
  const { jaccard, compared } = overlap(content(harbour), content(orchard));
  expect(compared).toBe(golden.overlap.compared);
  expect(jaccard).toBeCloseTo(golden.overlap.jaccard, ROUNDING);
});

test("divergence of hashed 1-2-grams is scipy's", () => {
  expect(harbour.grams).toBe(golden.grams.harbour);
  expect(orchard.grams).toBe(golden.grams.orchard);
  expect(divergence(harbour.buckets, orchard.buckets)).toBeCloseTo(
    golden.divergence["harbour from orchard"]!,
    ROUNDING,
  );
  expect(divergence(orchard.buckets, harbour.buckets)).toBeCloseTo(
    golden.divergence["orchard from harbour"]!,
    ROUNDING,
  );
});

test("log-odds with an informative prior", () => {
  expect(harbour.wordTokens).toBe(golden.log_odds.words);
  for (const { word, here, share, score } of golden.log_odds.cases) {
    const count = harbour.vocabulary.find((one) => one.word === word)!.count;
    expect(count).toBe(here);
    expect(logOdds(count, harbour.wordTokens, share)).toBeCloseTo(score, ROUNDING);
  }
});

test("quantiles of lengths within the promised 2 %", () => {
  const lengths = new LengthCounter();
  for (const value of golden.lengths.values) lengths.add(value);
  for (const [share, value] of Object.entries(golden.lengths.quantiles))
    expect(Math.abs(lengths.quantile(Number(share)) / value - 1)).toBeLessThan(0.02);
});

test("principal axes are scikit-learn's, up to their sign", () => {
  const { columns, rows, x, y, explained } = golden.axes;
  const ours = principalAxes(Float32Array.from(rows), columns);
  expect(ours.explained[0]).toBeCloseTo(explained[0], 5);
  expect(ours.explained[1]).toBeCloseTo(explained[1], 5);
  for (const [axis, wanted] of [
    [ours.x, x],
    [ours.y, y],
  ] as const) {
    const sign = Math.sign(axis[0]! * wanted[0]!);
    // float32 rows written with six decimals
    wanted.forEach((value, i) => expect(axis[i]! * sign).toBeCloseTo(value, 3));
  }
});
