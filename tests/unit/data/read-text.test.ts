import { describe, expect, it } from "vitest";
import { MAX_DOCUMENT_CHARACTERS, readDocuments, type SourceFile } from "../../../src/data/index.ts";
import { readAll, textFile } from "./files.ts";

const hardWrapped = "The pump stands\nin the cellar.\n\n\n  The valve\n  is closed.  \n \nEnd.\n";

describe("where documents end", () => {
  it("auto: blank lines are borders where there are any; wrapped lines are joined", async () => {
    const { documents } = await readAll(textFile("a.txt", hardWrapped));
    expect(documents).toEqual(["The pump stands in the cellar.", "The valve is closed.", "End."]);
  });
  it("auto: without blank lines every line is a document", async () => {
    expect((await readAll(textFile("a.txt", "\n\nOne.\nTwo.\n\n"))).documents).toEqual(["One.", "Two."]);
  });
  it("lines, paragraphs and file as asked", async () => {
    expect((await readAll(textFile("a.txt", hardWrapped), "lines")).documents).toHaveLength(5);
    expect((await readAll(textFile("a.txt", "One.\nTwo."), "paragraphs")).documents).toEqual(["One. Two."]);
    expect((await readAll(textFile("a.txt", hardWrapped), "file")).documents).toEqual([
      "The pump stands in the cellar.\nThe valve is closed.\nEnd.",
    ]);
  });
  it("Markdown is kept as it is written", async () => {
    const { documents } = await readAll(textFile("a.md", "# Title\n\n- a *b*\n- c\n"));
    expect(documents).toEqual(["# Title", "- a *b* - c"]);
  });
  it("Windows and old Macintosh line ends", async () => {
    expect((await readAll(textFile("a.txt", "One\r\nmore\r\n\r\nTwo\r\n"))).documents).toEqual(["One more", "Two"]);
    expect((await readAll(textFile("a.txt", "One\rmore\r\rTwo\r"))).documents).toEqual(["One more", "Two"]);
  });
  it("counts every byte it reads", async () => {
    expect((await readAll(textFile("a.txt", "\uFEFFäöü\n"))).bytes).toBe(10);
  });
});

describe("documents beyond the limit", () => {
  const words = (count: number): string => Array.from({ length: count }, (_, i) => `word${i}`).join(" ");

  it("are cut at white space, nothing is lost, and it is reported once", async () => {
    const text = words(400_000); // 3.9 MB in one line
    const { documents, skipped } = await readAll(textFile("a.txt", "Short.\n", text, "\nLast."), "lines");
    expect(documents[0]).toBe("Short.");
    expect(documents.at(-1)).toBe("Last.");
    const pieces = documents.slice(1, -1);
    expect(pieces).toHaveLength(Math.ceil(text.length / MAX_DOCUMENT_CHARACTERS));
    expect(pieces.every((piece) => piece.length <= MAX_DOCUMENT_CHARACTERS)).toBe(true);
    expect(pieces.join(" ")).toBe(text);
    expect(skipped).toMatchObject([{ place: "line 2", code: "data/long-document" }]);
    expect(skipped[0]!.reason).toContain(`${pieces.length} documents`);
  });

  it("paragraphs of many lines are cut too", async () => {
    const line = words(1000) + "\n";
    const { documents, skipped } = await readAll(textFile("a.txt", "First.\n\n", line.repeat(300)));
    expect(documents.slice(1).join(" ")).toBe(line.repeat(300).trim().replaceAll("\n", " "));
    expect(skipped).toMatchObject([{ place: "line 3", code: "data/long-document" }]);
  });

  it("without any white space they are cut at the limit, never inside a character", async () => {
    const { documents } = await readAll(textFile("a.txt", "x", "🙂".repeat(600_000)), "lines");
    expect(documents).toHaveLength(2);
    expect(documents.join("")).toBe("x" + "🙂".repeat(600_000));
    for (const document of documents) expect(document).not.toMatch(/\p{Surrogate}/u);
  });
});

describe("trouble while reading", () => {
  it("a stop is heard between slices", async () => {
    const stop = new AbortController();
    const file = textFile("a.txt", "word word\n".repeat(500_000));
    let seen = 0;
    const reading = (async () => {
      for await (const document of readDocuments(
        file,
        { field: "" },
        "lines",
        () => undefined,
        undefined,
        stop.signal,
      )) {
        seen += document.length;
        if (!stop.signal.aborted) stop.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "base/aborted" });
    expect(seen).toBeLessThan(1_100_000);
  });

  it("a file that vanished has a code and a hint", async () => {
    const gone: SourceFile = {
      name: "a.txt",
      size: 10,
      slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) }),
    };
    await expect(readAll(gone)).rejects.toMatchObject({ code: "data/unreadable-file", details: { file: "a.txt" } });
  });
});
