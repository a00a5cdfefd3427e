/** How the report's numbers are written, and what a map can be coloured by. */
import { describe, expect, test } from "vitest";
import type { MapPoint } from "../../../src/contract/index.ts";
import { colourings, legendOf } from "../../../src/ui/corpus/report/map-colours.ts";
import { languageName, perMillion, share } from "../../../src/ui/corpus/report/report-words.ts";

const point = (given: Partial<MapPoint>): MapPoint => ({
  index: 0,
  words: 10,
  excerpt: "",
  source: "a.txt",
  quality: null,
  loss: null,
  x: 0,
  y: 0,
  ...given,
});

describe("numbers", () => {
  test("shares neither hide a little nor claim all", () => {
    expect([0, 0.0004, 0.0123, 0.256, 0.9996, 1].map(share)).toEqual([
      "0 %",
      "under 0.1 %",
      "1.2 %",
      "25.6 %",
      "over 99.9 %",
      "100 %",
    ]);
  });
  test("languages have names, what is none stays", () => {
    expect(["de", "en", "unsure", "x!"].map(languageName)).toEqual(["German", "English", "Unsure", "x!"]);
  });
  test("occurrences a million words", () => {
    expect([0, 3.14, 1240.2].map(perMillion)).toEqual(["rare", "3.1", "1,240"]);
  });
});

describe("colours of a map", () => {
  test("only what differs is offered", () => {
    expect(colourings([point({}), point({})]).map(({ value }) => value)).toEqual(["length"]);
    const points = [point({ loss: 2, quality: 0 }), point({ source: "b.txt", quality: 7 })];
    expect(colourings(points).map(({ value }) => value)).toEqual(["loss", "length", "quality", "source"]);
  });
  test("broken rules and sources are groups of their own", () => {
    const points = ["a", "b", "c", "d", "e", "f", "a"].map((source, i) => point({ source, quality: i }));
    const all = colourings(points);
    expect(all.find(({ value }) => value === "quality")!.groups).toEqual([0, 1, 2, 3, 4, 4, 4]);
    const source = all.find(({ value }) => value === "source")!;
    expect(source.legend).toEqual(["a", "b", "c", "d", "2 others"]);
    expect(source.groups).toEqual([0, 1, 2, 3, 4, 4, 0]);
  });
  test("five groups have five names", () => {
    expect(legendOf([1, 2.5, 3, 4], "nats")).toEqual(["under 1 nats", "1 to 2.5", "2.5 to 3", "3 to 4", "4 and more"]);
  });
});
