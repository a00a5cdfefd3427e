/**
 * Parquet tables to documents: one value of the chosen text column is one document, row group by row group. Nested
 * columns are named by their path. Only the chosen column's bytes are read.
 */
import { parquetMetadataAsync, parquetRead, type AsyncBuffer, type FileMetaData } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { FieldStatistics } from "../field-paths.ts";
import { guessField, holdsText, pickTexts } from "../field-paths.ts";
import { valueToDocuments, type FormatReader, type ReaderInput } from "../reader.ts";
import { fileOf, readBytes, type ByteSource } from "../source.ts";
import { checkFooter, checkPages, chunkOf, type RowGroup } from "./parquet-bounds.ts";

interface OpenedParquet {
  file: AsyncBuffer;
  metadata: FileMetaData;
  /** Dotted paths of text columns, without the "list.element" that lists are written with. */
  columns: { name: string; path: string[] }[];
}

const opened = new WeakMap<ByteSource, Promise<OpenedParquet>>();
/** Rows handed on at a time, and rows that the preview looks at. */
const rowsAtOnce = 2000;
const rowsLookedAt = 50;

function openParquet(input: ReaderInput): Promise<OpenedParquet> {
  const known = opened.get(input.source) ?? load(input);
  opened.set(input.source, known);
  return known;
}

async function load(input: ReaderInput): Promise<OpenedParquet> {
  const source = await fileOf(
    input.source,
    input.limits.nestedBytes.value,
    "A Parquet file in an archive",
    input.signal,
  );
  const file: AsyncBuffer = {
    byteLength: source.size,
    slice: async (start, end = source.size) => (await readBytes(source, start, end)).buffer,
  };
  await checkFooter(file, input.limits);
  const metadata = await parquetMetadataAsync(file, { geoparquet: false });
  const first = metadata.row_groups[0];
  const columns = (first?.columns ?? []).flatMap(({ meta_data: meta }) => {
    if (meta?.type !== "BYTE_ARRAY") return [];
    const path = meta.path_in_schema;
    const name = path
      .filter((part, i) => i === 0 || !/^(list|element|item|bag|array|array_element|key_value)$/.test(part))
      .join(".");
    return [{ name, path }];
  });
  return { file, metadata, columns };
}

/** The values of one column in one row group; its bytes are read once and checked before they are believed. */
async function columnValues(
  { file, metadata }: OpenedParquet,
  group: RowGroup,
  path: string[],
  input: ReaderInput,
  rowEnd?: number,
): Promise<unknown[]> {
  // The fields of a struct are read together: the reader puts it back together from all of them.
  const columns = group.columns.filter(({ meta_data: meta }) => meta?.path_in_schema[0] === path[0]);
  const cuts: { from: number; to: number; bytes: ArrayBuffer }[] = [];
  for (const { meta_data: meta } of columns) {
    const chunk = chunkOf(group, meta!, file.byteLength, input.limits);
    const bytes = await file.slice(chunk.from, chunk.to);
    checkPages(bytes, chunk, input.limits);
    cuts.push({ from: chunk.from, to: chunk.to, bytes });
  }
  const cut: AsyncBuffer = {
    byteLength: file.byteLength,
    slice: (start, end = file.byteLength) => {
      const found = cuts.find(({ from, to }) => start >= from && end <= to);
      return found === undefined ? file.slice(start, end) : found.bytes.slice(start - found.from, end - found.from);
    },
  };
  // Only this group and these columns exist for the reader.
  const alone = { ...metadata, num_rows: group.num_rows, row_groups: [{ ...group, columns }] };
  const values: unknown[] = [];
  await parquetRead({
    file: cut,
    metadata: alone,
    columns: [path[0]!],
    compressors,
    geoparquet: false,
    ...(rowEnd === undefined ? {} : { rowEnd: Math.min(rowEnd, Number(group.num_rows)) }),
    onComplete: (rows) => {
      for (const row of rows) values.push(row[0]);
    },
  });
  return values;
}

async function* readRows(input: ReaderInput, field: string): AsyncGenerator<string[]> {
  const parquet = await openParquet(input);
  const name = field === "" ? (await parquetFields(input)).guess : field;
  const column = parquet.columns.find((one) => one.name === name);
  if (column === undefined) {
    input.skip("", "data/no-such-field", "The file has no text column of that name.");
    return;
  }
  const inner = name.split(".").slice(1).join(".");
  let row = 0;
  for (const group of parquet.metadata.row_groups) {
    const values = await columnValues(parquet, group, column.path, input);
    for (let from = 0; from < values.length; from += rowsAtOnce) {
      const documents: string[] = [];
      for (const value of values.slice(from, from + rowsAtOnce)) {
        row++;
        const texts = pickTexts(value, inner);
        if (texts.length === 0) input.skip(`row ${row}`, "data/empty-text", "The row has no text in that column.");
        for (const text of texts) documents.push(...valueToDocuments(text, `row ${row}`, input));
      }
      yield documents;
    }
  }
}

async function parquetFields(input: ReaderInput): Promise<{ fields: FieldStatistics[]; guess: string }> {
  const parquet = await openParquet(input);
  const group = parquet.metadata.row_groups[0];
  const fields: FieldStatistics[] = [];
  for (const { name, path } of group === undefined ? [] : parquet.columns) {
    const inner = name.split(".").slice(1).join(".");
    const values = await columnValues(parquet, group!, path, input, rowsLookedAt);
    const texts = values.flatMap((value) => pickTexts(value, inner)).filter(holdsText);
    if (texts.length === 0) continue;
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    fields.push({ name, sample: texts[0]!, count: texts.length, characters });
  }
  return { fields, guess: guessField(fields) };
}

export const parquetReader: FormatReader = {
  read: (input, { field }) => readRows(input, field),
  fields: parquetFields,
};
