/**
 * One dropped file to the files with text in it: itself, or the members of an archive, archives in archives and
 * packed files included. A member is to be read before the next is asked for: some archives only flow.
 */
import { UnmaskError } from "../../../base/index.ts";
import type { ArchiveFormat, TextFormat } from "../../../contract/index.ts";
import { sniff, type Sniffed } from "../sniff.ts";
import { fileOf, fileSource, flowSource, type ByteSource } from "../source.ts";
import { endsArchive, type ArchiveBudget } from "./budget.ts";
import { tarMembers } from "./tar.ts";
import { gunzip, unzstd } from "./unpack.ts";
import { isRubbish, openZip, type ZipArchive } from "./zip.ts";

/** A file with text, or one that cannot be read (`sniffed.problem`, or `error` from the archive around it). */
export interface Leaf {
  source: ByteSource;
  sniffed: Sniffed;
  /** What it lies in, from outside in. */
  packed: ArchiveFormat[];
  /** Of Word, OpenDocument and EPUB files, which are zip archives inside. */
  error?: UnmaskError;
}

export interface Expansion {
  budget: ArchiveBudget;
  signal?: AbortSignal | undefined;
  /** Called with the number of members of the archive that a person dropped, where it is known beforehand. */
  onCount?: (count: number) => void;
}

const settle = (format: TextFormat): Sniffed => ({ format, encoding: "", markBytes: 0 });
/** notes.txt.gz -> notes.txt, for judging by name. */
const unpackedName = (name: string): string =>
  name.replace(/\.t[gz]z?$|\.tzst$/i, ".tar").replace(/\.(gz|gzip|zst|zstd)$/i, "");

export async function* expand(source: ByteSource, by: Expansion, packed: ArchiveFormat[] = []): AsyncGenerator<Leaf> {
  const { bytes, whole } = await source.head();
  const sniffed = sniff(bytes, source.name, whole);
  const { format } = sniffed;
  if (
    sniffed.problem !== undefined ||
    (format !== "zip" && format !== "tar" && format !== "gzip" && format !== "zstd")
  ) {
    yield { source, sniffed, packed };
    return;
  }
  by.budget.level(packed.length + 1);
  const inside = [...packed, format];
  if (format === "zip") yield* expandZip(source, by, inside);
  else if (format === "tar") yield* expandTar(source, by, inside);
  else {
    const unpack = format === "gzip" ? gunzip : unzstd;
    const flow = flowSource(source.path, (signal) => unpack(source.bytes(signal), by.budget), {
      again: source.file !== undefined,
    });
    yield* expand({ ...flow, name: unpackedName(source.name) }, by, inside);
  }
}

async function* expandZip(source: ByteSource, by: Expansion, inside: ArchiveFormat[]): AsyncGenerator<Leaf> {
  const file = await fileOf(source, by.budget.limits.nestedBytes.value, "A zip archive in another archive", by.signal);
  const zip = await openZip(file, by.budget);
  const document = await documentFormat(zip);
  if (document !== undefined) {
    const { path } = source;
    const sniffed: Sniffed =
      typeof document === "string"
        ? settle(document)
        : { ...settle("text"), problem: { code: document.code, message: document.message, hint: document.hint } };
    yield { source: fileSource(file, path), sniffed, packed: inside.slice(0, -1) };
    return;
  }
  const members = zip.entries.filter(({ path }) => !isRubbish(path));
  if (inside.length === 1) by.onCount?.(members.length);
  for (const entry of members) {
    by.budget.member();
    const flow = flowSource(`${source.path}/${entry.path}`, () => zip.bytes(entry), {
      size: entry.sizeBytes,
      again: true,
    });
    yield* member(flow, by, inside);
  }
}

async function* expandTar(source: ByteSource, by: Expansion, inside: ArchiveFormat[]): AsyncGenerator<Leaf> {
  for await (const { path, size, bytes } of tarMembers(source.bytes(by.signal), by.budget))
    if (!isRubbish(path.replace(/^\.\//, "")))
      yield* member(
        flowSource(`${source.path}/${path.replace(/^\.\//, "")}`, bytes, { size, again: false }),
        by,
        inside,
      );
}

/** What is wrong with one member is its own matter, unless it ends the archive. */
async function* member(source: ByteSource, by: Expansion, inside: ArchiveFormat[]): AsyncGenerator<Leaf> {
  try {
    yield* expand(source, by, inside);
  } catch (error) {
    if (!(error instanceof UnmaskError) || endsArchive(error.code) || !error.code.startsWith("data/")) throw error;
    yield { source, sniffed: settle("text"), packed: inside, error };
  }
}

/** Files that are zip archives inside, told by what they hold (OPC, ODF 1.3 part 2, EPUB OCF). */
async function documentFormat(zip: ZipArchive): Promise<TextFormat | UnmaskError | undefined> {
  const has = (path: string): boolean => zip.entries.some((entry) => entry.path === path);
  if (has("word/document.xml")) return "docx";
  if (has("xl/workbook.xml") || has("ppt/presentation.xml"))
    return new UnmaskError(
      "data/binary-file",
      `The file should hold text, but it is ${has("xl/workbook.xml") ? "an Excel table" : "a set of slides"}.`,
      has("xl/workbook.xml") ? "Save the sheet as CSV and drop that." : "Save its text as .docx or .txt and drop that.",
    );
  const kind = zip.entries.find((entry) => entry.path === "mimetype" && entry.sizeBytes < 200);
  if (kind === undefined) return has("META-INF/container.xml") ? "epub" : undefined;
  let told = "";
  for await (const bytes of zip.bytes(kind)) told += new TextDecoder().decode(bytes);
  if (told.startsWith("application/epub+zip")) return "epub";
  return told.startsWith("application/vnd.oasis.opendocument.text") ? "odt" : undefined;
}
