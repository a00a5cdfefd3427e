/**
 * Results as a table for a spreadsheet: one line for each metric and arm, then the difference. Text cells that a
 * spreadsheet would read as a formula (starting with = + - @, tab or return) get an apostrophe in front (OWASP, CSV
 * injection); numbers stay numbers.
 */
import type { Arm, EvaluationResult, Interval } from "../../contract/index.ts";

const COLUMNS = ["set", "task", "metric", "arm", "value", "low95", "high95", "train_items", "test_items", "seeds"];
const ARMS: Arm[] = ["majority", "tfidf", "base", "tuned"];

export function toCsv(results: EvaluationResult[]): string {
  const lines = [COLUMNS.join(",")];
  for (const result of results) {
    for (const { metric, arms, difference } of result.rows) {
      const line = (arm: string, interval: Interval): void => {
        const { setName, task, trainItems, testItems, seeds } = result;
        const { value, low, high } = interval;
        lines.push([setName, task, metric, arm, value, low, high, trainItems, testItems, seeds].map(cell).join(","));
      };
      for (const arm of ARMS) if (arms[arm] !== undefined) line(arm, arms[arm]);
      if (difference !== undefined) line("tuned minus base", difference);
    }
  }
  return lines.join("\r\n") + "\r\n";
}

function cell(value: string | number): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
