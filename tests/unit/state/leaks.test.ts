/** What was found of leaks: shown for the text that it is about, whatever storage says. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { UnmaskError } from "../../../src/base/index.ts";
import type { Client } from "../../../src/client/index.ts";
import type { CorpusSummary, LeakReport } from "../../../src/contract/index.ts";
import type * as LeaksModule from "../../../src/state/leaks.svelte.ts";
import { openCompiler, type Compiled } from "./compiled.ts";

let LeaksState: typeof LeaksModule.LeaksState;
let compiler: Compiled;
beforeAll(async () => {
  compiler = await openCompiler();
  ({ LeaksState } = await compiler.load<typeof LeaksModule>("/src/state/leaks.svelte.ts"));
});
afterAll(() => compiler.close());

/** A data worker that gives these answers; Node has no worker to start. */
function stateOn(api: object) {
  const ask = (job: (a: object) => unknown): unknown => job(api);
  return new LeaksState({ data: { call: ask, run: ask } } as unknown as Client);
}
const reportOn = (corpusId: string): LeakReport => ({ corpusId, sets: [] }) as unknown as LeakReport;

it("an answer on a text that is no longer shown is not shown", async () => {
  const answers = new Map<string, (report: LeakReport) => void>();
  const leaks = stateOn({ storedLeaks: (id: string) => new Promise((answer) => answers.set(id, answer)) });
  const [first, second] = [leaks.recall("first"), leaks.recall("second")];
  answers.get("second")!(reportOn("second"));
  answers.get("first")!(reportOn("first"));
  await Promise.all([first, second]);
  expect(leaks.report?.corpusId).toBe("second");
});

it("a storage that fails is told of, and loses no finished search", async () => {
  const leaks = stateOn({
    storedLeaks: () => Promise.reject(new UnmaskError("storage/unavailable", "There is no storage.")),
    findLeaks: () => Promise.resolve({ ...reportOn("text"), notKept: "The disk is full." }),
  });
  await leaks.recall("text");
  expect(leaks.finding.error?.code).toBe("storage/unavailable");
  expect(await leaks.find({ id: "text" } as CorpusSummary, [])).toBe(true);
  expect(leaks.report?.corpusId).toBe("text");
  expect(leaks.finding.error?.message).toContain("The disk is full.");
});
