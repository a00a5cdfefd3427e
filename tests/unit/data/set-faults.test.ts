/** Faults of labelled sets and their repairs: what is found, what is dropped, and that test items stay. */
import { expect, test } from "vitest";
import type { LabelledSet, SetFaultGroup, SetFaultKind, SplitName } from "../../../src/contract/index.ts";
import { editDistance, findSetFaults, repairSet } from "../../../src/data/leaks/index.ts";

type Item = [split: SplitName, text: string, label: string];
const items: Item[] = [
  ["train", "The lamp is lit.", "good"], // 0
  ["train", "the LAMP is lit", "good"], // 1: repeats 0
  ["train", "The net is torn!", "bad"], // 2
  ["train", "The net is torn.", "good"], // 3: contradicts 2
  ["train", "A boat came in at dusk", "good"], // 4: stands in test
  ["dev", "a boat came in, at dusk", "good"], // 5: stands in test
  ["dev", "Nobody saw the fog", "bad"], // 6
  ["test", "A boat came in at dusk.", "bad"], // 7
  ["test", "A boat came in at dusk...", "bad"], // 8: repeats 7, stays
  ["train", "Rope for sale", "Good"], // 9: label in another case
  ["test", "Rope for sale today", "Good"], // 10
  ["train", "keeper wrote that the wind came from the north all night long", "bad"], // 11
  ["test", "keeper wrote that the wind came from the north all night", "bad"], // 12: nearly 11
];
const set: LabelledSet = {
  id: "set",
  name: "Lake",
  note: "",
  warnings: [],
  task: "classification",
  items: items.map(([split, text, label]) => ({ split, text, label })),
};
const groupOf = (groups: SetFaultGroup[], kind: SetFaultKind): SetFaultGroup =>
  groups.find((one) => one.kind === kind)!;
const places = ({ shown }: SetFaultGroup): number[][] => shown.map((fault) => fault.items.map(({ item }) => item));

test("every kind of fault is found, with the items concerned", async () => {
  const { groups, items: counts } = await findSetFaults(set);
  expect(counts).toEqual({ train: 7, dev: 2, test: 4 });
  expect(places(groupOf(groups, "duplicate"))).toEqual([
    [0, 1],
    [7, 8],
  ]);
  expect(places(groupOf(groups, "conflict"))).toEqual([
    [2, 3],
    [4, 5, 7, 8],
  ]);
  expect(places(groupOf(groups, "across"))).toEqual([[4, 5, 7, 8]]);
  const near = groupOf(groups, "near-duplicate");
  expect(places(near)).toEqual([[11, 12]]);
  expect(near.shown[0]!.similarity).toBeCloseTo(7 / 8, 12); // 8 and 7 runs of five words
  const [variant] = groupOf(groups, "label-variant").shown;
  expect(variant!.labels).toEqual([
    { label: "good", items: 5, testItems: 0 },
    { label: "Good", items: 2, testItems: 1 },
  ]);
  expect(groupOf(groups, "label-variant").affected).toEqual({ train: 1, dev: 0, test: 1 });
});

test("repairs drop from the earlier part, never from test; a renamed label is counted and said", async () => {
  const { groups } = await findSetFaults(set);
  expect(groupOf(groups, "duplicate").affected).toEqual({ train: 1, dev: 0, test: 0 });
  expect(groupOf(groups, "conflict").affected).toEqual({ train: 2, dev: 0, test: 0 });
  expect(groupOf(groups, "across").affected).toEqual({ train: 1, dev: 1, test: 0 });
  const repaired = repairSet(
    set,
    groups.flatMap(({ repairs }) => repairs),
  ) as LabelledSet & { task: "classification" };
  expect(repaired.items.map(({ text }) => items.findIndex(([, own]) => own === text))).toEqual([
    0, 6, 7, 8, 9, 10, 11, 12,
  ]);
  expect(repaired.items.map(({ label }) => label)).not.toContain("Good");
  expect(repaired.note).toContain("Label Good renamed to good in 1 training, 0 dev and 1 test items.");
  expect(repaired.id).not.toBe(set.id);
  expect(set.items).toHaveLength(13);
  const again = await findSetFaults(repaired);
  expect(again.groups.flatMap(({ repairs }) => repairs)).toEqual([]);
});

test("test items are the same objects' worth before and after every repair that is no renaming", async () => {
  const { groups } = await findSetFaults(set);
  const repairs = groups.flatMap((group) => group.repairs).filter(({ kind }) => kind !== "rename");
  const tested = (of: LabelledSet): unknown[] => of.items.filter(({ split }) => split === "test");
  expect(tested(repairSet(set, repairs))).toEqual(tested(set));
});

test("a repair that changes nothing, or leaves no training, is refused", () => {
  expect(() => repairSet(set, [{ kind: "rename", from: "ugly", to: "bad" }])).toThrowError(
    expect.objectContaining({ code: "data/nothing-to-repair" }),
  );
  const copied = {
    ...set,
    items: [
      ["train", "x y z", "a"],
      ["test", "X y z", "a"],
    ].map(([split, text, label]) => ({ split: split as SplitName, text: text!, label: label! })),
  } as LabelledSet;
  expect(() => repairSet(copied, [{ kind: "drop-across" }])).toThrowError(
    expect.objectContaining({ code: "data/nothing-left" }),
  );
});

test("entity types: case variants are renamed with their prefixes, misspellings are only offered", async () => {
  const ner: LabelledSet = {
    id: "ner",
    name: "ner",
    note: "",
    warnings: [],
    task: "ner",
    scheme: "IOB2",
    items: [
      { split: "train", tokens: ["Ada", "Lind", "left"], tags: ["B-Person", "I-Person", "O"] },
      { split: "train", tokens: ["Bo", "sat"], tags: ["B-PERSON", "O"] },
      { split: "train", tokens: ["Cy", "sat"], tags: ["B-Person", "O"] },
      { split: "test", tokens: ["Di", "ran"], tags: ["B-Persno", "O"] },
    ],
  };
  const { groups } = await findSetFaults(ner);
  expect(groupOf(groups, "label-variant").repairs).toEqual([{ kind: "rename", from: "PERSON", to: "Person" }]);
  const spelling = groupOf(groups, "label-spelling");
  expect(spelling.repairs).toEqual([]);
  expect(spelling.shown.map(({ labels, repairs }) => [labels.map(({ label }) => label), repairs])).toContainEqual([
    ["Person", "Persno"],
    [{ kind: "rename", from: "Persno", to: "Person" }],
  ]);
  const repaired = repairSet(ner, [{ kind: "rename", from: "PERSON", to: "Person" }]) as LabelledSet & { task: "ner" };
  expect(repaired.items[1]!.tags).toEqual(["B-Person", "O"]);
});

test("edit distance counts a swap of neighbours as one; labels with other digits are two labels", async () => {
  expect([editDistance("person", "persno"), editDistance("kitten", "sitting"), editDistance("", "abc")]).toEqual([
    1, 3, 3,
  ]);
  const labels = ["section1", "section2"].flatMap((label, i) =>
    [0, 1].map((n) => ({ split: "train" as const, text: `t${i}${n}`, label })),
  );
  const { groups } = await findSetFaults({ ...set, items: labels } as LabelledSet);
  expect(groups).toEqual([]);
});
