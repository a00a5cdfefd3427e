/**
 * Sentence similarity: Spearman correlation of the gold score with the cosine of mean-pooled features. Nothing is
 * trained, so there is one seed. There is no majority arm: a constant has no rank order.
 */
import type { EncodedText, SimilarityItem } from "../../contract/index.ts";
import { applyTfidf, fitTfidf, rowDot } from "../baselines/tfidf.ts";
import { pooledFeatures, type Features } from "../probes/features.ts";
import { spearman } from "../metrics/correlation.ts";
import { spearmanItemScores } from "../statistics/item-scores.ts";
import { counter, forEachModel, requireItems, type TaskContext, type TaskOutcome } from "./context.ts";

export async function scoreSimilarity(
  items: SimilarityItem[],
  texts: EncodedText[],
  context: TaskContext,
): Promise<TaskOutcome> {
  const test = items.flatMap((item, i) => (item.split === "test" ? [i] : []));
  requireItems("test", test.length);
  const pairs = test.flatMap((i) => [texts[2 * i]!, texts[2 * i + 1]!]);
  const gold = Float64Array.from(test, (i) => items[i]!.score);
  const outcome: TaskOutcome = {
    trainItems: items.filter((item) => item.split === "train").length,
    testItems: test.length,
    scores: {},
    warnings: [],
    itemName: "test pairs",
  };
  const add = (arm: "tfidf" | "base" | "tuned", scores: Float64Array): void => {
    const { note } = spearman(scores, gold);
    if (note !== undefined) outcome.warnings.push(`${arm}: ${note}`);
    outcome.scores[arm] = [spearmanItemScores(scores, gold)];
  };

  const sentences = (list: SimilarityItem[]): string[] => list.flatMap((item) => [item.first, item.second]);
  const others = items.filter((item) => item.split !== "test");
  const testItems = test.map((i) => items[i]!);
  if (others.length === 0) {
    outcome.warnings.push(
      "The TF-IDF word weights come from the test sentences themselves (their scores are not used).",
    );
  }
  const vectors = applyTfidf(fitTfidf(sentences(others.length > 0 ? others : testItems)), sentences(testItems));
  add(
    "tfidf",
    Float64Array.from(test, (_, k) => rowDot(vectors, 2 * k, 2 * k + 1)),
  );

  await forEachModel(context, async (arm, encode) => {
    const onText = counter(context, `Encoding with the ${arm} model`, pairs.length);
    add(arm, pairCosines(await pooledFeatures(encode, pairs, onText, context.signal)));
  });
  return outcome;
}

/** Cosine of rows 2k and 2k + 1; 0 where one of them is all zeros. */
export function pairCosines({ values, columns }: Features): Float64Array {
  return new Float64Array(values.length / columns / 2).map((_, k) => {
    const a = 2 * k * columns;
    let [ab, aa, bb] = [0, 0, 0];
    for (let h = 0; h < columns; h++) {
      const [x, y] = [values[a + h]!, values[a + columns + h]!];
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
  });
}
