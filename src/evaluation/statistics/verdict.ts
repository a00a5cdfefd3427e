/** One honest sentence on a difference: what it is, how sure, and what this test set could have shown at all. */
import { fewTestItems, type Interval } from "../../contract/index.ts";
import { detectableFromDeviation, minimumDetectableDifference } from "./power.ts";

export interface VerdictInput {
  metric: string;
  /** tuned minus base; absent without a tuned model. */
  difference?: Interval;
  base: Interval;
  items: number;
  /** "test sentences" */
  itemName: string;
  /** Standard deviation of the difference over bootstrap draws. */
  deviation?: number;
  /** Accuracy only: share of items that exactly one model gets right. */
  disagreement?: number;
}

export function verdictSentence(input: VerdictInput): string {
  const { metric, difference, base, items, itemName } = input;
  const count = `${items} ${itemName}`;
  if (difference === undefined) {
    return `Only the base model was scored: ${metric} ${points(base.value)} (95 % interval ${points(base.low)} to ${points(base.high)}, ${count}).`;
  }
  const range = `95 % interval ${signed(difference.low)} to ${signed(difference.high)}, ${count}`;
  if (items < fewTestItems) {
    return `Too few to tell: the difference in ${metric} is ${signed(difference.value)} points, but ${count} cannot carry a conclusion.`;
  }
  if (difference.low > 0) {
    return `The tuned model is better here: ${signed(difference.value)} points of ${metric} (${range}).`;
  }
  if (difference.high < 0) {
    return `The tuned model is worse here: ${signed(difference.value)} points of ${metric} (${range}).`;
  }
  return `No visible difference: ${signed(difference.value)} points of ${metric} (${range}); ${reach(input)}`;
}

function reach({ disagreement, deviation = 0, items, itemName }: VerdictInput): string {
  const gain =
    disagreement === undefined ? detectableFromDeviation(deviation) : minimumDetectableDifference(items, disagreement);
  if (disagreement === 0 || gain === 0) return `both models gave the same answers.`;
  if (gain === null) {
    return `the models differ on only ${points(disagreement ?? 0)} % of the items, too few for any gain to stand out from chance.`;
  }
  return `with ${items} ${itemName} a gain under ${points(gain)} points cannot be told from chance.`;
}

/** Scores times 100, one decimal. */
export function points(value: number): string {
  const text = (100 * value).toFixed(1);
  return text === "-0.0" ? "0.0" : text;
}

function signed(value: number): string {
  const text = points(value);
  return value > 0 && text !== "0.0" ? `+${text}` : text;
}
