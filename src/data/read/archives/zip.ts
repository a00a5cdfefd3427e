/** Members of a zip archive, each unpacked as it is read and held against its checksum. */
import { crc32, UnmaskError } from "../../../base/index.ts";
import { lastPart, readAhead, readBytes, type SourceFile } from "../source.ts";
import { damagedArchive, type ArchiveBudget } from "./budget.ts";
import { inflate } from "./unpack.ts";
import { readZipDirectory, type ZipEntry } from "./zip-directory.ts";

const SLICE_BYTES = 256 * 1024;
const LOCAL = 0x04034b50;

export interface ZipArchive {
  entries: readonly ZipEntry[];
  /** @throws data/archive-encrypted, data/archive-method, data/damaged-archive, data/archive-bomb */
  bytes(entry: ZipEntry): AsyncGenerator<Uint8Array>;
}

export async function openZip(file: SourceFile, budget: ArchiveBudget): Promise<ZipArchive> {
  const near = readAhead(file);
  return { entries: await readZipDirectory(file, budget), bytes: (entry) => memberBytes(near, entry, budget) };
}

/** Folders, and what operating systems put beside the files of people. */
export const isRubbish = (path: string): boolean =>
  path.endsWith("/") ||
  path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX") ||
  /^(Thumbs\.db|desktop\.ini)$/i.test(lastPart(path));

async function* memberBytes(file: SourceFile, entry: ZipEntry, budget: ArchiveBudget): AsyncGenerator<Uint8Array> {
  if (entry.encrypted)
    throw new UnmaskError(
      "data/archive-encrypted",
      "The file is locked with a password.",
      "Unpack it with its password and drop what is inside.",
    );
  if (entry.method !== 0 && entry.method !== 8)
    throw new UnmaskError(
      "data/archive-method",
      `The file is packed by a method that is not read here (${entry.method}).`,
      "Pack it with the usual method (deflate).",
      { method: entry.method },
    );
  budget.ratio(entry.packedBytes, entry.sizeBytes);
  const header = await readBytes(file, entry.at, entry.at + 30);
  const view = new DataView(header.buffer);
  if (header.length < 30 || view.getUint32(0, true) !== LOCAL)
    throw damagedArchive("zip archive", "a file is not where the list says");
  const from = entry.at + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const packed = packedBytes(file, from, from + entry.packedBytes);
  const plain = entry.method === 8 ? inflate(packed, "zip archive", budget) : stored(packed, budget);
  let [sum, size] = [0, 0];
  for await (const bytes of plain) {
    sum = crc32(bytes, sum);
    size += bytes.length;
    if (size > entry.sizeBytes) throw damagedArchive("zip archive", "a file in it is longer than it says");
    yield bytes;
  }
  if (size !== entry.sizeBytes || sum !== entry.crc32) throw damagedArchive("zip archive", "a file's checksum differs");
}

async function* packedBytes(file: SourceFile, from: number, to: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; at += SLICE_BYTES) yield readBytes(file, at, Math.min(to, at + SLICE_BYTES));
}

async function* stored(packed: AsyncIterable<Uint8Array>, budget: ArchiveBudget): AsyncGenerator<Uint8Array> {
  const watch = budget.watch();
  let size = 0;
  for await (const bytes of packed) {
    size += bytes.length;
    watch(size, size);
    yield bytes;
  }
}
