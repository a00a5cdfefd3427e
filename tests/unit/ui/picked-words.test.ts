import { expect, test } from "vitest";
import { fastEnough, type BundledPick } from "../../../src/contract/index.ts";
import { pickedWords } from "../../../src/ui/model/picked-words.ts";

const pick = (tiny: number, mini: number | null): BundledPick => ({
  size: fastEnough(mini) ? "mini" : "tiny",
  stepMs: { tiny, mini },
  device: { kind: "wasm", threads: 2, adapter: "", software: false, reason: "", runtime: "" },
});

test("mini is taken when 200 of its steps take at most a minute", () => {
  expect([fastEnough(300), fastEnough(301), fastEnough(null)]).toEqual([true, false, false]);
});

test("the page says what it measured and why it chose", () => {
  expect(pickedWords(pick(40, 210))).toBe(
    "Timed on this device (WASM, 2 threads): 200 steps take about 8 s with tiny, 42 s with mini. The larger model is quick enough here, so the page chose mini.",
  );
  expect(pickedWords(pick(105, 560))).toContain("1 min 52 s with mini. Mini would keep you waiting");
  expect(pickedWords(pick(900, null))).toContain("3 min 0 s with tiny. Mini would take several times as long");
});
