/** All files of a folder, as paths with forward slashes from it, in a fixed order. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** @returns {string[]} */
export function filesUnder(folder, prefix = "") {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(folder, `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`],
    );
}
