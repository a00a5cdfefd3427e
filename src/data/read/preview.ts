/** A look at a file before it is read: format, encoding, the columns or fields that hold text, first documents. */
import { UnmaskError } from "../../base/index.ts";
import type { DocumentSplit, FilePreview, Skipped } from "../../contract/index.ts";
import { collectFields, guessField, type FieldStatistics } from "./field-paths.ts";
import { documentsOf, openFile, type OpenedFile } from "./read-documents.ts";
import { headValues, jsonRecords } from "./read-json.ts";
import { textColumns } from "./read-table.ts";
import { sniffTable } from "./table-dialect.ts";
import { HEAD_BYTES, type SourceFile } from "./source.ts";

const SAMPLES = 5;
const SAMPLE_CHARACTERS = 300;
/** Records of a plain JSON file to look for fields in. */
const JSON_RECORDS = 500;

const shorten = (text: string): string =>
  text.length <= SAMPLE_CHARACTERS ? text : `${text.slice(0, SAMPLE_CHARACTERS - 1).trimEnd()}…`;

export async function previewFile(file: SourceFile, split: DocumentSplit): Promise<FilePreview> {
  const skipped: Skipped[] = [];
  const opened = await openFile(file, { report: (one) => skipped.push(one) });
  const { format, encoding, problem } = opened.sniffed;
  const preview: FilePreview = {
    name: file.name,
    sizeBytes: file.size,
    format,
    encoding,
    fields: [],
    field: "",
    samples: [],
  };
  if (problem !== undefined) return { ...preview, problem };
  const fields = await fieldsOf(opened);
  preview.fields = fields.map(({ name, sample }) => ({ name, sample: shorten(sample) })).filter((f) => f.name !== "");
  preview.field = guessField(fields);
  const whole = skipped.find((one) => one.place === "");
  if (whole !== undefined) return { ...preview, problem: { code: whole.code, message: whole.reason, hint: "" } };
  if (format !== "text" && fields.length === 0) return { ...preview, problem: noText(file.name) };
  preview.samples = await samplesOf(opened, preview.field, split);
  return preview;
}

async function fieldsOf({ input, sniffed }: OpenedFile): Promise<FieldStatistics[]> {
  switch (sniffed.format) {
    case "text":
      return [];
    case "csv":
    case "tsv":
      return textColumns(sniffTable(input.head, input.wholeFile, sniffed.format));
    case "jsonl":
      return collectFields(headValues(input.head, input.wholeFile));
    case "json":
      return collectFields(((await jsonRecords(input)) ?? []).slice(0, JSON_RECORDS));
  }
}

/** First documents. A large file is read no further than its first part; a sample cut short there is no harm. */
async function samplesOf(opened: OpenedFile, field: string, split: DocumentSplit): Promise<string[]> {
  const { input, sniffed } = opened;
  const head = (async function* (): AsyncGenerator<string> {
    yield await Promise.resolve(input.head);
  })();
  // Plain JSON must be read whole to be read at all.
  const quiet = { ...input, skip: () => undefined, ...(sniffed.format === "json" ? {} : { slices: () => head }) };
  const samples: string[] = [];
  for await (const document of documentsOf({ sniffed, input: quiet }, field, split)) {
    samples.push(shorten(document));
    if (samples.length === SAMPLES) break;
  }
  return samples;
}

function noText(name: string): NonNullable<FilePreview["problem"]> {
  const { code, message, hint } = new UnmaskError(
    "data/no-text",
    `"${name}" should have a column or field with text, but none was found in its first ${HEAD_BYTES / 1024} KB.`,
    "Check that the file is the right one and that its columns are separated by commas, tabs, semicolons or bars.",
  );
  return { code, message, hint };
}
