/**
 * Entity-level precision, recall and F1: micro average and a table by type, as seqeval 1.2.2 gives them
 * (a division by zero counts as 0). Counts by sentence are exported too: a bootstrap adds them up again.
 */
import { UnmaskError } from "../../base/index.ts";
import { entities, type Entity, type EntityMode } from "./entities.ts";

export interface PrecisionRecall {
  precision: number;
  recall: number;
  f1: number;
  /** Gold entities. */
  support: number;
  predicted: number;
  correct: number;
}
export interface EntityScore extends PrecisionRecall {
  byType: (PrecisionRecall & { type: string })[];
  note?: string;
}

/** Micro F1 over all entities of all sentences. Example: gold B-X O, predicted B-X B-X gives precision 0.5, recall 1, F1 0.667. */
export function entityF1(gold: string[][], predicted: string[][], mode: EntityMode): EntityScore {
  checkLengths(gold, predicted);
  const byType = new Map<string, [correct: number, predicted: number, support: number]>();
  const of = (type: string): [number, number, number] => {
    const counts = byType.get(type) ?? [0, 0, 0];
    byType.set(type, counts);
    return counts;
  };
  const total: [number, number, number] = [0, 0, 0];
  gold.forEach((goldTags, i) => {
    const truth = entities(goldTags, mode);
    const guess = entities(predicted[i]!, mode);
    for (const entity of matches(truth, guess)) of(entity.type)[0]++;
    for (const entity of guess) of(entity.type)[1]++;
    for (const entity of truth) of(entity.type)[2]++;
  });
  for (const counts of byType.values()) counts.forEach((count, k) => (total[k]! += count));
  const types = [...byType.keys()].sort();
  const score: EntityScore = {
    ...precisionRecall(...total),
    byType: types.map((type) => ({ type, ...precisionRecall(...byType.get(type)!) })),
  };
  if (total[2] === 0) score.note = "There is no entity in the gold tags, so recall and F1 count as 0.";
  else if (total[1] === 0) score.note = "No entity was predicted, so precision and F1 count as 0.";
  return score;
}

/** Correct, predicted and gold entities of each sentence: (sentences, 3). */
export function entityCounts(gold: string[][], predicted: string[][], mode: EntityMode): Int32Array {
  checkLengths(gold, predicted);
  const counts = new Int32Array(gold.length * 3);
  gold.forEach((goldTags, i) => {
    const truth = entities(goldTags, mode);
    const guess = entities(predicted[i]!, mode);
    counts.set([matches(truth, guess).length, guess.length, truth.length], i * 3);
  });
  return counts;
}

/** F1 from counts; 0 where there is nothing to divide by. */
export function f1Of(correct: number, predicted: number, support: number): number {
  return predicted + support === 0 ? 0 : (2 * correct) / (predicted + support);
}

function precisionRecall(correct: number, predicted: number, support: number): PrecisionRecall {
  return {
    precision: predicted === 0 ? 0 : correct / predicted,
    recall: support === 0 ? 0 : correct / support,
    f1: f1Of(correct, predicted, support),
    support,
    predicted,
    correct,
  };
}

/** Entities in both lists; each list is in order and without overlap. */
function matches(truth: Entity[], guess: Entity[]): Entity[] {
  const starts = new Map(truth.map((entity) => [entity.start, entity]));
  return guess.filter((entity) => {
    const other = starts.get(entity.start);
    return other !== undefined && other.end === entity.end && other.type === entity.type;
  });
}

function checkLengths(gold: string[][], predicted: string[][]): void {
  const wrong =
    gold.length !== predicted.length ? 0 : gold.findIndex((tags, i) => tags.length !== predicted[i]!.length);
  if (gold.length === predicted.length && wrong === -1) return;
  throw new UnmaskError(
    "evaluation/length-mismatch",
    "Gold and predicted tags must have the same sentences and tokens; they differ in length.",
    "This is a fault of ours: every token needs one predicted tag.",
    { gold: gold.length, predicted: predicted.length, sentence: wrong },
  );
}
