/** Text classification: a logistic probe on mean-pooled frozen features, beside the majority label and TF-IDF. */
import type { ClassificationItem, EncodedText } from "../../contract/index.ts";
import { wholeText } from "../../data/index.ts";
import { majorityLabel } from "../baselines/majority.ts";
import { applyTfidf, fitTfidf } from "../baselines/tfidf.ts";
import { DenseMatrix } from "../probes/dense-matrix.ts";
import type { DesignMatrix } from "../probes/design-matrix.ts";
import { pooledFeatures } from "../probes/features.ts";
import { logProbabilities } from "../probes/logistic.ts";
import { standardize } from "../probes/standardize.ts";
import { trainProbes, type ProbeData, type ProbeOptions } from "../probes/train-probes.ts";
import { classItemScores } from "../statistics/item-scores.ts";
import {
  counter,
  forEachModel,
  listSome,
  NOT_CONVERGED,
  splitItems,
  type TaskContext,
  type TaskOutcome,
} from "./context.ts";

/** Bounds the optimiser's memory (20 copies of the weights, 8 bytes each) to 80 MB. */
const MAX_TFIDF_WEIGHTS = 500_000;
/** Inverse penalties (scikit-learn's C) tried for TF-IDF. C = 100 gains 0.8 points on the TREC questions and doubles the time. */
const TFIDF_C = [0.1, 1, 10];

export async function scoreClassification(
  allItems: ClassificationItem[],
  allTexts: EncodedText[],
  context: TaskContext,
): Promise<TaskOutcome> {
  const { items, texts, train, dev, test, warnings } = splitItems(allItems, allTexts, context);
  const labelOf = (i: number): string => items[i]!.label;
  const known = [...new Set(Array.from(train, labelOf))].sort();
  const unseen = [...new Set(Array.from(test, labelOf))].filter((label) => !known.includes(label)).sort();
  if (unseen.length > 0) {
    const count = test.filter((i) => unseen.includes(labelOf(i))).length;
    warnings.push(
      `Labels in test that training never saw: ${listSome(unseen)} (${count} items, always counted wrong).`,
    );
  }
  if (known.length < 2) warnings.push("Training has one label only, so every model must answer with it.");

  const place = new Map([...known, ...unseen].map((label, c) => [label, c]));
  const classes = known.length;
  const labels = Int32Array.from(items, (item) => {
    const c = place.get(item.label) ?? -1;
    return c < classes ? c : -1;
  });
  const gold = test.map((i) => place.get(labelOf(i))!);
  const scoresOf = (predicted: Int32Array) => classItemScores(gold, predicted, place.size);
  const data: ProbeData = { labels, classes, train, dev, rowsOf: (rows) => rows };
  const predict = async (matrix: DesignMatrix, arm: string, options: ProbeOptions): Promise<Int32Array[]> => {
    const { models, converged } = await trainProbes(matrix, data, options);
    if (!converged) warnings.push(NOT_CONVERGED(arm));
    return models.map((model) => argmaxRows(logProbabilities(model, matrix, test), classes));
  };

  const majority = place.get(majorityLabel(Array.from(train, labelOf))!)!;
  const outcome: TaskOutcome = {
    trainItems: train.length,
    testItems: test.length,
    scores: { majority: [scoresOf(gold.map(() => majority))] },
    warnings,
    itemName: "test texts",
  };

  context.progress("TF-IDF baseline", 0, 1);
  const trainTexts = Array.from(train, (i) => wholeText(items[i]!));
  const vectorizer = fitTfidf(trainTexts, Math.max(1, Math.floor(MAX_TFIDF_WEIGHTS / classes)));
  if (vectorizer.dropped > 0) {
    warnings.push(`The TF-IDF baseline left out its ${vectorizer.dropped} rarest word pairs and words to save memory.`);
  }
  const tfidf = applyTfidf(vectorizer, items.map(wholeText));
  const grid = { l2: TFIDF_C.map((c) => 1 / (c * train.length)), fallback: 1 / train.length };
  outcome.scores.tfidf = (await predict(tfidf, "TF-IDF", { ...context, grid })).map(scoresOf);

  const right: Int32Array[][] = [];
  await forEachModel(context, async (arm, encode) => {
    const onText = counter(context, `Encoding with the ${arm} model`, texts.length);
    const features = await pooledFeatures(encode, texts, onText, context.signal);
    context.progress(`Training probes on the ${arm} model`, 0, 1);
    standardize(features.values, features.columns, train);
    const predicted = await predict(new DenseMatrix(features.values, features.columns), arm, context);
    outcome.scores[arm] = predicted.map(scoresOf);
    right.push(predicted);
  });
  const [base, tuned] = right;
  if (base !== undefined && tuned !== undefined) outcome.disagreement = disagreement(gold, base, tuned);
  return outcome;
}

/** Share of items that exactly one of the two models gets right, averaged over seeds. */
function disagreement(gold: Int32Array, base: Int32Array[], tuned: Int32Array[]): number {
  let discordant = 0;
  base.forEach((predicted, s) => {
    for (let i = 0; i < gold.length; i++) {
      if ((predicted[i] === gold[i]) !== (tuned[s]![i] === gold[i])) discordant++;
    }
  });
  return discordant / (gold.length * base.length);
}

function argmaxRows(scores: Float64Array, classes: number): Int32Array {
  return new Int32Array(scores.length / classes).map((_, i) => {
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[i * classes + c]! > scores[i * classes + best]!) best = c;
    return best;
  });
}
