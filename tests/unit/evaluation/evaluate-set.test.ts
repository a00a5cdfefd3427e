import { describe, expect, test } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import type { EncodedSet, EvaluationResult, MetricRow, Progress } from "../../../src/contract/index.ts";
import { evaluateSet, spearman, type Encode } from "../../../src/evaluation/index.ts";
import { wordVectors } from "./word-vectors.ts";
import { entityWorld, pairWorld, topicWorld } from "./worlds.ts";

const H = 32;
const SIZES = { train: 150, dev: 40, test: 200 };
const clear = wordVectors(H, 1);
const blurred = wordVectors(H, 1, 4);
const options = { seeds: 3, seed: 5, resamples: 500 };

const row = (result: EvaluationResult, metric: string): MetricRow => result.rows.find((r) => r.metric === metric)!;
const timeless = (result: EvaluationResult): EvaluationResult => ({ ...result, durationMs: 0 });
const run = (set: EncodedSet, base: Encode, tuned?: Encode): Promise<EvaluationResult> =>
  evaluateSet(set, tuned === undefined ? { base } : { base, tuned }, options);

describe("classification", () => {
  const world = topicWorld(21, SIZES);

  test("a better encoder shows, with every arm and metric beside it", async () => {
    const result = await run(world, blurred, clear);
    expect(result.rows.map((r) => r.metric)).toEqual(["accuracy", "macro-F1", "Matthews"]);
    const { arms, difference } = row(result, "accuracy");
    const test = world.set.items.filter((item) => item.split === "test");
    const train = world.set.items.filter((item) => item.split === "train");
    const count = (label: string): number => train.filter((item) => item.label === label).length;
    const commonest = ["choir", "court", "pump"].sort((a, b) => count(b) - count(a))[0]!;
    expect(arms.majority!.value).toBeCloseTo(test.filter((item) => item.label === commonest).length / 200, 12);
    expect(arms.tuned!.value).toBeGreaterThan(0.75);
    expect(arms.base!.value).toBeLessThan(arms.tuned!.value - 0.1);
    expect(arms.tfidf!.value).toBeGreaterThan(0.6);
    expect(difference!.low).toBeGreaterThan(0);
    expect(difference!.value).toBeCloseTo(arms.tuned!.value - arms.base!.value, 12);
    expect(result).toMatchObject({ task: "classification", trainItems: 150, testItems: 200, seeds: 3, setId: "world" });
    expect(result.verdict).toMatch(/^The tuned model is better here: \+\d+\.\d points of accuracy/);
    expect(result.warnings.join(" ")).toContain("Over 3 probe seeds");
  });

  test("the same seed gives the same result, another seed another", async () => {
    const first = timeless(await run(world, blurred));
    expect(timeless(await run(world, blurred))).toEqual(first);
    const other = await evaluateSet(world, { base: blurred }, { ...options, seed: 6 });
    expect(row(other, "accuracy").arms.base).not.toEqual(first.rows[0]!.arms.base);
  });

  test("one model against itself: exactly no difference", async () => {
    const result = await run(world, clear, wordVectors(H, 1));
    for (const { difference } of result.rows) expect(difference).toEqual({ value: 0, low: 0, high: 0 });
    expect(result.verdict).toContain("both models gave the same answers");
  });

  test("without a tuned model there is no difference and the verdict says so", async () => {
    const result = await run(world, clear);
    expect(result.rows[0]!.difference).toBeUndefined();
    expect(result.rows[0]!.arms.tuned).toBeUndefined();
    expect(result.verdict).toContain("Only the base model was scored");
  });

  test("a label in test that training never saw is reported and counted wrong", async () => {
    const items = world.set.items.map((item, i) => (i === 389 ? { ...item, label: "sailing" } : item));
    const result = await run({ ...world, set: { ...world.set, items } }, clear);
    expect(result.warnings[0]).toBe("Labels in test that training never saw: sailing (1 items, always counted wrong).");
    expect(row(result, "accuracy").arms.base!.value).toBeLessThan(1);
  });

  test("one label in training: everything answers it, with a note", async () => {
    const items = world.set.items.map((item) => (item.split === "train" ? { ...item, label: "pump" } : item));
    const result = await run({ ...world, set: { ...world.set, items } }, clear, blurred);
    const { arms } = row(result, "accuracy");
    expect(arms.base!.value).toBe(arms.majority!.value);
    expect(row(result, "Matthews").arms.base!.value).toBe(0);
    expect(result.warnings.join(" ")).toContain("one label only");
  });

  test("a long training split is thinned and says so", async () => {
    const result = await evaluateSet(world, { base: clear }, { ...options, maxTrainItems: 60 });
    expect(result.trainItems).toBe(60);
    expect(result.warnings[0]).toContain("60 of the 150 training items");
  });
});

describe("named entities", () => {
  const world = entityWorld(22, SIZES);

  test("a better encoder shows; the word list cannot tell types apart; broken spans do not occur", async () => {
    const result = await run(world, blurred, clear);
    const { arms, difference } = row(result, "entity F1");
    expect(arms.majority!.value).toBe(0);
    expect(arms.tuned!.value).toBeGreaterThan(0.85);
    expect(arms.tfidf!.value).toBeLessThan(0.65);
    expect(difference!.low).toBeGreaterThan(0.05);
    expect(row(result, "entity F1 (strict)").arms).toEqual(arms);
    expect(result.warnings[0]).toContain("word list");
  });

  test("words beyond the length limit count as no entity and are counted", async () => {
    const short = entityWorld(22, SIZES, 10); // room for 8 words
    const test = short.set.items.filter((item) => item.split === "test");
    const lost = test.map((item) => Math.max(0, item.tokens.length - 8));
    const result = await run(short, clear);
    const words = lost.reduce((a, b) => a + b);
    expect(result.warnings).toContain(
      `${words} words in ${lost.filter((n) => n > 0).length} test sentences were cut off by the length limit and count as no entity.`,
    );
    const whole = await run(world, clear);
    expect(row(result, "entity F1").arms.base!.value).toBeLessThan(row(whole, "entity F1").arms.base!.value - 0.1);
  });

  test("an entity type that training never saw is reported", async () => {
    const items = world.set.items.map((item, i) =>
      i === 389 ? { ...item, tags: item.tags.map(() => "B-RIVER") } : item,
    );
    const result = await run({ ...world, set: { ...world.set, items } }, clear);
    expect(result.warnings[0]).toContain("never saw: RIVER");
  });
});

describe("similarity", () => {
  const world = pairWorld(23, { train: 0, dev: 0, test: 120 });

  test("Spearman of the cosine, one seed, no majority", async () => {
    const result = await run(world, blurred, clear);
    expect(result.seeds).toBe(1);
    const { arms, difference } = row(result, "Spearman");
    expect(arms.majority).toBeUndefined();
    const cosines = await cosinesOf(world, clear);
    expect(arms.tuned!.value).toBeCloseTo(
      spearman(
        cosines,
        world.set.items.map((item) => item.score),
      ).value,
      6,
    );
    expect(arms.tuned!.value).toBeGreaterThan(0.8);
    expect(arms.tfidf!.value).toBeGreaterThan(0.8);
    expect(difference!.low).toBeGreaterThan(0);
    expect(result.warnings[0]).toContain("TF-IDF word weights come from the test sentences");
  });

  async function cosinesOf({ texts }: EncodedSet, encode: Encode): Promise<number[]> {
    const pooled: number[][] = [];
    await encode(texts, (i, hidden) => {
      const n = texts[i]!.ids.length;
      pooled[i] = Array.from({ length: H }, (_, h) => {
        let sum = 0;
        for (let t = 0; t < n; t++) sum += hidden[t * H + h]!;
        return sum / n;
      });
    });
    const dot = (a: number[], b: number[]): number => a.reduce((sum, x, h) => sum + x * b[h]!, 0);
    return Array.from({ length: texts.length / 2 }, (_, k) => {
      const [a, b] = [pooled[2 * k]!, pooled[2 * k + 1]!];
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    });
  }
});

describe("bad input and manners", () => {
  const world = topicWorld(24, { train: 30, dev: 0, test: 20 });
  const fails = (promise: Promise<unknown>, code: string): Promise<void> =>
    expect(promise).rejects.toSatisfy((error) => hasCode(error, code));

  test("a missing split, a diverged model and a wrong shape are coded errors", async () => {
    await fails(run(topicWorld(1, { train: 5, dev: 0, test: 0 }), clear), "evaluation/no-test");
    await fails(run(topicWorld(1, { train: 0, dev: 0, test: 5 }), clear), "evaluation/no-train");
    await fails(run(pairWorld(1, { train: 3, dev: 0, test: 0 }), clear), "evaluation/no-test");
    await fails(run(world, clear, wordVectors(H, 1, NaN)), "evaluation/not-a-number");
    const ragged: Encode = (texts, onText) =>
      Promise.resolve(texts.forEach((text, i) => onText(i, new Float32Array(text.ids.length * H + (i % 2)))));
    await fails(run(world, ragged), "evaluation/hidden-shape");
    await fails(
      run(world, () => Promise.resolve()),
      "evaluation/hidden-shape",
    );
    const noStarts = entityWorld(1, { train: 5, dev: 0, test: 5 });
    await fails(
      run({ ...noStarts, texts: noStarts.texts.map(({ ids }) => ({ ids })) }, clear),
      "evaluation/word-starts",
    );
  });

  test("few test items are said to be few", async () => {
    const result = await run(world, clear, blurred);
    expect(result.verdict).toContain("Too few to tell");
    expect(result.warnings.join(" ")).toContain("Only 20 test texts");
  });

  test("progress runs through encoding, probes and resampling", async () => {
    const seen: Progress[] = [];
    await evaluateSet(world, { base: clear, tuned: blurred }, { ...options, onProgress: (p) => seen.push(p) });
    expect([...new Set(seen.map((p) => p.phase))]).toEqual([
      "TF-IDF baseline",
      "Encoding with the base model",
      "Training probes on the base model",
      "Encoding with the tuned model",
      "Training probes on the tuned model",
      "Resampling the test items",
    ]);
    const encoding = seen.filter((p) => p.phase === "Encoding with the tuned model");
    expect(encoding.map((p) => p.done)).toEqual(Array.from({ length: 51 }, (_, i) => i));
  });

  test("an abort during the run ends it with its code", async () => {
    const abort = new AbortController();
    const onProgress = (p: Progress): void => {
      if (p.phase.startsWith("Training probes")) abort.abort();
    };
    await fails(evaluateSet(world, { base: clear }, { ...options, onProgress, signal: abort.signal }), "base/aborted");
  });
});
