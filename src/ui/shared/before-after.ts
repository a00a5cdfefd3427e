/** The one table that answers "did it help?": a row for held-out text and one for each scored set. Pure. */
import { formatNumber } from "../../base/index.ts";
import { fewTestItems, type EvaluationResult, type HeldOutResult, type Interval } from "../../contract/index.ts";
import { formatPercentChange, formatSigned } from "./words.ts";

export type Judgement = "better" | "worse" | "unclear";
export interface BeforeAfterRow {
  id: string;
  name: string;
  metric: string;
  better: "lower" | "higher";
  base: number;
  tuned: number;
  /** Difference and its 95 % interval as numbers: per cent change for perplexity, else plain. */
  difference: { value: string; low: string; high: string };
  judgement: Judgement;
}

export const judgementWords: Record<Judgement, string> = {
  better: "better",
  worse: "worse",
  unclear: "no clear difference",
};

export const judgementMarks: Record<Judgement, string> = { better: "▲", worse: "▼", unclear: "≈" };

/** Of a set's headline metric, where higher is better; undefined where only one model was scored. */
export function judgeResult({ rows, testItems }: EvaluationResult): Judgement | undefined {
  const difference = rows[0]?.difference;
  if (difference === undefined) return undefined;
  return testItems < fewTestItems ? "unclear" : judge(difference.low, difference.high, "higher");
}

/** Of a loss. */
export const judgeLoss = ({ low, high }: Interval): Judgement => judge(low, high, "lower");

/** Only an interval that leaves zero out is called a difference. */
function judge(low: number, high: number, better: "lower" | "higher"): Judgement {
  if (low > 0) return better === "higher" ? "better" : "worse";
  if (high < 0) return better === "higher" ? "worse" : "better";
  return "unclear";
}

export function beforeAfterRows(
  heldOut: HeldOutResult | null,
  evaluations: readonly EvaluationResult[],
): BeforeAfterRow[] {
  const rows: BeforeAfterRow[] = [];
  if (heldOut !== null) {
    const { value, low, high } = heldOut.difference;
    rows.push({
      id: "held-out",
      name: "Held-out text",
      metric: "perplexity",
      better: "lower",
      base: Math.exp(heldOut.baseLoss),
      tuned: Math.exp(heldOut.tunedLoss),
      // A difference of logarithms is a ratio of perplexities.
      difference: {
        value: formatPercentChange(Math.exp(value)),
        low: formatPercentChange(Math.exp(low)),
        high: formatPercentChange(Math.exp(high)),
      },
      judgement: judgeLoss(heldOut.difference),
    });
  }
  for (const result of evaluations) {
    // The first row of a result is its task's headline metric.
    const row = result.rows.find(({ arms, difference }) => arms.base && arms.tuned && difference);
    if (row?.arms.base === undefined || row.arms.tuned === undefined || row.difference === undefined) continue;
    const { value, low, high } = row.difference;
    rows.push({
      id: result.method === "fine-tune" ? `${result.setId} fine-tune` : result.setId,
      name: result.method === "fine-tune" ? `${result.setName} (fine-tuned)` : result.setName,
      metric: row.metric,
      better: "higher",
      base: row.arms.base.value,
      tuned: row.arms.tuned.value,
      difference: { value: formatSigned(value), low: formatSigned(low), high: formatSigned(high) },
      judgement: judgeResult(result) ?? "unclear",
    });
  }
  return rows;
}

/** "23.4" for perplexities, "0.812" for scores. */
export const formatScore = (row: Pick<BeforeAfterRow, "metric">, value: number): string =>
  row.metric === "perplexity" ? formatNumber(value) : value.toFixed(3);
