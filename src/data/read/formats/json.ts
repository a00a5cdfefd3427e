/**
 * JSON Lines (streamed, a broken line costs one line) and plain JSON (read at once, so limited in size)
 * to documents: every text at the chosen field path is one.
 */
import { formatBytes } from "../../../base/index.ts";
import { collectFields, guessField, parseJson, pickTexts } from "../field-paths.ts";
import { LineSplitter } from "../lines.ts";
import { wholeLines } from "./table.ts";
import { valueToDocuments, type FormatReader, type ReaderInput } from "../reader.ts";
import type { ByteSource } from "../source.ts";

export interface NumberedValue {
  value: unknown;
  line: number;
}

/** The values of a JSON Lines file; broken lines are reported by number and left out. */
export async function* jsonLines(input: ReaderInput): AsyncGenerator<NumberedValue[]> {
  const splitter = new LineSplitter(input.limits.jsonLine.value);
  const state = { inLong: false };
  const parsed = (lines: ReturnType<LineSplitter["push"]>): NumberedValue[] => {
    const values: NumberedValue[] = [];
    for (const line of wholeLines(lines, input, state)) {
      if (line.text.trim() === "") continue;
      const found = parseJson(line.text);
      if (found === undefined)
        input.skip(`line ${line.number}`, "data/broken-json-line", "The line is not valid JSON.");
      else values.push({ value: found.value, line: line.number });
    }
    return values;
  };
  for await (const slice of input.slices()) yield parsed(splitter.push(slice));
  yield parsed(splitter.finish());
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

async function* readJsonLines(input: ReaderInput, field: string): AsyncGenerator<string[]> {
  let path = field === "" ? guessField(collectFields(headValues(input.head, input.wholeFile))) : field;
  for await (const values of jsonLines(input)) {
    const documents: string[] = [];
    for (const { value, line } of values) {
      // The first part may hold no complete line at all.
      if (path === "" && field === "") path = guessField(collectFields([value]));
      const texts = pickTexts(value, path);
      if (texts.length === 0) input.skip(`line ${line}`, "data/no-such-field", "The line has no text in that field.");
      for (const text of texts) documents.push(...valueToDocuments(text, `line ${line}`, input));
    }
    yield documents;
  }
}

type Parsed = { records: unknown[] } | { code: string; reason: string };
/** Parsed files, so that fields, samples and documents cost one parse between them. */
const parsedSources = new WeakMap<ByteSource, Promise<Parsed>>();

/** The records of a plain JSON file, or undefined (and a report) when it cannot be read. */
export async function jsonRecords(input: ReaderInput): Promise<unknown[] | undefined> {
  const parsing = parsedSources.get(input.source) ?? parseRecords(input);
  parsedSources.set(input.source, parsing);
  const parsed = await parsing;
  if ("records" in parsed) return parsed.records;
  input.skip("", parsed.code, parsed.reason);
  return undefined;
}

async function parseRecords(input: ReaderInput): Promise<Parsed> {
  const limit = input.limits.jsonBytes.value;
  const known = input.source.size;
  const parts: string[] = [];
  let length = known ?? 0;
  if (length <= limit) {
    length = 0;
    for await (const slice of input.slices()) {
      parts.push(slice);
      length += slice.length;
      if (length > limit) break;
    }
  }
  if (length > limit) {
    const has = `${formatBytes(known ?? length)}${known === undefined ? " or more" : ""}`;
    return {
      code: "data/json-too-large",
      reason: `A plain JSON file must be read whole, so it may have at most ${formatBytes(limit)}; this one has ${has}. Save it as JSON Lines (.jsonl, one object a line): that is read at any size.`,
    };
  }
  const found = parseJson(parts.join(""));
  if (found === undefined)
    return { code: "data/bad-json", reason: "The file is not valid JSON. Check that it is complete." };
  return { records: Array.isArray(found.value) ? (found.value as unknown[]) : [found.value] };
}

/** Records turned into documents at a time. */
const recordsAtOnce = 1000;

async function* readJson(input: ReaderInput, field: string): AsyncGenerator<string[]> {
  const records = await jsonRecords(input);
  if (records === undefined) return;
  const path = field === "" ? guessField(collectFields(records)) : field;
  for (let from = 0; from < records.length; from += recordsAtOnce) {
    const documents: string[] = [];
    records.slice(from, from + recordsAtOnce).forEach((record, i) => {
      const texts = pickTexts(record, path);
      const place = records.length > 1 ? `item ${from + i + 1}` : "";
      if (texts.length === 0) input.skip(place, "data/no-such-field", "There is no text in that field.");
      for (const text of texts) documents.push(...valueToDocuments(text, place, input));
    });
    yield documents;
  }
}

/** Records of a plain JSON file to look for fields in. */
const lookedAt = 500;

export const jsonReader: FormatReader = {
  read: (input, { field }) => readJson(input, field),
  fields: async (input) => {
    const fields = collectFields(((await jsonRecords(input)) ?? []).slice(0, lookedAt));
    return { fields, guess: guessField(fields) };
  },
};

export const jsonLinesReader: FormatReader = {
  read: (input, { field }) => readJsonLines(input, field),
  fields: (input) => {
    const fields = collectFields(headValues(input.head, input.wholeFile));
    return Promise.resolve({ fields, guess: guessField(fields) });
  },
};
