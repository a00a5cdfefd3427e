/** From the logits of a fine-tuned head to answers, and to the same item scores that the probes give. */
import type { LabelledSet, NerItem, QaItem } from "../../contract/index.ts";
import type { TaskRow } from "../../data/index.ts";
import { answerScore } from "../metrics/answers.ts";
import { entityCounts } from "../metrics/entity-f1.ts";
import {
  answerItemScores,
  classItemScores,
  entityItemScores,
  spearmanItemScores,
  type ItemScores,
} from "../statistics/item-scores.ts";
import { bestSpans } from "./best-span.ts";

export interface AnswerContext {
  set: LabelledSet;
  /** Rows of the test items, and the places of those items in the set, in the same order. */
  rows: readonly TaskRow[];
  items: readonly number[];
  labels: readonly string[];
  longestAnswer: number;
}

/** Scores of one model on the test items. Shapes: one array of logits a row. */
export function scoresOf(context: AnswerContext, logits: readonly Float32Array[]): ItemScores {
  const { set, items, labels } = context;
  switch (set.task) {
    case "classification": {
      // Classes that training never saw are counted, and always wrong.
      const all = [...new Set([...labels, ...items.map((i) => set.items[i]!.label)])];
      const gold = Int32Array.from(items, (i) => all.indexOf(set.items[i]!.label));
      return classItemScores(gold, Int32Array.from(logits, largest), all.length);
    }
    case "similarity":
      return spearmanItemScores(
        logits.map((one) => one[0]!),
        items.map((i) => set.items[i]!.score),
      );
    case "ner": {
      const chosen = items.map((i) => set.items[i]!);
      const gold = chosen.map(({ tags }) => tags);
      const found = context.rows.map((row, k) => tagsOf(row, chosen[k]!, logits[k]!, labels));
      return entityItemScores(entityCounts(gold, found, "default"), entityCounts(gold, found, "strict"));
    }
    case "qa": {
      const answers = answersOf(context, set.items, logits);
      const scores = items.map((i, k) =>
        answerScore(
          answers[k]!,
          set.items[i]!.answers.map(({ text }) => text),
        ),
      );
      return answerItemScores(
        scores.map(({ exact }) => exact),
        scores.map(({ f1 }) => f1),
      );
    }
  }
}

function largest(logits: Float32Array): number {
  let best = 0;
  for (let c = 1; c < logits.length; c++) if (logits[c]! > logits[best]!) best = c;
  return best;
}

/** Each word has the tag of its first piece; a word that was cut off has none. */
function tagsOf({ wordStarts }: TaskRow, { tags }: NerItem, logits: Float32Array, labels: readonly string[]): string[] {
  const C = labels.length;
  return tags.map((_, word) => {
    const at = wordStarts![word]!;
    return at < 0 ? "O" : labels[largest(logits.subarray(at * C, (at + 1) * C))]!;
  });
}

/** The best span over all windows of each question's context, as text. */
function answersOf(
  { rows, items, longestAnswer }: AnswerContext,
  all: QaItem[],
  logits: readonly Float32Array[],
): string[] {
  const best = new Map<number, { score: number; text: string }>();
  rows.forEach(({ item, window }, k) => {
    const { first, starts, ends } = window!;
    const [span] = bestSpans(logits[k]!, first, starts.length, longestAnswer);
    if (span === undefined || span.score <= (best.get(item)?.score ?? -Infinity)) return;
    const text = all[item]!.context.slice(starts[span.from - first], ends[span.to - first]);
    best.set(item, { score: span.score, text });
  });
  return items.map((item) => best.get(item)?.text ?? "");
}
