/**
 * A zip archive without compression ("stored"): weights do not shrink anyway, and one download is
 * kinder than five. No zip64: at most 4 GB and 65,535 files.
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end).
 */
import { crc32, UnmaskError } from "../base/index.ts";

export interface ZipFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

const localSignature = 0x04034b50;
const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
const versionNeeded = 20;
/** Bit 11: names are UTF-8. */
const utf8Names = 0x0800;
const limit = 0xffffffff;

function fields(...parts: [size: 2 | 4, value: number][]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of parts) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

/** MS-DOS date and time, two-second steps, local time. */
function dosTime(when: Date): { date: number; time: number } {
  return {
    date: (Math.max(0, when.getFullYear() - 1980) << 9) | ((when.getMonth() + 1) << 5) | when.getDate(),
    time: (when.getHours() << 11) | (when.getMinutes() << 5) | (when.getSeconds() >> 1),
  };
}

/** The archive as a blob; the files' bytes are not copied. @throws client/zip-too-large */
export function zipStored(files: readonly ZipFile[], when = new Date()): Blob {
  const { date, time } = dosTime(when);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const label = new TextEncoder().encode(name);
    const crc = crc32(bytes);
    if (offset + bytes.length > limit)
      throw new UnmaskError(
        "client/zip-too-large",
        `The archive would be larger than 4 GB.`,
        "Export a smaller model: this kind of archive cannot hold more.",
      );
    const common: [2 | 4, number][] = [
      [2, versionNeeded],
      [2, utf8Names],
      [2, 0],
      [2, time],
      [2, date],
      [4, crc],
      [4, bytes.length],
      [4, bytes.length],
      [2, label.length],
      [2, 0],
    ];
    const local = fields([4, localSignature], ...common);
    directory.push(
      fields([4, centralSignature], [2, versionNeeded], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      label,
    );
    parts.push(local, label, bytes);
    offset += local.length + label.length + bytes.length;
  }
  const directorySize = directory.reduce((sum, part) => sum + part.length, 0);
  const end = fields(
    [4, endSignature],
    [2, 0],
    [2, 0],
    [2, files.length],
    [2, files.length],
    [4, directorySize],
    [4, offset],
    [2, 0],
  );
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}
