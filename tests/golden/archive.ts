/** Reads a .tar.gz of plain files (POSIX ustar) into memory, for reference data that is kept packed. */
import { gunzipSync } from "node:zlib";

const BLOCK = 512;

/** File name (inside the archive) to contents. */
export function readArchive(packed: Uint8Array): Map<string, Uint8Array> {
  const tar = gunzipSync(packed);
  const files = new Map<string, Uint8Array>();
  const text = (start: number, length: number): string =>
    tar.toString("utf8", start, start + length).replace(/\0.*$/s, "");
  for (let at = 0; at + BLOCK <= tar.length;) {
    const name = text(at, 100);
    if (name === "") break;
    const prefix = text(at + 345, 155);
    const size = parseInt(text(at + 124, 12), 8);
    const isFile = tar[at + 156] === 0 || tar[at + 156] === 0x30;
    if (isFile) files.set(prefix === "" ? name : `${prefix}/${name}`, tar.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
