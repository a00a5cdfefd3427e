/** Leaks: normalised words as datatrove's, 12-word runs and coverage as its n-grams, real corpora and sets. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LabelledSet } from "../../../src/contract/index.ts";
import { LeakFinder, normalizedText } from "../../../src/data/leaks/index.ts";
import golden from "../../golden/leaks.json" with { type: "json" };
import { sharedAbsent, sharedData } from "../../shared-data.ts";

const classified = (id: string, texts: [split: "train" | "dev" | "test", text: string][]): LabelledSet => ({
  id,
  name: id,
  note: "",
  warnings: [],
  task: "classification",
  items: texts.map(([split, text], i) => ({ split, text, label: i % 2 === 0 ? "a" : "b" })),
});

test("words are normalised as datatrove does it", () => {
  const differing = (golden.normalized as [string, string][]).filter(
    // Its strip happens before marks go: a text of marks and blanks alone leaves blanks there.
    ([text, expected]) => normalizedText(text) !== expected.split(/\s+/u).filter(Boolean).join(" "),
  );
  expect(differing).toEqual([]);
  expect(golden.normalized.length).toBe(414);
});

test("12-word runs cover the same words of the item as datatrove's n-grams, and 5-word runs the same share", () => {
  let [runs, clean] = [0, 0];
  for (const { document, item, covered, words, containment } of golden.pairs) {
    const finder = new LeakFinder();
    finder.add(classified("set", [["test", item]]));
    finder.scan("something else altogether");
    finder.scan(document);
    const report = finder.report();
    if (covered === 0 && words >= 12 && containment < 0.8) {
      expect(report.leakCount).toBe(0);
      clean++;
    } else if (words >= 12) {
      expect(report.leaky.document).toEqual(Uint32Array.of(1));
      const [leak] = report.leaks;
      expect(leak).toMatchObject({ document: 1, item: 0, split: "test" });
      expect(leak!.containment).toBeCloseTo(containment, 12);
      if (covered === 0) continue;
      expect(leak!.coverage).toBeCloseTo(covered / words, 12);
      runs++;
    }
  }
  expect(runs).toBeGreaterThan(15);
  expect(clean).toBeGreaterThan(15);
});

test("short items leak as a whole only, and shorter ones are said to be too short", () => {
  const set = classified("set", [
    ["test", "the lamp was out for nine whole nights"],
    ["train", "the lamp was out for nine whole nights then lit"],
    ["test", "too short to tell"],
  ]);
  const finder = new LeakFinder();
  finder.add(set);
  finder.scan("We heard that the lamp was out for nine whole nights, and nobody came.");
  const { sets, leaks, leakCount, leaky } = finder.report();
  expect(sets).toEqual([
    {
      setId: "set",
      name: "set",
      checked: { train: 1, dev: 0, test: 1 },
      leaked: { train: 0, dev: 0, test: 1 },
      tooShort: 1,
    },
  ]);
  expect(leakCount).toBe(1);
  expect(leaks[0]!.documentText).toEqual([
    { text: "We heard that ", shared: false },
    { text: "the lamp was out for nine whole nights", shared: true },
    { text: ", and nobody came.", shared: false },
  ]);
  expect(leaks[0]!.itemText).toEqual([{ text: "the lamp was out for nine whole nights", shared: true }]);
  expect([...leaky.test]).toEqual([1]);
});

test("a near-duplicate without twelve words in a row is found; one with more changes is not", () => {
  const finder = new LeakFinder();
  const item = "the keeper of the northern lamp wrote down every boat that passed";
  finder.add(classified("set", [["test", item]]));
  finder.scan(item.replace("passed", "left")); // 7 of 8 runs of five words
  finder.scan(item.replace("passed", "left").replace("the keeper", "a keeper")); // 6 of 8
  const { leaks, leakCount } = finder.report();
  expect(leakCount).toBe(1);
  expect(leaks[0]).toMatchObject({ document: 0, kind: "near", containment: 7 / 8, coverage: 11 / 12 });
  expect(leaks[0]!.itemText).toEqual([
    { text: item.replace(" passed", ""), shared: true },
    { text: " passed", shared: false },
  ]);
});

test("a formula of a thousand items is no leak of any of them", () => {
  const formula = "this is the formula that every single item of the set repeats word for word";
  const finder = new LeakFinder();
  finder.add(
    classified(
      "set",
      Array.from({ length: 1100 }, (_, i) => [
        "train",
        `${formula} q${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}`,
      ]),
    ),
  );
  finder.scan(formula);
  expect(finder.report().leakCount).toBe(0);
});

const missing = sharedAbsent("corpus-pubmed", "corpus-owasp", "tc-pubmedqa-section");
describe.skipIf(missing !== "")(`real corpora${missing}`, () => {
  const text = (path: string): string => readFileSync(join(sharedData, path), "utf8");
  // Read by the tests alone: a suite's body runs even where the suite is skipped.
  const items = (): ["train" | "dev" | "test", string][] =>
    (["train", "dev", "test"] as const).flatMap((split) =>
      text(`tc-pubmedqa-section/${split}.jsonl`)
        .split("\n")
        .filter((line) => line !== "")
        .map((line): [typeof split, string] => [split, (JSON.parse(line) as { text: string }).text]),
    );
  const scan = (corpus: string): ReturnType<LeakFinder["report"]> => {
    const finder = new LeakFinder();
    finder.add(classified("sections", items()));
    for (const name of ["train.txt", "heldout.txt"])
      for (const document of text(`${corpus}/${name}`).trim().split(/\n\n+/)) finder.scan(document);
    return finder.report();
  };

  test("PubMed's abstracts hold every section that is long enough to be told", () => {
    const { sets, documents } = scan("corpus-pubmed");
    expect(documents).toBe(1098);
    expect(sets[0]!.checked).toEqual({ train: 1733, dev: 163, test: 1901 });
    expect(sets[0]!.leaked).toEqual(sets[0]!.checked);
  });

  test("the security guides hold none of them", () => {
    const { leakCount, sets } = scan("corpus-owasp");
    expect(leakCount).toBe(0);
    expect(sets[0]!.leaked).toEqual({ train: 0, dev: 0, test: 0 });
  });
});
