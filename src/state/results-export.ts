/**
 * Results as files: one CSV row a number (long form, as spreadsheets and pandas like it) and JSON with
 * everything. Pure.
 */
import { UnmaskError } from "../base/index.ts";
import type { Arm, EvaluationResult, HeldOutResult, Interval } from "../contract/index.ts";

export interface ResultsFile {
  base: string;
  tuned: string;
  device: string;
  heldOut: HeldOutResult | null;
  evaluations: readonly EvaluationResult[];
}
const columns = ["set", "task", "metric", "arm", "value", "low", "high", "train_items", "test_items", "seeds"];

export function resultsToCsv(results: ResultsFile): string {
  const rows: (string | number)[][] = [columns];
  const { heldOut } = results;
  if (heldOut !== null) {
    const plain = (metric: string, arm: string, value: number): void => {
      rows.push(["held-out text", "masked language model", metric, arm, value, "", "", "", heldOut.tokens, ""]);
    };
    plain("loss", "base", heldOut.baseLoss);
    plain("loss", "tuned", heldOut.tunedLoss);
    plain("perplexity", "base", Math.exp(heldOut.baseLoss));
    plain("perplexity", "tuned", Math.exp(heldOut.tunedLoss));
    const { value, low, high } = heldOut.difference;
    rows.push([
      "held-out text",
      "masked language model",
      "loss",
      "tuned minus base",
      value,
      low,
      high,
      "",
      heldOut.tokens,
      "",
    ]);
  }
  for (const one of results.evaluations) {
    const task = one.method === "fine-tune" ? `${one.task}, fine-tuned` : one.task;
    for (const row of one.rows) {
      const add = (arm: string, { value, low, high }: Interval): void => {
        rows.push([one.setName, task, row.metric, arm, value, low, high, one.trainItems, one.testItems, one.seeds]);
      };
      for (const arm of Object.keys(row.arms) as Arm[]) add(arm, row.arms[arm]!);
      if (row.difference !== undefined) add("tuned minus base", row.difference);
    }
  }
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

export function resultsToJson(results: ResultsFile): string {
  const { heldOut } = results;
  const perplexity = heldOut === null ? null : { base: Math.exp(heldOut.baseLoss), tuned: Math.exp(heldOut.tunedLoss) };
  return `${JSON.stringify({ format: "unmask-results", version: 1, ...results, perplexity }, null, 2)}\n`;
}

/**
 * RFC 4180: quoted where a comma, a quote or a line break would be misread. Text that a spreadsheet would run
 * as a formula gets an apostrophe in front (OWASP, CSV injection).
 */
function cell(value: string | number): string {
  if (typeof value === "number") {
    if (!Number.isFinite(value))
      throw new UnmaskError("state/bad-result", "A result is not a number and cannot be exported.", "Score it again.");
    return String(value);
  }
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
