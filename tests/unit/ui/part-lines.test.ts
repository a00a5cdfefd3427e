/** The one line of each part of the corpus step: what it says in each state. */
import { describe, expect, test } from "vitest";
import { whatIsWrong, whatItIs } from "../../../src/ui/corpus/part-lines.ts";

const state = { before: null, totals: null, leaked: null, cleaned: false, looking: false };

describe("what is wrong", () => {
  test("before a look it says what would be looked for", () => {
    expect(whatIsWrong(state)).toContain("not looked at yet");
    expect(whatIsWrong({ ...state, cleaned: true })).toBe("This is a cleaned version.");
    expect(whatIsWrong({ ...state, looking: true })).toBe("Being looked at …");
  });
  test("after a look it counts what would go, and that nothing went", () => {
    const totals = { documents: 1170, words: 9, changed: 20 };
    expect(whatIsWrong({ ...state, before: 1200, totals, leaked: 1 })).toBe(
      "The rules that are on would take out 30 of 1,200 documents and change 20. Nothing is done yet. 1 evaluation item stands in it (leak).",
    );
    expect(whatIsWrong({ ...state, before: 5, totals: { documents: 5, words: 9, changed: 0 }, leaked: 0 })).toBe(
      "The rules that are on find nothing to take out. No evaluation item stands in it.",
    );
  });
});

test("what it is, before it is counted", () => {
  expect(whatItIs(null, true)).toBe("Being counted …");
  expect(whatItIs(null, false)).toContain("not counted yet");
});
