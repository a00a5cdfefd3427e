/** Formats that their first bytes give away, those we read and those that people drop by mistake. Pure tables. */
import type { ArchiveFormat, TextFormat } from "../../contract/index.ts";

const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));

/** Source: the formats' own specifications. */
const readable: { format: TextFormat | ArchiveFormat; at: number; bytes: number[] }[] = [
  { format: "zip", at: 0, bytes: [0x50, 0x4b, 3, 4] },
  { format: "zip", at: 0, bytes: [0x50, 0x4b, 5, 6] }, // an empty archive
  { format: "gzip", at: 0, bytes: [0x1f, 0x8b, 8] },
  { format: "zstd", at: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { format: "tar", at: 257, bytes: ascii("ustar") },
  { format: "parquet", at: 0, bytes: ascii("PAR1") },
  { format: "pdf", at: 0, bytes: ascii("%PDF-") },
  { format: "rtf", at: 0, bytes: ascii("{\\rtf") },
];

const refused: { name: string; at?: number; bytes: number[]; hint: string }[] = [
  { name: "a PNG picture", bytes: [0x89, 0x50, 0x4e, 0x47], hint: "Only files with text can be read." },
  { name: "a JPEG picture", bytes: [0xff, 0xd8, 0xff], hint: "Only files with text can be read." },
  {
    name: "an old Word, Excel or Outlook file",
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    hint: "Save it as .docx, .csv or plain text (.txt) and drop that.",
  },
  { name: "a 7z archive", bytes: [0x37, 0x7a, 0xbc, 0xaf], hint: "Unpack it first, or pack it as .zip." },
  { name: "a RAR archive", bytes: ascii("Rar!"), hint: "Unpack it first, or pack it as .zip." },
  { name: "a bzip2 archive", bytes: ascii("BZh"), hint: "Unpack it first, or pack it as .gz." },
  { name: "an xz archive", bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], hint: "Unpack it first, or pack it as .gz." },
  { name: "an Arrow file", bytes: ascii("ARROW1"), hint: "Save it as Parquet or CSV and drop that." },
  { name: "a SQLite database", bytes: ascii("SQLite format 3"), hint: "Export its table as CSV and drop that." },
];

const startsWith = (bytes: Uint8Array, start: readonly number[], at = 0): boolean =>
  start.every((byte, i) => bytes[at + i] === byte);

/** Writers put up to a kilobyte of other bytes before a PDF's first line (ISO 32000-1, annex H). */
const pdfWithin = 1024;

export function formatByBytes(bytes: Uint8Array): TextFormat | ArchiveFormat | undefined {
  const known = readable.find(({ at, bytes: start }) => startsWith(bytes, start, at));
  if (known !== undefined) return known.format;
  if (oldTar(bytes)) return "tar";
  const binary = bytes.subarray(0, pdfWithin).some((byte) => byte === 0 || byte > 0x7f);
  const found = bytes
    .subarray(0, pdfWithin)
    .findIndex((byte, i, all) => byte === 0x25 && startsWith(all, ascii("%PDF-1."), i));
  return found > 0 && binary ? "pdf" : undefined;
}

export const refusedByBytes = (bytes: Uint8Array): { name: string; hint: string } | undefined =>
  refused.find((one) => startsWith(bytes, one.bytes));

/** A tar from before "ustar": its header's checksum is the only mark. */
function oldTar(bytes: Uint8Array): boolean {
  if (bytes.length < 512 || bytes[0] === 0) return false;
  const field = String.fromCharCode(...bytes.subarray(148, 156))
    .replace(/[\0 ]+$/, "")
    .trim();
  if (!/^[0-7]{1,7}$/.test(field)) return false;
  return tarChecksum(bytes) === parseInt(field, 8);
}

/** Sum of a tar header's bytes, its checksum field taken as blanks. */
export function tarChecksum(header: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  return sum;
}
