/** What the step list says of a run whose text is no longer the chosen one. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AppState } from "../../../src/state/index.ts";
import type * as StepsModule from "../../../src/ui/shell/journey-steps.ts";
import { openCompiler, type Compiled } from "../state/compiled.ts";

let compiler: Compiled;
let steps: typeof StepsModule;
beforeAll(async () => {
  compiler = await openCompiler();
  steps = await compiler.load("/src/ui/shell/journey-steps.ts");
});
afterAll(() => compiler.close());

/** As much of the state as the step list reads. */
const after = (tokenizedId: string | null, pipeline?: object[]): AppState =>
  ({
    model: { summary: { name: "tiny" } },
    corpus: { summary: { name: "log" }, tokenized: tokenizedId === null ? null : { id: tokenizedId } },
    recipe: { values: { maxSteps: 200 } },
    run: { request: { tokenizedId: "t1", ...(pipeline && { pipeline }) }, active: false, phase: "completed" },
    evaluation: { results: [], heldOut: { baseLoss: 2, tunedLoss: 1 } },
    library: { checkpoints: [] },
  }) as unknown as AppState;
const view = (app: AppState): [string, boolean][] =>
  steps
    .journeySteps(app)
    .flatMap(({ id, caption, done }) => (id === "train" || id === "evaluate" ? [[caption, done]] : []));

test("results of the chosen text are done; those of an earlier one are said to be that, and are not", () => {
  const own = view(after("t1"));
  expect(own.map(([, done]) => done)).toEqual([true, true]);
  expect(own[1]![0]).toBe("perplexity 7.39 → 2.72");
  for (const other of [after("t2"), after(null)]) {
    expect(view(other).map(([, done]) => done)).toEqual([false, false]);
    expect(view(other).every(([caption]) => caption.startsWith("an earlier text: "))).toBe(true);
  }
  // A pipeline reads texts of its own.
  expect(view(after("t2", [{}])).map(([, done]) => done)).toEqual([true, true]);
});
