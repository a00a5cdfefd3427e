/**
 * Accuracy, macro-F1 and the multi-class Matthews coefficient from a confusion matrix, as scikit-learn 1.9
 * defines them: macro-F1 averages over the labels that occur in gold or prediction, a class without F1 counts
 * as 0, and a Matthews coefficient without variance is 0.
 */
import { UnmaskError } from "../../base/index.ts";
import type { Score } from "./score.ts";

export interface Confusion {
  /** Sorted union of gold and predicted labels. */
  labels: string[];
  /** (C, C), gold by predicted. */
  counts: Float64Array;
}
export interface ClassScore {
  label: string;
  precision: number;
  recall: number;
  f1: number;
  support: number;
}

export function confusion(gold: readonly string[], predicted: readonly string[]): Confusion {
  if (gold.length !== predicted.length) {
    throw new UnmaskError(
      "evaluation/length-mismatch",
      `Every item needs one predicted label; there are ${gold.length} items and ${predicted.length} predictions.`,
      "This is a fault of ours.",
      { gold: gold.length, predicted: predicted.length },
    );
  }
  const labels = [...new Set([...gold, ...predicted])].sort();
  const place = new Map(labels.map((label, i) => [label, i]));
  const counts = new Float64Array(labels.length ** 2);
  gold.forEach((label, i) => counts[place.get(label)! * labels.length + place.get(predicted[i]!)!]!++);
  return { labels, counts };
}

export function accuracy(gold: readonly string[], predicted: readonly string[]): Score {
  const { counts, labels } = confusion(gold, predicted);
  if (gold.length === 0) return { value: 0, note: "There are no items to score." };
  return { value: accuracyOf(counts, labels.length) };
}

export function macroF1(gold: readonly string[], predicted: readonly string[]): Score {
  const { counts, labels } = confusion(gold, predicted);
  if (gold.length === 0) return { value: 0, note: "There are no items to score." };
  const score: Score = { value: macroF1Of(counts, labels.length) };
  const guessed = new Set(predicted);
  const never = labels.filter((label) => !guessed.has(label)).length;
  if (never > 0) score.note = `${never} of ${labels.length} labels are never predicted and count as 0.`;
  return score;
}

export function matthews(gold: readonly string[], predicted: readonly string[]): Score {
  const { counts, labels } = confusion(gold, predicted);
  const score: Score = { value: matthewsOf(counts, labels.length) };
  if (new Set(gold).size < 2) score.note = "All items have one gold label, so the Matthews coefficient counts as 0.";
  else if (new Set(predicted).size < 2) {
    score.note = "All predictions are one label, so the Matthews coefficient counts as 0.";
  }
  return score;
}

/** Precision, recall and F1 of each label. */
export function classTable(gold: readonly string[], predicted: readonly string[]): ClassScore[] {
  const { counts, labels } = confusion(gold, predicted);
  const C = labels.length;
  return labels.map((label, c) => {
    const { right, truth, guess } = sumsOf(counts, C, c);
    return {
      label,
      precision: guess === 0 ? 0 : right / guess,
      recall: truth === 0 ? 0 : right / truth,
      f1: truth + guess === 0 ? 0 : (2 * right) / (truth + guess),
      support: truth,
    };
  });
}

export function accuracyOf(counts: Float64Array, classes: number): number {
  let [right, total] = [0, 0];
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  for (let c = 0; c < classes; c++) right += counts[c * classes + c]!;
  return total === 0 ? 0 : right / total;
}

export function macroF1Of(counts: Float64Array, classes: number): number {
  let [sum, seen] = [0, 0];
  for (let c = 0; c < classes; c++) {
    const { right, truth, guess } = sumsOf(counts, classes, c);
    if (truth + guess === 0) continue;
    sum += (2 * right) / (truth + guess);
    seen++;
  }
  return seen === 0 ? 0 : sum / seen;
}

/** Gorodkin 2004: covariance of gold and predicted indicator vectors over the root of their variances. */
export function matthewsOf(counts: Float64Array, classes: number): number {
  let [right, total, truthGuess, guessGuess, truthTruth] = [0, 0, 0, 0, 0];
  for (let c = 0; c < classes; c++) {
    const sums = sumsOf(counts, classes, c);
    right += sums.right;
    total += sums.truth;
    truthGuess += sums.truth * sums.guess;
    guessGuess += sums.guess ** 2;
    truthTruth += sums.truth ** 2;
  }
  const spread = (total ** 2 - guessGuess) * (total ** 2 - truthTruth);
  return spread === 0 ? 0 : (right * total - truthGuess) / Math.sqrt(spread);
}

function sumsOf(counts: Float64Array, classes: number, c: number): { right: number; truth: number; guess: number } {
  let [truth, guess] = [0, 0];
  for (let k = 0; k < classes; k++) {
    truth += counts[c * classes + k]!;
    guess += counts[k * classes + c]!;
  }
  return { right: counts[c * classes + c]!, truth, guess };
}
