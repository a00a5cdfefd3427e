/**
 * Patterns and tables over the worst 100 kB that we could think of for each. Before they were made to look at every
 * character a bounded number of times, each took 20 seconds to hours; an ordinary one takes some milliseconds.
 */
import { describe, expect, test } from "vitest";
import { readLimits } from "../../../src/contract/index.ts";
import { coreOf } from "../../../src/data/augment/augment-words.ts";
import { maskEdits } from "../../../src/data/clean/characters/repairs.ts";
import { sentencesOf } from "../../../src/data/clean/duplicates/sentence-counts.ts";
import { englishWords } from "../../../src/data/clean/english/words.ts";
import { withoutCuts } from "../../../src/data/clean/look/lines.ts";
import { htmlText } from "../../../src/data/read/formats/html.ts";
import { joinLines, pdfText } from "../../../src/data/read/formats/pdf-text.ts";
import { xmlEvents } from "../../../src/data/read/formats/xml-events.ts";
import { valueToDocuments, type ReaderInput } from "../../../src/data/read/reader.ts";
import { isNumber } from "../../../src/data/read/table-dialect.ts";
import { textFormatOf } from "../../../src/data/read/text-format.ts";

/** Of processor time, since other tests run beside this one; the slowest takes 0.6 s. */
const mostMs = 5000;
const cpuMs = (): number => process.cpuUsage().user / 1000;
const size = 100_000;
const blanks = `a${" ".repeat(size)}b`;
const input = { limits: readLimits, skip: () => undefined } as unknown as ReaderInput;

const cases: [string, () => unknown, unknown][] = [
  ["a cell of blanks", () => valueToDocuments(blanks, "", input), [blanks]],
  ["a cell of digits that is no number", () => isNumber(`${"1".repeat(size)}x`), false],
  ["comments before what is no page", () => textFormatOf(`${"<!---->".repeat(size / 7)}<x`, "a.txt", true), "text"],
  ["a PDF's endless word", () => joinLines("a".repeat(size), "b", new Set()), `${"a".repeat(size)} b`],
  ["a sentence of full stops", () => sentencesOf(`${".".repeat(size)}x`).length, 0],
  [
    "blanks in a line when lines were cut",
    () => withoutCuts(blanks, [{ id: "c4-terminal", start: 0, end: 1, reasons: [] }]),
    "b",
  ],
  ["words of nothing but dashes", () => coreOf(`a${"-".repeat(size)}1b`), undefined],
  ["words of nothing but ellipses", () => englishWords(`${"…".repeat(999)} `.repeat(size / 1000)).length, 66_600],
  ["words of nothing but brackets", () => englishWords(`${"(".repeat(999)} `.repeat(size / 1000)).length, 99_900],
];

describe("the worst 100 kB", () => {
  test.each(cases)("%s", (_, run, expected) => {
    const began = cpuMs();
    expect(run()).toEqual(expected);
    expect(cpuMs() - began).toBeLessThan(mostMs);
  });
  test("a paragraph without end in a PDF", () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => ({
      text: `word ${i} of it`,
      x: 0,
      y: -i,
      width: 9,
      height: 1,
    }));
    const began = cpuMs();
    const { text } = pdfText([{ page: 1, pages: 1, lines }]);
    const likeHeads = 6; // three at either edge that differ in their number only
    expect(text.match(/word/g)!.length).toBe(lines.length - likeHeads);
    expect(cpuMs() - began).toBeLessThan(mostMs);
  });
  test("a document of nothing but addresses, at the limit of a document's length", () => {
    const places = 125_000;
    const began = cpuMs();
    expect(maskEdits("8.8.8.8 ".repeat(places), () => true).length).toBe(places);
    expect(cpuMs() - began).toBeLessThan(mostMs);
  });
});

test("markup that never ends is given up before it fills the memory; text before it is kept", async () => {
  const slice = " x".repeat(500_000);
  let fed = 0;
  async function* endless(start: string): AsyncGenerator<string> {
    for (fed = 0, yield start; ; fed += slice.length) yield await Promise.resolve(slice);
  }
  const endings: [string, (start: string) => AsyncGenerator<unknown>][] = [
    ["<p>one</p><!-- ", (start) => htmlText(endless(start), 100)],
    ['<p>one</p><a href="', (start) => htmlText(endless(start), 100)],
    ["<a><!-- ", (start) => xmlEvents(endless(start), {}, 100)],
    ["<a><![CDATA[", (start) => xmlEvents(endless(start), {}, 100)],
  ];
  for (const [start, read] of endings) {
    const pieces: unknown[] = [];
    const whole = async (): Promise<void> => {
      for await (const piece of read(start)) pieces.push(piece);
    };
    await expect(whole(), start).rejects.toMatchObject({ code: "data/endless-markup" });
    expect(fed, start).toBeLessThan(readLimits.markupStretch.value + 2 * slice.length);
    if (start.startsWith("<p>")) expect(pieces).toEqual(["one"]);
  }
});

test("blank lines made of blanks still go, and line breaks in a cell become one blank", () => {
  expect(withoutCuts("x\nab  \n \t \n \ncd", [{ id: "c4-terminal", start: 0, end: 1, reasons: [] }])).toBe("ab\n\ncd");
  expect(valueToDocuments("a  b \r\n  c\n\nd", "", input)).toEqual(["a  b c d"]);
  expect(sentencesOf("One two three four?!) Five six seven eight... Nine ten eleven twelve").length).toBe(3);
  expect(textFormatOf("<!-- a --> <!-- b --><html>", "a.txt", true)).toBe("html");
  expect(isNumber("12.")).toBe(true);
  expect(isNumber(" -1.5e3 ")).toBe(true);
  expect(isNumber("1.2.3")).toBe(false);
});
