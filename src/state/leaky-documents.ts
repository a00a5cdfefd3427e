/** Which documents of a leak report are meant. Pure. */
import type { LeakyDocuments } from "../contract/index.ts";

/** "any": whatever was reported; "half": at least half of some item; "whole": nearly all of some item. */
export type LeakThreshold = "any" | "half" | "whole";

const least: Record<LeakThreshold, number> = { any: 0, half: 0.5, whole: 0.9 };

export const thresholdWords: Record<LeakThreshold, string> = {
  any: "a shared run of words",
  half: "half or more",
  whole: "nearly all",
};

/** Places in the corpus, ascending. */
export function leakyDocuments(leaky: LeakyDocuments, items: "test" | "all", threshold: LeakThreshold): Uint32Array {
  const share = items === "test" ? leaky.test : leaky.any;
  return leaky.document.filter((_, i) => share[i]! > 0 && share[i]! >= least[threshold]);
}
