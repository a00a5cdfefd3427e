/**
 * No tracked text file holds a line that a merge left behind. Type-check and lint see these in code only; a README once
 * kept its markers for a day. Reads what git tracks, so it is skipped where there is no repository.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const sign = (letter: string): string => letter.repeat(7);
/** Seven of one sign at a line's start: ours, base and theirs with a name behind; the line between them alone. */
const marker = new RegExp(`^(?:(?:${sign("<")}|${sign("\\|")}|${sign(">")})(?: .*)?|${sign("=")})\\r?$`);

const git = (folder: string, ...args: string[]): string =>
  execFileSync("git", args, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 });

const trackedFiles = (folder: string): string[] =>
  git(folder, "ls-files", "-z")
    .split("\0")
    .filter((path) => path !== "" && existsSync(join(folder, path)));

/** "path:line" of every marker in a tracked text file. */
const markersIn = (folder: string): string[] =>
  trackedFiles(folder).flatMap((path) => {
    const bytes = readFileSync(join(folder, path));
    if (bytes.includes(0)) return []; // weights, images
    return bytes
      .toString("utf8")
      .split("\n")
      .flatMap((line, i) => (marker.test(line) ? [`${path}:${i + 1}`] : []));
  });

const reason = existsSync(join(root, ".git")) ? "" : "absent: .git";
if (reason !== "") console.log(reason);

test.skipIf(reason !== "")("no tracked file holds a merge's markers", () => {
  expect(trackedFiles(root).length).toBeGreaterThan(500); // the list is the tree's
  expect(markersIn(root)).toEqual([]);
});

test("a planted conflict is found, in Markdown too; headings, rules and longer rows of signs are none", () => {
  const folder = mkdtempSync(join(tmpdir(), "unmask-markers-"));
  try {
    const conflict = [`${sign("<")} HEAD`, "a", `${sign("|")} base`, sign("="), "b", `${sign(">")} theirs`, ""];
    const clean = ["Title", "========", "", `a ${sign("<")} b`, `${sign(">")}> quoted`, `|${sign("-")}|`, ""];
    const text = (lines: string[], end: string): string => lines.join(end);
    git(folder, "init", "-q");
    writeFileSync(join(folder, "clean.md"), text(clean, "\n"));
    writeFileSync(join(folder, "merged.md"), text(["# Title", "", ...conflict], "\n"));
    writeFileSync(join(folder, "windows.ts"), text(conflict, "\r\n"));
    writeFileSync(join(folder, "weights.bin"), `\0\n${text(conflict, "\n")}`);
    git(folder, "add", ".");
    writeFileSync(join(folder, "untracked.md"), text(conflict, "\n"));
    expect(markersIn(folder)).toEqual([
      ...[3, 5, 6, 8].map((line) => `merged.md:${line}`),
      ...[1, 3, 4, 6].map((line) => `windows.ts:${line}`),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
