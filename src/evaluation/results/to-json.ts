/** Results as JSON, with everything the page shows. */
import type { EvaluationResult } from "../../contract/index.ts";

/** Raised when a reader of older files could misread a newer one. */
export const RESULTS_VERSION = 1;

export function toJson(results: EvaluationResult[]): string {
  return JSON.stringify({ format: "unmask-evaluation", version: RESULTS_VERSION, results }, null, 2);
}
