import { expect, it } from "vitest";
import { fileSources, suggestedName } from "../../../src/state/text-sources.ts";
import { TimeLeft } from "../../../src/state/time-left.ts";

const file = (name: string, path = ""): File =>
  Object.defineProperty(new File(["x"], name), "webkitRelativePath", { value: path });

it("files of one name stay apart, by folder or by number", () => {
  const sources = fileSources([file("a.txt"), file("a.txt"), file("a.txt", "lake/a.txt"), file("a.txt")]);
  expect(sources.map(({ path }) => path)).toEqual(["a.txt", "a.txt (2)", "lake/a.txt", "a.txt (3)"]);
});

it("a corpus is named after its file, its folder or its dataset", () => {
  const name = (...files: File[]): string => suggestedName(fileSources(files));
  expect(name(file("notes.v2.txt"))).toBe("notes.v2");
  expect(name(file("logs.tar.gz"))).toBe("logs");
  expect(name(file(".env"))).toBe(".env");
  expect(name(file("notes.txt"), file("b.csv"))).toBe("notes and 1 more");
  expect(name(file("a.txt", "lake/a.txt"), file("b.txt", "lake/deep/b.txt"))).toBe("lake");
  expect(
    suggestedName([{ kind: "hub", path: "lab/log/train", ref: { id: "lab/log", config: "", split: "train" } }]),
  ).toBe("lab/log/train");
  expect(suggestedName([])).toBe("");
});

it("time left leaves out what was spent waiting", () => {
  const pace = new TimeLeft();
  const at = (done: number, now: number) => pace.update({ phase: "reading", done, total: 100, unit: "bytes" }, now);
  at(0, 0);
  expect(at(50, 2000)).toBe(2000);
  pace.shift(60_000); // paused for a minute
  expect(at(75, 63_000)).toBe(1000);
});
