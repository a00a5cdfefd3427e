import { describe, expect, it } from "vitest";
import { previewFile } from "../../../src/data/index.ts";
import { textFile } from "./files.ts";

describe("a look before reading", () => {
  it("plain text: the first documents, no fields", async () => {
    const text = Array.from({ length: 9 }, (_, i) => `Paragraph ${i},\nwrapped.`).join("\n\n");
    expect(await previewFile(textFile("a.txt", text), "auto")).toEqual({
      name: "a.txt",
      sizeBytes: text.length,
      format: "text",
      encoding: "utf-8",
      fields: [],
      field: "",
      samples: [0, 1, 2, 3, 4].map((i) => `Paragraph ${i}, wrapped.`),
    });
  });
  it("a table: text columns with a sample each, and the one to take", async () => {
    const csv =
      "id,title,body\n" + Array.from({ length: 8 }, (_, i) => `${i},Title ${i},The body of number ${i}.`).join("\n");
    const preview = await previewFile(textFile("a.csv", csv), "auto");
    expect(preview.fields).toEqual([
      { name: "title", sample: "Title 0" },
      { name: "body", sample: "The body of number 0." },
    ]);
    expect(preview.field).toBe("body");
    expect(preview.samples[1]).toBe("The body of number 1.");
  });
  it("JSON: field paths", async () => {
    const json = JSON.stringify({ data: [{ meta: { text: "A text here." }, tag: "x" }] });
    const preview = await previewFile(textFile("a.json", json), "auto");
    expect(preview).toMatchObject({ format: "json", field: "data.meta.text", samples: ["A text here."] });
  });
  it("JSON Lines, larger than the first look: only whole lines count", async () => {
    const text = Array.from({ length: 9000 }, (_, i) => JSON.stringify({ text: `Text number ${i} of the file.` })).join(
      "\n",
    );
    const preview = await previewFile(textFile("a.jsonl", text), "auto");
    expect(preview).toMatchObject({ format: "jsonl", field: "text" });
    expect(preview.samples).toHaveLength(5);
  });
  it("long samples are cut short", async () => {
    const [sample] = (await previewFile(textFile("a.txt", "word ".repeat(5000)), "auto")).samples;
    expect(sample!.length).toBeLessThanOrEqual(300);
    expect(sample!.endsWith("…")).toBe(true);
  });
  it.each([
    ["empty.txt", "", "data/empty-file"],
    ["numbers.csv", "1,2\n3,4\n", "data/no-text"],
    ["broken.json", '[{"a": ', "data/bad-json"],
  ])("%s: a problem with a code and an empty rest", async (name, text, code) => {
    const preview = await previewFile(textFile(name, text), "auto");
    expect(preview.problem?.code).toBe(code);
    expect(preview.samples).toEqual([]);
  });
});
