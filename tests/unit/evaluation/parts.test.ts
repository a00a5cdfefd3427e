import { describe, expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import { fitGazetteer, tagByGazetteer } from "../../../src/evaluation/baselines/gazetteer.ts";
import { majorityLabel } from "../../../src/evaluation/baselines/majority.ts";
import { seedSubsets } from "../../../src/evaluation/probes/train-probes.ts";
import { bestSequence, makeTagSet } from "../../../src/evaluation/probes/viterbi.ts";

describe("best valid sequence", () => {
  const set = makeTagSet(["I-X", "O", "B-X", "B-Y", "I-Y", "O"]);

  test("equals trying every sequence", () => {
    expect(set.tags).toEqual(["O", "B-X", "B-Y", "I-X", "I-Y"]);
    const source = random(8);
    const C = set.tags.length;
    for (let trial = 0; trial < 40; trial++) {
      const n = 1 + source.below(5);
      const logProbs = new Float64Array(n * C).map(() => source.normal());
      const rowOf = Int32Array.from({ length: n }, (_, t) => (source.next() < 0.1 ? -1 : t));
      let best = -Infinity;
      let expected: number[] = [];
      for (let code = 0; code < C ** n; code++) {
        const path = Array.from({ length: n }, (_, t) => Math.floor(code / C ** t) % C);
        if (!path.every((c, t) => isValid(set.tags[c]!, t === 0 ? "O" : set.tags[path[t - 1]!]!))) continue;
        const score = path.reduce(
          (sum, c, t) => sum + (rowOf[t]! < 0 ? (c === 0 ? 0 : -Infinity) : logProbs[rowOf[t]! * C + c]!),
          0,
        );
        if (score > best) [best, expected] = [score, path];
      }
      expect(Array.from(bestSequence(logProbs, rowOf, set))).toEqual(expected);
    }
  });

  const isValid = (tag: string, before: string): boolean =>
    !tag.startsWith("I-") || (before !== "O" && before.slice(2) === tag.slice(2));

  test("no words, no tags", () => {
    expect(bestSequence(new Float64Array(0), new Int32Array(0), set)).toEqual(new Int32Array(0));
  });
});

describe("baselines", () => {
  test("the commonest label, alphabetical among equals", () => {
    expect(majorityLabel(["b", "a", "b"])).toBe("b");
    expect(majorityLabel(["b", "a"])).toBe("a");
    expect(majorityLabel([])).toBeUndefined();
  });

  test("the word list takes a word's commonest tag and mends stray I-", () => {
    const list = fitGazetteer([
      { tokens: ["New", "York", "is", "new"], tags: ["B-P", "I-P", "O", "O"] },
      { tokens: ["York", "York", "New"], tags: ["B-P", "I-P", "B-P"] },
    ]);
    expect(tagByGazetteer(list, ["New", "York", "is", "York", "unknown"])).toEqual(["B-P", "I-P", "O", "B-P", "O"]);
  });
});

test("seed subsets are nine tenths, sorted, different, and one seed takes all", () => {
  const train = Int32Array.from({ length: 50 }, (_, i) => 100 + i);
  const subsets = seedSubsets(train, 3, 9);
  expect(subsets.map((subset) => subset.length)).toEqual([45, 45, 45]);
  for (const subset of subsets) expect(new Set(subset).size).toBe(45);
  expect(Array.from(subsets[0]!)).toEqual(Array.from(subsets[0]!).sort((a, b) => a - b));
  expect(subsets[0]).not.toEqual(subsets[1]);
  expect(seedSubsets(train, 1, 9)).toEqual([train]);
});
