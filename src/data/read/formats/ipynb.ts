/** Jupyter notebooks: their text cells, their code cells, or both; outputs are left out. Source: nbformat 4 (and 3). */
import { UnmaskError } from "../../../base/index.ts";
import { parseJson, type FieldStatistics } from "../field-paths.ts";
import type { FormatReader, ReaderInput } from "../reader.ts";
import type { ByteSource } from "../source.ts";
import { documentSplit, TextSplitter } from "./text.ts";

const parts = { text: "text cells", code: "code cells", both: "text and code cells" } as const;

interface Cell {
  kind: "text" | "code";
  text: string;
}
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function cellsOf(notebook: unknown): Cell[] {
  if (!isObject(notebook)) return [];
  // Format 3 has its cells in worksheets, and calls the source of code "input".
  const sheets = Array.isArray(notebook["worksheets"]) ? (notebook["worksheets"] as unknown[]) : [notebook];
  return sheets.flatMap((sheet) => {
    const cells = isObject(sheet) && Array.isArray(sheet["cells"]) ? (sheet["cells"] as unknown[]) : [];
    return cells.flatMap((cell): Cell[] => {
      if (!isObject(cell)) return [];
      const source = cell["source"] ?? cell["input"];
      const text = Array.isArray(source) ? source.filter((line) => typeof line === "string").join("") : source;
      if (typeof text !== "string" || text.trim() === "") return [];
      return [{ kind: cell["cell_type"] === "code" ? "code" : "text", text }];
    });
  });
}

/** Cells, so that fields and documents cost one parse between them: a member of a tar file can be read only once. */
const opened = new WeakMap<ByteSource, Promise<Cell[]>>();

function openNotebook(input: ReaderInput): Promise<Cell[]> {
  const known = opened.get(input.source) ?? parseNotebook(input);
  opened.set(input.source, known);
  return known;
}

async function parseNotebook(input: ReaderInput): Promise<Cell[]> {
  const limit = input.limits.wholeBytes.value;
  const slices: string[] = [];
  let length = 0;
  for await (const slice of input.slices()) {
    slices.push(slice);
    length += slice.length;
    if (length > limit)
      throw new UnmaskError(
        "data/too-large-to-hold",
        "A notebook must be read whole; this one is too large.",
        "Clear its outputs and save it again.",
      );
  }
  const found = parseJson(slices.join(""));
  if (found === undefined)
    throw new UnmaskError(
      "data/bad-json",
      "The notebook is not valid JSON.",
      "Check that it is complete and opens in Jupyter.",
    );
  return cellsOf(found.value);
}

function fieldsOf(cells: Cell[]): FieldStatistics[] {
  return (["text", "code", "both"] as const).flatMap((name) => {
    const found = cells.filter(({ kind }) => name === "both" || kind === name);
    if (found.length === 0) return [];
    const characters = found.reduce((sum, { text }) => sum + text.length, 0);
    return [{ name: parts[name], sample: found[0]!.text.trim(), count: found.length, characters }];
  });
}

export const notebookReader: FormatReader = {
  read: async function* (input, { field, split }) {
    const cells = await openNotebook(input);
    const chosen = field || parts[cells.some(({ kind }) => kind === "text") ? "text" : "both"];
    const splitter = new TextSplitter(documentSplit(split), input);
    const documents: string[] = [];
    for (const { kind, text } of cells)
      if (chosen === parts.both || chosen === parts[kind]) documents.push(...splitter.push(`${text}\n\n`));
    yield [...documents, ...splitter.finish()];
  },
  fields: async (input) => {
    const fields = fieldsOf(await openNotebook(input));
    return { fields, guess: fields[0]?.name ?? "" };
  },
};
