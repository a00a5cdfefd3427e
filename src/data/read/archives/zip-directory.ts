/**
 * The list of files at the end of a zip archive, with zip64. Only the list is believed, not the headers before the
 * files; entries that share bytes are refused, because an honest archive has none. Source: PKWARE APPNOTE 6.3.10.
 */
import { readBytes, type SourceFile } from "../source.ts";
import { damagedArchive, type ArchiveBudget } from "./budget.ts";

export interface ZipEntry {
  path: string;
  method: number;
  encrypted: boolean;
  crc32: number;
  packedBytes: number;
  sizeBytes: number;
  /** Where its local header begins. */
  at: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const MAX_COMMENT = 65_535;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const u64 = (view: DataView, at: number): number => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;

interface End {
  count: number;
  sizeBytes: number;
  at: number;
}

async function findEnd(file: SourceFile): Promise<End> {
  const from = Math.max(0, file.size - MAX_COMMENT - 22);
  const tail = await readBytes(file, from, file.size);
  const view = viewOf(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    const end = {
      count: view.getUint16(at + 10, true),
      sizeBytes: view.getUint32(at + 12, true),
      at: view.getUint32(at + 16, true),
    };
    const wide = end.count === 0xffff || end.sizeBytes === 0xffffffff || end.at === 0xffffffff;
    if (!wide || at < 20 || view.getUint32(at - 20, true) !== LOCATOR_64) return end;
    const where = u64(view, at - 12);
    const record = where + 56 > file.size ? new Uint8Array(0) : await readBytes(file, where, where + 56);
    if (record.length < 56 || viewOf(record).getUint32(0, true) !== END_64)
      throw damagedArchive("zip archive", "its list of files is not where it says");
    return { count: u64(viewOf(record), 32), sizeBytes: u64(viewOf(record), 40), at: u64(viewOf(record), 48) };
  }
  throw damagedArchive("zip archive", "its list of files, which stands at the end, is missing");
}

/** @throws data/damaged-archive, data/archive-too-many */
export async function readZipDirectory(file: SourceFile, budget: ArchiveBudget): Promise<ZipEntry[]> {
  const end = await findEnd(file);
  if (end.sizeBytes > budget.limits.archiveDirectoryBytes.value || end.at + end.sizeBytes > file.size)
    throw damagedArchive("zip archive", "its list of files is larger than it can be");
  const bytes = await readBytes(file, end.at, end.at + end.sizeBytes);
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= bytes.length && view.getUint32(at, true) === ENTRY;) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ];
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > bytes.length) throw damagedArchive("zip archive", "its list of files is cut off");
    const entry: ZipEntry = {
      path: nameOf(bytes.subarray(at + 46, at + 46 + nameLength)),
      encrypted: (view.getUint16(at + 8, true) & 1) !== 0,
      method: view.getUint16(at + 10, true),
      crc32: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      sizeBytes: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    };
    readWide(entry, view, at + 46 + nameLength, extraLength);
    if (entry.at + 30 + entry.packedBytes > file.size)
      throw damagedArchive("zip archive", "a file in it reaches beyond its end");
    entries.push(entry);
    at = next;
  }
  if (entries.length < end.count)
    throw damagedArchive("zip archive", `its list names ${end.count} files, but holds ${entries.length}`);
  refuseOverlaps(entries);
  return entries;
}

/** The zip64 field: 64-bit values for those that stand as all ones, in fixed order. */
function readWide(entry: ZipEntry, view: DataView, from: number, length: number): void {
  for (let at = from; at + 4 <= from + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const end = Math.min(from + length, at + 4 + view.getUint16(at + 2, true));
    let field = at + 4;
    for (const key of ["sizeBytes", "packedBytes", "at"] as const) {
      if (entry[key] !== 0xffffffff || field + 8 > end) continue;
      entry[key] = u64(view, field);
      field += 8;
    }
    return;
  }
}

/** UTF-8 where it is that, else the bytes as Latin-1: old tools wrote the code page of their machine. */
function nameOf(bytes: Uint8Array): string {
  const name = new TextDecoder().decode(bytes);
  return (name.includes("\uFFFD") ? String.fromCharCode(...bytes) : name).replaceAll("\\", "/");
}

function refuseOverlaps(entries: readonly ZipEntry[]): void {
  const spans = entries.map(({ at, packedBytes }) => ({ at, end: at + 30 + packedBytes })).sort((a, b) => a.at - b.at);
  for (let i = 1; i < spans.length; i++)
    if (spans[i]!.at < spans[i - 1]!.end)
      throw damagedArchive("zip archive", 'files in it share the same bytes, as in a "zip bomb"');
}
