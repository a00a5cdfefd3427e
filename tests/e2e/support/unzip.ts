/** Reads the archives that the page exports: uncompressed entries only. The other half of src/client/zip.ts. */
import { crc32 } from "../../../src/base/index.ts";

const localSignature = 0x04034b50;

/** File name to bytes; checks every checksum. */
export function unzipStored(archive: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const files = new Map<string, Uint8Array>();
  let at = 0;
  while (at + 30 <= archive.length && view.getUint32(at, true) === localSignature) {
    const [method, crc, size] = [
      view.getUint16(at + 8, true),
      view.getUint32(at + 14, true),
      view.getUint32(at + 18, true),
    ];
    const [nameLength, extraLength] = [view.getUint16(at + 26, true), view.getUint16(at + 28, true)];
    const name = new TextDecoder().decode(archive.subarray(at + 30, at + 30 + nameLength));
    const start = at + 30 + nameLength + extraLength;
    const bytes = archive.slice(start, start + size);
    if (method !== 0 || crc32(bytes) !== crc) throw new Error(`The archive's entry ${name} is not as written.`);
    files.set(name, bytes);
    at = start + size;
  }
  return files;
}
