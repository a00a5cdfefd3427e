/**
 * JSON Lines (streamed, a broken line costs one line) and plain JSON (read at once, so limited in size)
 * to documents: every text at the chosen field path is one.
 */
import { formatBytes } from "../../base/index.ts";
import { collectFields, guessField, parseJson, pickTexts } from "./field-paths.ts";
import { LineSplitter } from "./lines.ts";
import { wholeLines } from "./read-table.ts";
import { valueToDocuments, type ReaderInput } from "./reader.ts";

/** Characters in one JSON line. */
const MAX_JSON_LINE = 32_000_000;
/** A plain .json file must be parsed as a whole; beyond this, JSON Lines is the better format anyway. */
export const MAX_JSON_BYTES = 64 * 1024 * 1024;

export interface NumberedValue {
  value: unknown;
  line: number;
}

/** The values of a JSON Lines file; broken lines are reported by number and left out. */
export async function* jsonLines(input: ReaderInput): AsyncGenerator<NumberedValue> {
  const splitter = new LineSplitter(MAX_JSON_LINE);
  const state = { inLong: false };
  function* parsed(lines: ReturnType<LineSplitter["push"]>): Generator<NumberedValue> {
    for (const line of wholeLines(lines, input, state)) {
      if (line.text.trim() === "") continue;
      const found = parseJson(line.text);
      if (found === undefined)
        input.skip(`line ${line.number}`, "data/broken-json-line", "The line is not valid JSON.");
      else yield { value: found.value, line: line.number };
    }
  }
  for await (const slice of input.slices()) yield* parsed(splitter.push(slice));
  yield* parsed(splitter.finish());
}

/** The values on the complete lines of a file's first part. */
export function headValues(head: string, wholeFile: boolean): unknown[] {
  const lines = head.split(/\r\n|\n|\r/);
  if (!wholeFile && lines.length > 1) lines.pop();
  return lines.flatMap((line) => {
    const found = parseJson(line);
    return found === undefined ? [] : [found.value];
  });
}

export async function* readJsonLines(input: ReaderInput, field: string): AsyncGenerator<string> {
  let path = field === "" ? guessField(collectFields(headValues(input.head, input.wholeFile))) : field;
  for await (const { value, line } of jsonLines(input)) {
    // The first part may hold no complete line at all.
    if (path === "" && field === "") path = guessField(collectFields([value]));
    const texts = pickTexts(value, path);
    if (texts.length === 0) input.skip(`line ${line}`, "data/no-such-field", "The line has no text in that field.");
    for (const text of texts) yield* valueToDocuments(text, `line ${line}`, input);
  }
}

/** The records of a plain JSON file, or undefined (and a report) when it cannot be read. */
export async function jsonRecords(input: ReaderInput): Promise<unknown[] | undefined> {
  if (input.file.size > MAX_JSON_BYTES) {
    input.skip(
      "",
      "data/json-too-large",
      `A plain JSON file must be read whole, so it may have at most ${formatBytes(MAX_JSON_BYTES)}; this one has ${formatBytes(input.file.size)}. Save it as JSON Lines (.jsonl, one object a line): that is read at any size.`,
    );
    return undefined;
  }
  const parts: string[] = [];
  for await (const slice of input.slices()) parts.push(slice);
  const found = parseJson(parts.join(""));
  if (found === undefined) {
    input.skip("", "data/bad-json", "The file is not valid JSON. Check that it is complete.");
    return undefined;
  }
  return Array.isArray(found.value) ? (found.value as unknown[]) : [found.value];
}

export async function* readJson(input: ReaderInput, field: string): AsyncGenerator<string> {
  const records = await jsonRecords(input);
  if (records === undefined) return;
  const path = field === "" ? guessField(collectFields(records)) : field;
  let index = 0;
  for (const record of records) {
    index++;
    const texts = pickTexts(record, path);
    const place = records.length > 1 ? `item ${index}` : "";
    if (texts.length === 0) input.skip(place, "data/no-such-field", "There is no text in that field.");
    for (const text of texts) yield* valueToDocuments(text, place, input);
  }
}
