/**
 * The way to the real data beside the repository (../shared, or $UNMASK_SHARED). It is never part of the
 * repository, so tests that want it skip without it, and their names say so:
 *   const missing = sharedAbsent("tc-trec6");
 *   test.skipIf(missing !== "")(`TREC questions${missing}`, ...)
 * scripts/testing/summary.mjs accepts no skip that does not say what is absent.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

export const sharedData = join(process.env["UNMASK_SHARED"] ?? resolve("../shared"), "data");

/** "" when every path is there, else the end of a test's name. */
export function sharedAbsent(...paths: string[]): string {
  const missing = paths.filter((path) => !existsSync(join(sharedData, path)));
  return missing.length === 0 ? "" : ` [absent: ../shared/data/${missing.join(", ")}]`;
}
