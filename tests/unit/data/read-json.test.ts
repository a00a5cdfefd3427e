import { describe, expect, it } from "vitest";
import { readLimits } from "../../../src/contract/index.ts";
import type { SourceFile } from "../../../src/data/index.ts";
import { collectFields, guessField, pickTexts } from "../../../src/data/read/field-paths.ts";
import { readAll, textFile } from "./files.ts";

const lines = (...values: unknown[]): string => values.map((value) => JSON.stringify(value)).join("\n") + "\n";

describe("JSON Lines", () => {
  it("a broken line costs one line and is named by its number", async () => {
    const text = lines({ text: "one" }, { text: "two" }) + '{"text": "thr\n' + lines({ text: "four" });
    const { documents, skipped } = await readAll(textFile("a.jsonl", text));
    expect(documents).toEqual(["one", "two", "four"]);
    expect(skipped).toEqual([
      { file: "a.jsonl", place: "line 3", code: "data/broken-json-line", reason: "The line is not valid JSON." },
    ]);
  });
  it("nested fields, arrays on the way, strings alone", async () => {
    const nested = lines({ meta: { text: "a", id: "x1" } }, { meta: { text: "b" } });
    expect((await readAll(textFile("a.jsonl", nested), "auto", "meta.text")).documents).toEqual(["a", "b"]);
    const lists = lines({ parts: [{ body: "a" }, { body: "b" }] }, { parts: [{ body: "c" }] });
    expect((await readAll(textFile("a.jsonl", lists), "auto", "parts.body")).documents).toEqual(["a", "b", "c"]);
    expect((await readAll(textFile("a.jsonl", lines("one", "two")))).documents).toEqual(["one", "two"]);
  });
  it("lines without the field are reported, not dropped in silence", async () => {
    const text = lines({ text: "a" }, { other: "b" }, { text: " " }, { text: "d" });
    const { documents, skipped } = await readAll(textFile("a.jsonl", text), "auto", "text");
    expect(documents).toEqual(["a", "d"]);
    expect(skipped.map(({ place, code }) => [place, code])).toEqual([
      ["line 2", "data/no-such-field"],
      ["line 3", "data/empty-text"],
    ]);
  });
  it("a line longer than the first look is still read", async () => {
    const long = "word ".repeat(100_000).trim();
    const { documents } = await readAll(textFile("a.jsonl", lines({ id: 1, text: long }, { id: 2, text: "b" })));
    expect(documents).toEqual([long, "b"]);
  });
});

describe("plain JSON", () => {
  it.each([
    ["array of objects", [{ text: "a" }, { text: "b" }], "text"],
    ["array of strings", ["a", "b"], ""],
    ["nested in data", { version: 1, data: [{ text: "a" }, { text: "b" }] }, "data.text"],
    ["nested twice", { data: [{ paragraphs: [{ context: "a" }, { context: "b" }] }] }, "data.paragraphs.context"],
  ])("%s", async (_, value, field) => {
    expect((await readAll(textFile("a.json", JSON.stringify(value)), "auto", field)).documents).toEqual(["a", "b"]);
  });

  it("a dictionary of records", () => {
    const records = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`id${i}`, { text: `Text ${i}`, n: i }]));
    const fields = collectFields([records]);
    expect(fields.map((field) => field.name)).toEqual(["*.text"]);
    expect(pickTexts(records, "*.text")).toHaveLength(25);
  });

  it("keys with dots in them", () => {
    expect(pickTexts({ "a.b": { c: "x" } }, "a.b.c")).toEqual(["x"]);
    expect(pickTexts({ "a.b.c": "x" }, "a.b.c")).toEqual(["x"]);
  });

  it("broken JSON is a skipped file, without a word of its text", async () => {
    const { documents, skipped } = await readAll(textFile("a.json", '[{"text": "secret'));
    expect(documents).toEqual([]);
    expect(skipped).toMatchObject([{ place: "", code: "data/bad-json" }]);
    expect(JSON.stringify(skipped)).not.toContain("secret");
  });

  it("beyond the size limit it is refused before it is read, with the way out", async () => {
    const start = new TextEncoder().encode('[{"text": "a"},\n');
    let asked = 0;
    const file: SourceFile = {
      name: "big.json",
      size: readLimits.jsonBytes.value + 1,
      slice(from = 0, to = 0) {
        asked = Math.max(asked, to);
        const bytes = new Uint8Array(to - from).fill(32);
        if (from === 0) bytes.set(start);
        return { arrayBuffer: () => Promise.resolve(bytes.buffer) };
      },
    };
    const { documents, skipped } = await readAll(file);
    expect(documents).toEqual([]);
    expect(skipped).toMatchObject([{ code: "data/json-too-large" }]);
    expect(skipped[0]!.reason).toContain(".jsonl");
    expect(asked).toBeLessThan(1_000_000);
  });
});

it("the field guessed is long and well named", () => {
  const records = Array.from({ length: 4 }, (_, i) => ({
    id: `a${i}`,
    title: "A short title",
    abstract: "A longer text about pumps and what goes wrong with them in winter.",
    url: "https://example.org/very/long/address/that/is/no/text/at/all/and/longer/than/the/abstract",
    source: "A note on where it is from, about as long as the text: somewhere in a catalogue, page 7.",
  }));
  const fields = collectFields(records);
  expect(fields.map((field) => field.name)).not.toContain("url");
  expect(guessField(fields)).toBe("abstract");
});
