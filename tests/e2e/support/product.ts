/**
 * The door of the journeys: Playwright's `test` with a person's visit to the built page.
 *   test("...", async ({ visit }) => { await visit.open("corpus"); ... });
 * A visit that left an uncaught error in the page fails its test, whatever else it found.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtPage, expect, test as harness } from "../../browser/harness/index.ts";
import { nanoModel, writeFolder } from "./nano-model.ts";
import { Visit } from "./visit.ts";

interface Fixtures {
  visit: Visit;
  /** A folder of this test's own, removed afterwards. */
  folder: string;
  /** A Hugging Face folder with a model of a few thousand weights. */
  nanoFolder: string;
}

export const test = harness.extend<Fixtures>({
  visit: async ({ page, productServer }, use) => {
    const visit = new Visit(page, productServer.url);
    await use(visit);
    expect(visit.faults).toEqual([]);
  },
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures wanted from this pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "unmask-journey-"));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  nanoFolder: async ({ folder }, use) => use(writeFolder(folder, "nano", nanoModel())),
});

export { builtPage, expect };
export { runAt, Visit, type RunStatus } from "./visit.ts";
