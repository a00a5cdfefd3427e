/**
 * Named entities: a logistic probe over each word's first piece (one layer, no neighbours: the encoder has
 * seen the context), made a valid IOB2 sequence by Viterbi. Words cut off by the length limit count as O.
 */
import type { EncodedText, NerItem } from "../../contract/index.ts";
import { fitGazetteer, tagByGazetteer } from "../baselines/gazetteer.ts";
import { entityCounts } from "../metrics/entity-f1.ts";
import { DenseMatrix } from "../probes/dense-matrix.ts";
import { wordFeatures, wordRows } from "../probes/features.ts";
import { logProbabilities } from "../probes/logistic.ts";
import { standardize } from "../probes/standardize.ts";
import { trainProbes } from "../probes/train-probes.ts";
import { bestSequence, makeTagSet } from "../probes/viterbi.ts";
import { entityItemScores, type ItemScores } from "../statistics/item-scores.ts";
import {
  counter,
  forEachModel,
  listSome,
  NOT_CONVERGED,
  splitItems,
  type TaskContext,
  type TaskOutcome,
} from "./context.ts";

export async function scoreNer(
  allItems: NerItem[],
  allTexts: EncodedText[],
  context: TaskContext,
): Promise<TaskOutcome> {
  const { items, texts, train, dev, test, warnings } = splitItems(allItems, allTexts, context);
  const words = wordRows(
    texts,
    items.map((item) => item.tokens.length),
  );
  const tagSet = makeTagSet(Array.from(train, (i) => items[i]!.tags).flat());
  noteUnseenTypes(items, train, test, warnings);
  noteCutOff(
    Array.from(test, (i) => words.rowOf[i]!),
    warnings,
  );

  const labels = new Int32Array(words.rows);
  items.forEach((item, i) =>
    words.rowOf[i]!.forEach((row, word) => {
      if (row >= 0) labels[row] = tagSet.tags.indexOf(item.tags[word]!);
    }),
  );
  const rowsOf = (list: Int32Array): Int32Array =>
    Int32Array.from(Array.from(list, (i) => Array.from(words.rowOf[i]!).filter((row) => row >= 0)).flat());

  const gold = Array.from(test, (i) => items[i]!.tags);
  const scoresOf = (predicted: string[][]): ItemScores =>
    entityItemScores(entityCounts(gold, predicted, "default"), entityCounts(gold, predicted, "strict"));
  const gazetteer = fitGazetteer(Array.from(train, (i) => items[i]!));
  warnings.push(
    "In the TF-IDF column stands a word list: each word gets its commonest tag in training. The majority answer is no entity at all.",
  );
  const outcome: TaskOutcome = {
    trainItems: train.length,
    testItems: test.length,
    scores: {
      majority: [scoresOf(gold.map((tags) => tags.map(() => "O")))],
      tfidf: [scoresOf(Array.from(test, (i) => tagByGazetteer(gazetteer, items[i]!.tokens)))],
    },
    warnings,
    itemName: "test sentences",
  };

  await forEachModel(context, async (arm, encode) => {
    const onText = counter(context, `Encoding with the ${arm} model`, texts.length);
    const features = await wordFeatures(encode, texts, words, onText, context.signal);
    context.progress(`Training probes on the ${arm} model`, 0, 1);
    standardize(features.values, features.columns, rowsOf(train));
    const matrix = new DenseMatrix(features.values, features.columns);
    const data = { labels, classes: tagSet.tags.length, train, dev, rowsOf };
    const { models, converged } = await trainProbes(matrix, data, context);
    if (!converged) warnings.push(NOT_CONVERGED(arm));
    outcome.scores[arm] = models.map((model) => {
      const logProbs = logProbabilities(model, matrix);
      return scoresOf(
        Array.from(test, (i) =>
          Array.from(bestSequence(logProbs, words.rowOf[i]!, tagSet), (tag) => tagSet.tags[tag]!),
        ),
      );
    });
  });
  return outcome;
}

function noteUnseenTypes(items: NerItem[], train: Int32Array, test: Int32Array, warnings: string[]): void {
  const types = (list: Int32Array): Set<string> =>
    new Set(Array.from(list, (i) => items[i]!.tags.filter((tag) => tag !== "O").map((tag) => tag.slice(2))).flat());
  const known = types(train);
  const unseen = [...types(test)].filter((type) => !known.has(type)).sort();
  if (unseen.length > 0) {
    warnings.push(`Entity types in test that training never saw: ${listSome(unseen)} (they can never be found).`);
  }
}

function noteCutOff(rowOf: Int32Array[], warnings: string[]): void {
  const cut = rowOf.map((rows) => rows.filter((row) => row < 0).length).filter((count) => count > 0);
  if (cut.length === 0) return;
  const words = cut.reduce((sum, count) => sum + count, 0);
  warnings.push(
    `${words} words in ${cut.length} test sentences were cut off by the length limit and count as no entity.`,
  );
}
