import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { random } from "../../../src/base/index.ts";
import { LineSplitter } from "../../../src/data/read/lines.ts";
import { RowAssembler, type StrayQuote } from "../../../src/data/read/table-rows.ts";
import { readAll, textFile } from "./files.ts";

function rowsOf(
  text: string,
  delimiter: "," | "\t" = ",",
  quoting = true,
): { cells: string[][]; strays: StrayQuote[] } {
  const strays: StrayQuote[] = [];
  const assembler = new RowAssembler({ delimiter, quoting }, (stray) => strays.push(stray));
  const splitter = new LineSplitter(1_000_000);
  const rows = [...assembler.push([...splitter.push(text), ...splitter.finish()]), ...assembler.finish()];
  return { cells: rows.map((row) => row.cells), strays };
}

describe("rows", () => {
  it("quoted cells with delimiters, doubled quotes and line breaks", () => {
    const text = 'id,text\n1,"a, b"\n2,"she said ""no"""\n3,"two\n\nlines"\n4,\n';
    const { cells, strays } = rowsOf(text);
    expect(cells).toEqual([
      ["id", "text"],
      ["1", "a, b"],
      ["2", 'she said "no"'],
      ["3", "two\n\nlines"],
      ["4", ""],
    ]);
    expect(strays).toEqual([]);
  });

  it("equals csv-parse on well-formed tables of random cells (seed 7)", () => {
    const source = random(7, 1);
    const cell = (): string =>
      Array.from({ length: source.below(6) }, () => ["a", "b ", ",", '"', "\n", "é"][source.below(6)]!).join("");
    const quote = (value: string): string =>
      /[",\n]/.test(value) || source.next() < 0.2 ? `"${value.replaceAll('"', '""')}"` : value;
    for (let round = 0; round < 50; round++) {
      const table = Array.from({ length: 12 }, () => ["k", cell(), cell()]);
      const text = table.map((row) => row.map(quote).join(",")).join("\n") + "\n";
      const expected: string[][] = parse(text);
      expect(expected).toEqual(table);
      expect(rowsOf(text).cells).toEqual(expected);
    }
  });

  it("a stray quote costs one row's quoting, not the rest of the file", () => {
    const text = 'id,text\n1,fine\n2,"never closed\n3,5" disk\n4,"good, really"\n5,"half" quoted\n6,end\n';
    const { cells, strays } = rowsOf(text);
    expect(cells).toEqual([
      ["id", "text"],
      ["1", "fine"],
      ["2", '"never closed'],
      ["3", '5" disk'],
      ["4", "good, really"],
      ["5", '"half" quoted'],
      ["6", "end"],
    ]);
    expect(strays.map(({ row, column }) => [row, column])).toEqual([
      [3, 2],
      [4, 2],
      [6, 2],
    ]);
  });

  it("a quote that never closes is found at the end of the file and at the size limit", () => {
    const tail = Array.from({ length: 40_000 }, (_, i) => `${i},some ordinary text here`).join("\n");
    const { cells, strays } = rowsOf(`0,"open\n${tail}\n`);
    expect(cells).toHaveLength(40_001);
    expect(strays).toHaveLength(1);
  });

  it("without quoting, quote characters are text", () => {
    expect(rowsOf('1\t"a" b\t"c\n2\t"\td\n', "\t", false).cells).toEqual([
      ["1", '"a" b', '"c'],
      ["2", '"', "d"],
    ]);
  });
});

describe("documents of a table", () => {
  it("takes the text column by itself, header with stray blanks and BOM", async () => {
    const csv = "\uFEFF id , text ,year\n1,The pump leaks.,1999\n2,It was mended.,2000\n";
    const { documents, skipped } = await readAll(textFile("a.csv", csv));
    expect(documents).toEqual(["The pump leaks.", "It was mended."]);
    expect(skipped).toEqual([
      {
        file: "a.csv",
        place: "row 1, column 1",
        code: "data/header-repaired",
        reason: "Blanks around 2 column names in the header were removed.",
      },
    ]);
  });

  it.each([
    ["semicolons", "id;text\n1;a, b\n2;c, d\n", ["a, b", "c, d"]],
    ["bars", "id|text\n1|a b\n2|c d\n", ["a b", "c d"]],
    ["tabs in a .csv", "id\ttext\n1\ta, b\n2\tc\n", ["a, b", "c"]],
    ["no header", "1,The pump in the cellar leaks.\n2,It was mended in the end.\n", undefined],
  ])("finds the delimiter: %s", async (_, csv, expected) => {
    const { documents } = await readAll(textFile("a.csv", csv));
    expect(documents).toEqual(expected ?? ["The pump in the cellar leaks.", "It was mended in the end."]);
  });

  it("reports ragged rows, empty cells and stray quotes with row and column, and goes on", async () => {
    const csv = 'id,text,note\n1,one,x\n2,two\n3,"three,x\n4,four,x,y\n5,,x\n6,six,x\n';
    const { documents, skipped } = await readAll(textFile("a.csv", csv), "auto", "text");
    expect(documents).toEqual(["one", "two", '"three', "four", "six"]);
    expect(skipped.map(({ place, code }) => [place, code])).toEqual([
      ["row 3, column 3", "data/ragged-row"],
      ["row 4, column 2", "data/stray-quote"],
      ["row 5, column 4", "data/ragged-row"],
      ["row 6, column 2", "data/empty-text"],
    ]);
  });

  it("an unquoted delimiter in the last column stays in the text", async () => {
    const { documents } = await readAll(textFile("a.csv", "id,text\n1,a b\n2,c, d\n3,e f\n"), "auto", "text");
    expect(documents).toEqual(["a b", "c, d", "e f"]);
  });

  it("a tab-separated set with literal quotes loses no row", async () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${i}\t${i % 7 === 0 ? '"Stop' : 'He said "go" to'} number ${i}`);
    const { documents, skipped } = await readAll(textFile("a.tsv", "id\tsentence\n" + rows.join("\n") + "\n"));
    expect(documents).toHaveLength(50);
    expect(documents[7]).toBe('"Stop number 7');
    expect(skipped).toEqual([]);
  });

  it("an unknown column names the known ones", async () => {
    const { documents, skipped } = await readAll(textFile("a.csv", "id,text\n1,a\n2,b\n"), "auto", "body");
    expect(documents).toEqual([]);
    expect(skipped).toMatchObject([{ place: "", code: "data/no-such-field" }]);
    expect(skipped[0]!.reason).toContain("id, text");
  });

  it("a line of many megabytes is left out and named, the rest is read", async () => {
    const long = '2,"' + "word ".repeat(2_000_000) + '"';
    const { documents, skipped } = await readAll(
      textFile("a.csv", "id,text\n1,a b\n", long, "\n3,c d\n"),
      "auto",
      "text",
    );
    expect(documents).toEqual(["a b", "c d"]);
    expect(skipped).toMatchObject([{ place: "line 3", code: "data/line-too-long" }]);
  });

  it("line breaks inside a cell become blanks", async () => {
    const { documents } = await readAll(textFile("a.csv", 'id,text\n1,"a\n b\r\nc"\n2,d\n'), "auto", "text");
    expect(documents).toEqual(["a b c", "d"]);
  });
});
