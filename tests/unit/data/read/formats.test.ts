/** Formats written as text, and e-books: good and odd files. What libraries write: golden-files.test.ts. */
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { plainMessage } from "../../../../src/data/read/formats/plain-message.ts";
import { sampleFiles, sentences, docx, epub } from "../../../support/reading/sample-files.ts";
import { readAll, textFile } from "../files.ts";

const fileOf = (name: string, bytes: Uint8Array): File => new File([Uint8Array.from(bytes)], name);
const count = 12;
const lines = sentences(count);
const files = sampleFiles(count);

describe("every sample gives its sentences", () => {
  const whole = [lines.join("\n")];
  const expected: [string, string[], string?][] = [
    ["notes.txt", lines],
    ["table.csv", lines],
    ["table.tsv", lines],
    ["records.jsonl", lines],
    ["records.ndjson", lines],
    ["records.json", lines],
    ["page.html", [["The log", "Menu", ...lines].join("\n")]],
    ["feed.xml", lines, "feed.entry.content"],
    ["log.rtf", whole],
    ["mail.eml", [["Log 0", lines.join(" ")].join("\n")]],
    ["box.mbox", lines.map((line, i) => `Log ${i}\n${line}`)],
    ["notebook.ipynb", [lines.filter((_, i) => i % 2 === 0).join("\n")]],
    ["notebook.ipynb", whole, "text and code cells"],
    ["film.srt", whole],
    ["report.docx", whole],
    ["book.epub", [["The log", "Menu", ...lines.slice(0, 6), "The log", "Menu", ...lines.slice(6)].join("\n")]],
    ["texts.zip", [...lines, ...lines]],
    ["texts.tar", [...lines, ...lines]],
    ["texts.tar.gz", [...lines, ...lines]],
    ["notes.txt.gz", lines],
  ];
  it.each(expected)("%s", async (name, documents, field) => {
    const found = await readAll(fileOf(name, files[name]!), "auto", field ?? "");
    expect(found.documents).toEqual(documents);
    expect(found.skipped.map(({ code }) => code)).toEqual(name === "table.tsv" ? ["data/header-repaired"] : []);
    expect(found.bytes).toBe(files[name]!.length);
  });
  it.each(["report.docx", "page.html", "film.srt", "log.rtf"])("%s as paragraphs", async (name) => {
    const { documents } = await readAll(fileOf(name, files[name]!), "paragraphs");
    expect(documents).toEqual(name === "page.html" ? ["The log", "Menu", ...lines] : lines);
  });
});

describe("HTML", () => {
  const read = async (html: string, name = "a.html"): Promise<string[]> =>
    (await readAll(textFile(name, html), "paragraphs")).documents;
  it("blanks, entities, line breaks, cells; no scripts, styles or comments", async () => {
    expect(
      await read(
        "<html><p>Fish &amp; <b>chips</b>\n are&nbsp;good<br>here&#8217;s more<!-- not this --><style>x</style></p><table><tr><td>a</td><td>b</td></tr></table></html>",
      ),
    ).toEqual(["Fish & chips are good here’s more", "a b"]);
  });
  it("keeps what it can of broken markup", async () => {
    expect(await read("<html><p>One<p>Two</div><b>three <i>four</p><li>five")).toEqual([
      "One",
      "Twothree four",
      "five",
    ]);
  });
  it("a word cut by tags stays one word", async () => {
    expect(await read("<html>un<b>mask</b>ed")).toEqual(["unmasked"]);
  });
  it("too deep: what came before is kept, the rest reported", async () => {
    const { documents, skipped } = await readAll(
      textFile("a.html", `<html><p>Before.${"<div>".repeat(5000)}After.`),
      "paragraphs",
    );
    expect(documents).toEqual(["Before."]);
    expect(skipped.map(({ code }) => code)).toEqual(["data/too-deep"]);
  });
});

describe("XML", () => {
  it("as a whole: every element a paragraph; entities of its own stay as they stand", async () => {
    const xml =
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a><t>One &amp; two</t><t>&c;</t></a>';
    expect((await readAll(textFile("a.xml", xml), "paragraphs")).documents).toEqual(["One & two", "&c;"]);
  });
  it("a path that is not there is told", async () => {
    const { documents, skipped } = await readAll(
      textFile("a.xml", "<?xml version='1.0'?><a><b>x y</b></a>"),
      "auto",
      "a.c",
    );
    expect([documents, skipped.map(({ code }) => code)]).toEqual([[], ["data/no-such-field"]]);
  });
  it("elements in elements belong to the outer one that was asked for", async () => {
    const xml = "<?xml version='1.0'?><a><b>x <i>y</i> z</b><b>w</b><c>no</c></a>";
    expect((await readAll(textFile("a.xml", xml), "auto", "a.b")).documents).toEqual(["x y z", "w"]);
  });
});

describe("RTF", () => {
  it("Unicode with and without fall-back, code page bytes, skipped groups, nested format", async () => {
    const rtf = String.raw`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}{\info{\author Someone}}{\*\bkmkstart x}\uc1 Gr\u252?\'dfe {\b bold {\i both}} \emdash\~1\-2\par {\pict\bin4 ab}c}Next\tab line\line more}`;
    expect((await readAll(textFile("a.rtf", rtf), "paragraphs")).documents).toEqual([
      "Grüße bold both —\u00a012",
      "Next line more",
    ]);
  });
});

describe("e-mail", () => {
  it("only HTML: read as a page; encoded words in the subject; attachments left out", async () => {
    const boundary = "xyz";
    const eml = `Subject: =?utf-8?B?R3LDvMOfZQ==?=\nFrom: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${boundary}"\n\n--${boundary}\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<p>The lamp =C3=BC</p><p>is lit.</p>\n--${boundary}\nContent-Type: text/plain; name="a.txt"\nContent-Disposition: attachment; filename="a.txt"\n\nnot this\n--${boundary}--\n`;
    expect((await readAll(textFile("a.eml", eml))).documents).toEqual(["Grüße\nThe lamp ü\nis lit."]);
  });
  it.each([
    ["folded subject, two lines", "Subject: one\r\n two\r\nFrom: a@b.example\r\n\r\nHello\r\nthere\r\n"],
    [
      "UTF-8",
      "From: a@b.example\nSubject: Grüße\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\nKühl.\n",
    ],
    ["no subject", "From: a@b.example\nX: y\n\nText with Subject: not one\n"],
  ])("a message without parts is read as the general parser reads it: %s", async (_, message) => {
    const bytes = new TextEncoder().encode(message);
    const { subject = "", text = "" } = await PostalMime.parse(bytes);
    expect(plainMessage(bytes)!.subject).toBe(subject);
    expect(plainMessage(bytes)!.text.replaceAll("\r\n", "\n")).toBe(text.replaceAll("\r\n", "\n"));
  });
  it("a message with parts, an encoding or another character set is not read directly", () => {
    const plain = (header: string) => plainMessage(new TextEncoder().encode(`${header}\n\nx`));
    expect(plain("Subject: x")).toBeDefined();
    expect(plain("Content-Type: multipart/mixed; boundary=b")).toBeUndefined();
    expect(plain("Content-Transfer-Encoding: base64")).toBeUndefined();
    expect(plain("Content-Type: text/plain; charset=koi8-r")).toBeUndefined();
  });
  it("a mailbox's message without text is told by its number", async () => {
    const box =
      "From a@b.example Mon Jan  1 00:00:00 2024\nSubject: One\n\nText.\n\nFrom a@b.example Mon Jan  1 00:00:00 2024\nX: y\n\n\n";
    const { documents, skipped } = await readAll(textFile("a.mbox", box));
    expect(documents).toEqual(["One\nText."]);
    expect(skipped).toMatchObject([{ place: "message 2", code: "data/empty-text" }]);
  });
});

describe("notebooks, subtitles, e-books, Word", () => {
  it("a notebook of format 3", async () => {
    const old = {
      worksheets: [
        {
          cells: [
            { cell_type: "code", input: ["x = 1"] },
            { cell_type: "markdown", source: "Words." },
          ],
        },
      ],
      nbformat: 3,
    };
    expect((await readAll(textFile("a.ipynb", JSON.stringify(old)))).documents).toEqual(["Words."]);
  });
  it("WebVTT, rolling captions and a pause", async () => {
    const vtt =
      "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\n00:02.000 --> 00:03.000\nHello\nthere\n\n00:30.000 --> 00:31.000\n- Later\n";
    expect((await readAll(textFile("a.vtt", vtt), "paragraphs")).documents).toEqual(["Hello there", "Later"]);
  });
  it("an e-book page that is missing is told", async () => {
    const { unzipSync, zipSync } = await import("fflate");
    const parts = unzipSync(epub(lines));
    delete parts["OEBPS/text/two.xhtml"];
    const { documents, skipped } = await readAll(fileOf("a.epub", zipSync(parts)));
    expect(documents[0]!.endsWith(lines[5]!)).toBe(true);
    expect(skipped).toMatchObject([{ place: "OEBPS/text/two.xhtml", code: "data/missing-part" }]);
  });
  it("tracked deletions are left out, insertions kept", async () => {
    const text =
      "Kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t> new</w:t></w:r></w:ins><w:r><w:t>.";
    expect((await readAll(fileOf("a.docx", docx([text])))).documents).toEqual(["Kept new."]);
  });
});
