/** What counts as passed, failed and skipped; when packages count as installed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packagesReady } from "../../../scripts/setup.mjs";
import { summarize } from "../../../scripts/testing/summary.mjs";

test("a skip must say what is absent, in its reason or its name", () => {
  const summary = summarize([
    { name: "a", state: "passed" },
    { name: "b", state: "skipped", reason: "absent: network" },
    { name: "c [absent: ../shared/data/x] > d", state: "skipped" },
    { name: "e", state: "skipped", reason: "flaky" },
    { name: "f", state: "skipped" },
    { name: "g", state: "skipped", reason: "absent: " },
    { name: "h", state: "failed" },
    { name: "i", state: "pending" },
  ]);
  expect(summary).toMatchObject({ passed: 1, failed: 5, skipped: 2 });
  expect(summary.skips).toEqual(["b: absent: network", "c [absent: ../shared/data/x] > d"]);
  expect(summary.failures[0]).toBe("e: skipped without saying what is absent (flaky)");
});

test("packages are ready when every required one is there in its version", () => {
  const folder = mkdtempSync(join(tmpdir(), "unmask-setup-"));
  const lock = (packages: object, ...path: string[]): void =>
    writeFileSync(join(folder, ...path), JSON.stringify({ packages }));
  const wanted = {
    "": { name: "x" },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b": { version: "2.0.0", optional: true },
  };
  lock(wanted, "package-lock.json");
  expect(packagesReady(folder)).toBe(false);
  mkdirSync(join(folder, "node_modules"));
  lock({ "node_modules/a": { version: "1.0.0" } }, "node_modules", ".package-lock.json");
  expect(packagesReady(folder)).toBe(true);
  lock({ "node_modules/a": { version: "0.9.0" } }, "node_modules", ".package-lock.json");
  expect(packagesReady(folder)).toBe(false);
  rmSync(folder, { recursive: true });
});
