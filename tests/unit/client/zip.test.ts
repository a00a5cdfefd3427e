/** Our archive is read back by an independent reader of the zip format. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { crc32 } from "../../../src/base/index.ts";
import { zipStored } from "../../../src/client/index.ts";

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);

function reader(): string | undefined {
  for (const python of ["python3", "python"]) {
    try {
      execFileSync(python, ["-c", "import zipfile"], { stdio: "ignore" });
      return python;
    } catch {
      continue; // tried in turn; the caller says so when there is none
    }
  }
  return undefined;
}

const python = reader();

describe("zipStored", () => {
  const files = [
    { name: "config.json", bytes: text('{"model_type":"bert"}') },
    { name: "weights/größe.bin", bytes: new Uint8Array(1000).map((_, i) => (i * 7) & 255) },
    { name: "empty.txt", bytes: new Uint8Array(0) },
  ];

  it("lays out signatures, sizes and checksums as the format asks", async () => {
    const bytes = new Uint8Array(await zipStored(files, new Date(2026, 0, 2, 3, 4, 6)).arrayBuffer());
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(0, true)).toBe(0x04034b50);
    expect(view.getUint16(10, true)).toBe((3 << 11) | (4 << 5) | 3);
    expect(view.getUint16(12, true)).toBe((46 << 9) | (1 << 5) | 2);
    expect(view.getUint32(14, true)).toBe(crc32(files[0]!.bytes));
    const end = bytes.length - 22;
    expect(view.getUint32(end, true)).toBe(0x06054b50);
    expect(view.getUint16(end + 10, true)).toBe(3);
    const directory = view.getUint32(end + 16, true);
    expect(view.getUint32(directory, true)).toBe(0x02014b50);
    expect(directory + view.getUint32(end + 12, true)).toBe(end);
  });

  it("gives every file back to a reader that walks the central directory", async () => {
    const bytes = new Uint8Array(await zipStored(files).arrayBuffer());
    const view = new DataView(bytes.buffer);
    let at = view.getUint32(bytes.length - 22 + 16, true);
    for (const { name, bytes: content } of files) {
      const nameLength = view.getUint16(at + 28, true);
      const size = view.getUint32(at + 24, true);
      const local = view.getUint32(at + 42, true);
      expect(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))).toBe(name);
      expect(view.getUint32(at + 16, true)).toBe(crc32(content));
      const data = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      expect(bytes.subarray(data, data + size)).toEqual(content);
      at += 46 + nameLength;
    }
  });

  if (python !== undefined)
    it("is read by Python's zipfile, names and bytes intact", async () => {
      const folder = mkdtempSync(join(tmpdir(), "zip-"));
      try {
        const path = join(folder, "model.zip");
        writeFileSync(path, new Uint8Array(await zipStored(files).arrayBuffer()));
        const script =
          "import zipfile,json,sys\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps([[i.filename,i.file_size,i.CRC] for i in z.infolist()]))";
        const listed = JSON.parse(execFileSync(python!, ["-c", script, path], { encoding: "utf8" })) as unknown;
        expect(listed).toEqual(files.map(({ name, bytes }) => [name, bytes.length, crc32(bytes)]));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});
