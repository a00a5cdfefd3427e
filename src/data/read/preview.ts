/** A look at a file before it is read: format, encoding, the columns or fields that hold text, first documents. */
import { UnmaskError } from "../../base/index.ts";
import {
  readLimits,
  type DocumentSplit,
  type FilePreview,
  type ReadLimits,
  type Skipped,
  type TextFormat,
} from "../../contract/index.ts";
import { ArchiveBudget } from "./archives/budget.ts";
import { expand, type Leaf } from "./archives/expand.ts";
import { damagedFile, readerInput, type ReadServices } from "./reader.ts";
import { readerOf } from "./readers.ts";
import { decodeHead } from "./encoding.ts";
import { problemOf } from "./sniff.ts";
import { fileSource, HEAD_BYTES, pathOf, type SourceFile } from "./source.ts";

const SAMPLES = 5;
const SAMPLE_CHARACTERS = 300;
/** Members of an archive to look into, and what is said about them. */
const MEMBERS_SHOWN = 12;
const NOTICES = 5;

const shorten = (text: string): string =>
  text.length <= SAMPLE_CHARACTERS ? text : `${text.slice(0, SAMPLE_CHARACTERS - 1).trimEnd()}…`;

export interface PreviewOptions {
  path?: string;
  limits?: ReadLimits;
  services?: ReadServices;
  signal?: AbortSignal | undefined;
}

/** @throws data/unreadable-file, base/aborted; all else is a `problem` of the preview */
export async function previewFile(
  file: SourceFile,
  split: DocumentSplit,
  options: PreviewOptions = {},
): Promise<FilePreview> {
  const { limits = readLimits, signal, path = pathOf(file) } = options;
  let count: number | null = null;
  const members: FilePreview[] = [];
  let sizeBytes = file.size;
  const preview = (part: Partial<FilePreview>): FilePreview => ({
    name: path,
    sizeBytes,
    format: "text",
    encoding: "",
    fields: [],
    field: "",
    samples: [],
    ...part,
  });
  try {
    const by = { budget: new ArchiveBudget(limits), signal, onCount: (n: number) => (count = n) };
    for await (const leaf of expand(fileSource(file, path), by)) {
      sizeBytes = leaf.source.size ?? 0;
      const found = preview({ name: leaf.source.path, ...(await lookAt(leaf, split, options)) });
      sizeBytes = file.size;
      const archived = leaf.packed.some((one) => one === "zip" || one === "tar");
      if (!archived)
        return { ...found, sizeBytes: file.size, ...(leaf.packed.length > 0 ? { packed: leaf.packed } : {}) };
      members.push({ ...found, packed: leaf.packed });
      if (members.length === MEMBERS_SHOWN) break;
    }
  } catch (error) {
    const problem = asProblem(error);
    if (members.length === 0) return preview({ problem });
    members.push(preview({ problem }));
  }
  return archivePreview(preview({}), members, count);
}

/** The archive as one: the fields of all its members, the first documents of the first. */
function archivePreview(base: FilePreview, members: FilePreview[], count: number | null): FilePreview {
  const usable = members.filter(({ problem }) => problem === undefined);
  const packed = members[0]?.packed ?? ["zip"];
  const total = members.length < MEMBERS_SHOWN ? members.length : count;
  const preview: FilePreview = {
    ...base,
    format: packed.find((one) => one === "zip" || one === "tar") ?? "zip",
    packed,
  };
  const shown = { count: total, shown: members };
  if (usable.length === 0) {
    const { code, message, hint } = members[0]?.problem ?? {
      code: "data/empty-archive",
      message: `"${base.name}" should hold files with text, but it holds none.`,
      hint: "Check that it is the right archive.",
    };
    return { ...preview, members: shown, problem: { code, message, hint } };
  }
  const fields = new Map(usable.flatMap((one) => one.fields).map((field) => [field.name, field]));
  const samples = usable.flatMap((one) => one.samples.slice(0, 1)).slice(0, SAMPLES);
  return { ...preview, fields: [...fields.values()], samples, members: shown };
}

async function lookAt(leaf: Leaf, split: DocumentSplit, options: PreviewOptions): Promise<Partial<FilePreview>> {
  const { source, sniffed } = leaf;
  const { encoding, markBytes } = sniffed;
  const part: Partial<FilePreview> = { format: sniffed.format, encoding };
  if (leaf.error !== undefined) return { ...part, problem: problemOf(leaf.error) };
  if (sniffed.problem !== undefined) return { ...part, problem: sniffed.problem };
  const format = sniffed.format as TextFormat;
  const notices: Skipped[] = [];
  try {
    const { bytes, whole } = await source.head();
    const head = encoding === "" ? "" : decodeHead(bytes, { encoding, markBytes });
    const { signal, limits = readLimits, services = {} } = options;
    const to = { report: (one: Skipped) => void notices.push(one), signal, limits, services };
    const input = readerInput(source, sniffed, { head, wholeFile: whole }, to);
    const reader = await readerOf(format);
    if (reader.fields !== undefined) {
      const { fields, guess } = await reader.fields(input);
      part.fields = fields.map(({ name, sample }) => ({ name, sample: shorten(sample) })).filter((f) => f.name !== "");
      part.field = guess;
      const bad = notices.find((one) => one.place === "");
      if (bad !== undefined) return { ...part, problem: { code: bad.code, message: bad.reason, hint: "" } };
      if (fields.length === 0) return { ...part, problem: noText(source.path) };
    }
    // A large text is read no further than its first part; a sample cut short there is no harm.
    const first = async function* (): AsyncGenerator<string> {
      yield await Promise.resolve(head);
    };
    const quick = encoding !== "" && format !== "json" && format !== "ipynb" && !whole;
    part.samples = [];
    for await (const texts of reader.read(
      { ...input, ...(quick ? { slices: first } : {}) },
      { field: part.field ?? "", split },
    )) {
      part.samples.push(...texts.slice(0, SAMPLES - part.samples.length).map(shorten));
      if (part.samples.length >= SAMPLES) break;
    }
    // The end of a first part is no mistake of the file.
    const told = whole || !quick ? notices : notices.filter(({ code }) => code === "data/header-repaired");
    const fatal = told.find((one) => one.place === "");
    if (part.samples.length === 0 && fatal !== undefined)
      return { ...part, problem: { code: fatal.code, message: fatal.reason, hint: "" } };
    return told.length > 0 ? { ...part, notices: told.slice(0, NOTICES) } : part;
  } catch (error) {
    const asOurs = error instanceof UnmaskError ? error : damagedFile(`The ${format.toUpperCase()} file`, error);
    return { ...part, problem: asProblem(asOurs) };
  }
}

function asProblem(error: unknown): NonNullable<FilePreview["problem"]> {
  const ours = error instanceof UnmaskError && error.code.startsWith("data/") && error.code !== "data/unreadable-file";
  if (!ours) throw error;
  return problemOf(error);
}

function noText(name: string): NonNullable<FilePreview["problem"]> {
  return problemOf(
    new UnmaskError(
      "data/no-text",
      `"${name}" should have a column or field with text, but none was found in its first ${HEAD_BYTES / 1024} KB.`,
      "Check that the file is the right one and that its columns are separated by commas, tabs, semicolons or bars.",
    ),
  );
}
