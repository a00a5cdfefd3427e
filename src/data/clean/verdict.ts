/** A rule's number against its limit. Pure. */
import { formatNumber } from "../../base/index.ts";
import type { CleaningRule } from "../../contract/index.ts";

/** Rules without a threshold fail at 1. NaN fails nothing. */
export function fails(rule: CleaningRule, value: number, threshold: number): boolean {
  if (rule.limit === undefined) return value >= 1;
  return rule.limit === "min" ? value < threshold : value > threshold;
}

/** "0.34, at most 0.2" */
export function reasonOf(rule: CleaningRule, value: number, threshold: number): string {
  if (rule.limit === undefined) return rule.label;
  const unit = rule.threshold?.unit === undefined ? "" : ` ${rule.threshold.unit}`;
  return `${rule.label}: ${formatNumber(value)}${unit}, ${rule.limit === "min" ? "at least" : "at most"} ${formatNumber(threshold)} asked for`;
}
