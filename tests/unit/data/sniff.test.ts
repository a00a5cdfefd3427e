import { describe, expect, it } from "vitest";
import { sniff } from "../../../src/data/index.ts";
import { readAll, textFile } from "./files.ts";

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
function utf16(text: string, bigEndian: boolean, mark: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((text.length + (mark ? 1 : 0)) * 2);
  const view = new DataView(bytes.buffer);
  [...(mark ? "\uFEFF" : ""), ...text].forEach((c, i) => view.setUint16(i * 2, c.charCodeAt(0), !bigEndian));
  return bytes;
}
const sample = "Grüße aus Köln.\nÇa va – “très bien”.\n";
/** The sample in Windows-1252: ü ß ö Ç – “ è ” are one byte each. */
const latin = Uint8Array.from(
  [...sample].map((c) => ({ "–": 0x96, "“": 0x93, "”": 0x94 })[c as "–"] ?? c.charCodeAt(0)),
);

describe("encoding", () => {
  const cases: [string, Uint8Array<ArrayBuffer>, string][] = [
    ["UTF-8", utf8(sample), "utf-8"],
    ["UTF-8 with BOM", utf8("\uFEFF" + sample), "utf-8"],
    ["UTF-16LE with BOM", utf16(sample, false, true), "utf-16le"],
    ["UTF-16BE with BOM", utf16(sample, true, true), "utf-16be"],
    ["UTF-16LE without BOM", utf16(sample, false, false), "utf-16le"],
    ["UTF-16BE without BOM", utf16(sample, true, false), "utf-16be"],
    ["Windows-1252", latin, "windows-1252"],
  ];
  it.each(cases)("%s is recognised and read", async (_, bytes, encoding) => {
    expect(sniff(bytes, "a.txt").encoding).toBe(encoding);
    const { documents, skipped } = await readAll(textFile("a.txt", bytes), "lines");
    expect(documents).toEqual(["Grüße aus Köln.", "Ça va – “très bien”."]);
    expect(skipped).toEqual([]);
  });

  it("UTF-16 Cyrillic without a mark is told by its blanks", () => {
    expect(sniff(utf16("Насос в цехе стучит.\nКлапан открыт.\n", false, false), "a.txt").encoding).toBe("utf-16le");
    expect(sniff(utf16("Насос в цехе стучит.\nКлапан открыт.\n", true, false), "a.txt").encoding).toBe("utf-16be");
  });

  it("a character cut by the edge of a slice is whole again", async () => {
    // Slices have 1 MiB: the two-byte ä straddles the edge.
    const text = "x".repeat(1024 * 1024 - 1) + "ä end";
    const { documents, skipped } = await readAll(textFile("a.txt", text), "file");
    expect(documents.join("")).toContain("xä end".slice(0, 2));
    expect(skipped.every((one) => one.code === "data/long-document")).toBe(true);
  });

  it("a file that begins as ASCII and goes on as Windows-1252 is switched, and says so", async () => {
    const ascii = utf8("plain words only\n".repeat(80_000)); // 1.36 MB: beyond the first slice
    const { documents, skipped } = await readAll(textFile("a.txt", ascii, latin), "lines");
    expect(documents.slice(-2)).toEqual(["Grüße aus Köln.", "Ça va – “très bien”."]);
    expect(skipped.map((one) => one.code)).toEqual(["data/encoding-changed"]);
  });

  it("damaged UTF-8 is read on, with the number of damaged characters", async () => {
    const bytes = utf8("Grüße\nÄrger über Öl\n");
    bytes[2] = 0xff; // first byte of ü
    const { documents, skipped } = await readAll(textFile("a.txt", bytes), "lines");
    expect(documents[1]).toBe("Ärger über Öl");
    expect(skipped).toEqual([
      {
        file: "a.txt",
        place: "",
        code: "data/damaged-characters",
        reason: "2 characters are damaged (not UTF-8); each was read as the replacement character.",
      },
    ]);
  });
});

describe("files that cannot be used", () => {
  it("an empty file", async () => {
    expect(sniff(new Uint8Array(0), "a.txt").problem?.code).toBe("data/empty-file");
    expect(sniff(utf8("\uFEFF \n\t\n"), "a.txt").problem?.code).toBe("data/empty-file");
    const { documents, skipped } = await readAll(textFile("a.txt", ""));
    expect(documents).toEqual([]);
    expect(skipped).toMatchObject([{ file: "a.txt", place: "", code: "data/empty-file" }]);
  });

  it("a binary file named .txt", async () => {
    const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919 + (i >> 3)) & 255);
    expect(sniff(noise, "a.txt").problem?.code).toBe("data/binary-file");
    const { documents, skipped } = await readAll(textFile("a.txt", noise));
    expect(documents).toEqual([]);
    expect(skipped).toMatchObject([{ code: "data/binary-file" }]);
  });

  it.each([
    ["PNG", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10]), "PNG picture"],
    ["old Word document", Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), "old Word"],
    ["RAR archive", utf8("Rar!\u001a\u0007"), "RAR"],
  ])("a %s is called by its name", (_, bytes, word) => {
    const { problem } = sniff(bytes, "notes.txt");
    expect(problem?.code).toBe("data/binary-file");
    expect(problem?.message).toContain(word);
    expect(problem?.hint).not.toBe("");
  });
});

describe("format, by content as well as by name", () => {
  it.each([
    ["notes.txt", "One line.\nAnother, with a comma.\n", "text"],
    ["notes.md", "# Title\n\nText.\n", "text"],
    ["notes", "Text without an ending.\n", "text"],
    ["a.csv", "id,text\n1,hello\n", "csv"],
    ["a.csv", "id\ttext\n1\thello, you\n", "tsv"],
    ["a.tsv", "id\ttext\n1\thello\n", "tsv"],
    ["a.jsonl", '{"text": "a"}\n{"text": "b"}\n', "jsonl"],
    ["a.ndjson", '{"text": "a"}\n', "jsonl"],
    ["a.json", '[{"text": "a"}]', "json"],
    ["a.json", '{"text": "a"}\n{"text": "b"}\n', "jsonl"],
    ["a.json", '{"text": "a"}\nbroken\n{"text": "b"}\n', "jsonl"],
    ["a.json", '{\n "text": "a"\n}\n', "json"],
    ["a.txt", '{"text": "a"}\n{"text": "b"}\n', "jsonl"],
    ["a.jsonl", '[\n {"text": "a"}\n]\n', "json"],
    ["notes.txt", "%PDF-1.7 and some text", "pdf"],
    ["notes.txt", "{\\rtf1 text}", "rtf"],
    ["notes.txt", "<!DOCTYPE html><title>x</title>", "html"],
    ["notes.xml", "<feed><entry>x</entry></feed>", "xml"],
    ["feed", '<?xml version="1.0"?><feed/>', "xml"],
    ["page", '<?xml version="1.0"?><html xmlns="x"><p>a</p></html>', "html"],
    ["mail", "From: a@b.example\nSubject: Hello\nDate: Mon, 1 Jan 2024\n\nText.", "eml"],
    ["box", "From a@b.example Mon Jan  1 00:00:00 2024\nSubject: x\n\nText.", "mbox"],
    ["notes.txt", "From her window she saw the lake.\n", "text"],
    ["a.json", '{"cells": [], "nbformat": 4}', "ipynb"],
    ["film.txt", "1\n00:00:01,000 --> 00:00:02,000\nHello\n", "srt"],
    ["film", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", "srt"],
  ])("%s holding %j is %s", (name, text, format) => {
    expect(sniff(utf8(text), name).format).toBe(format);
  });
});
