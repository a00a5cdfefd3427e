/** Archives: good ones, odd ones, and those that are made to do harm. */
import { gzipSync, strToU8, zipSync, type Zippable } from "fflate";
import { describe, expect, it } from "vitest";
import { readLimits, type ReadLimits } from "../../../../src/contract/index.ts";
import { previewFile, readSource, type ReadBatch } from "../../../../src/data/index.ts";
import { checkZstdWindow } from "../../../../src/data/read/archives/unpack.ts";
import { sampleFiles, sentences, tar } from "../../../support/reading/sample-files.ts";

const MiB = 2 ** 20;
const lines = sentences(4);
const text = strToU8(lines.join("\n"));
const fileOf = (name: string, bytes: Uint8Array): File => new File([Uint8Array.from(bytes)], name);
const limitsWith = (changed: Partial<Record<keyof ReadLimits, number>>): ReadLimits => {
  const limits = { ...readLimits } as ReadLimits;
  for (const [name, value] of Object.entries(changed))
    limits[name as keyof ReadLimits] = { ...limits[name as keyof ReadLimits], value };
  return limits;
};

async function read(name: string, bytes: Uint8Array, limits: ReadLimits = readLimits, field = "") {
  const batches: ReadBatch[] = [];
  const skipped: { file: string; code: string }[] = [];
  const report = ({ file, code }: { file: string; code: string }): void => void skipped.push({ file, code });
  for await (const batch of readSource(fileOf(name, bytes), name, { field, split: "auto", report, limits }))
    batches.push(batch);
  return {
    paths: [...new Set(batches.map(({ path }) => path))],
    documents: batches.flatMap(({ texts }) => texts),
    skipped,
  };
}

describe("members", () => {
  it("carry their path, in folders, archives and archives in archives", async () => {
    const inner = zipSync({ "deep.txt": text, ".hidden": text, "__MACOSX/x": text });
    const found = await read(
      "all.tar.gz",
      gzipSync(tar({ "./a/b.txt": text, "inner.zip": inner, "a/.DS_Store": text })),
    );
    expect(found.paths).toEqual(["all.tar.gz/a/b.txt", "all.tar.gz/inner.zip/deep.txt"]);
    expect(found.documents).toEqual([...lines, ...lines]);
    expect(found.skipped).toEqual([]);
  });
  it("that cannot be read cost only themselves", async () => {
    const files: Zippable = {
      "a.txt": text,
      "photo.png": Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1),
      "b.pdf": strToU8("%PDF-1.4 broken"),
      "c.txt": text,
      "d.txt": new Uint8Array(0),
    };
    const found = await read("mixed.zip", zipSync(files));
    expect(found.documents).toEqual([...lines, ...lines]);
    expect(found.skipped).toEqual([
      { file: "mixed.zip/photo.png", code: "data/binary-file" },
      { file: "mixed.zip/b.pdf", code: "data/damaged-file" },
      { file: "mixed.zip/d.txt", code: "data/empty-file" },
    ]);
  });
  it.each(Object.entries(sampleFiles()))(
    "of a tar file, which flows by once, are looked at and read: %s",
    async (name, bytes) => {
      const packed = tar({ [name]: bytes });
      const { members, problem } = await previewFile(fileOf("one.tar", packed), "auto");
      expect([problem, members?.shown.map((one) => one.problem)]).toEqual([
        undefined,
        members?.shown.map(() => undefined),
      ]);
      const alone = await read(name, bytes);
      const inside = await read("one.tar", packed, readLimits, members!.shown[0]!.field);
      expect(inside.documents).toEqual(alone.documents);
      expect(alone.documents.length).toBeGreaterThan(0);
    },
  );
  it("take the chosen field where they have it", async () => {
    const files = {
      "a.jsonl": strToU8('{"title":"a title","body":"the body of it"}\n'),
      "b.jsonl": strToU8('{"text":"other"}\n'),
    };
    expect((await read("a.zip", zipSync(files), readLimits, "title")).documents).toEqual(["a title", "other"]);
  });
  it("gzip with several members is read to its end", async () => {
    const both = new Uint8Array([...gzipSync(text), ...gzipSync(strToU8("\nThe last line.\n"))]);
    expect((await read("a.txt.gz", both)).documents).toEqual([...lines, "The last line."]);
  });
});

describe("bombs and lies", () => {
  const zeros = new Uint8Array(9 * MiB).fill(65);
  it.each([
    ["zip", "a.zip", () => zipSync({ "a.txt": zeros })],
    ["gzip", "a.txt.gz", () => gzipSync(zeros)],
    ["tar.gz", "a.tar.gz", () => gzipSync(tar({ "a.txt": zeros }))],
    ["zip in zip", "a.zip", () => zipSync({ "b.zip": zipSync({ "a.txt": zeros }), "c.txt": text })],
    ["Word document", "a.docx", () => zipSync({ "word/document.xml": zeros })],
  ])("a bomb in %s is stopped", async (_, name, make) => {
    const { skipped } = await read(name, make());
    expect(skipped.map(({ code }) => code)).toEqual(["data/archive-bomb"]);
  });
  it("depth, count and total size are bounded", async () => {
    let nested = zipSync({ "a.txt": text });
    for (let level = 0; level < 8; level++) nested = zipSync({ "n.zip": nested });
    expect((await read("n.zip", nested)).skipped).toMatchObject([{ code: "data/archive-too-deep" }]);
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}.txt`, text]));
    const counted = await read("m.zip", zipSync(many), limitsWith({ archiveMembers: 10 }));
    expect(counted.skipped).toEqual([{ file: "m.zip", code: "data/archive-too-many" }]);
    expect(counted.documents).toHaveLength(10 * lines.length);
    const sized = await read("m.zip", zipSync(many), limitsWith({ archiveBytes: text.length * 5 }));
    expect(sized.skipped).toEqual([{ file: "m.zip", code: "data/archive-too-large" }]);
  });
  it("a nested archive that would not fit in memory is left out", async () => {
    const found = await read(
      "a.zip",
      zipSync({ "b.zip": [zipSync({ "c.txt": text }), { level: 0 }], "d.txt": text }),
      limitsWith({ nestedBytes: 100 }),
    );
    expect(found.skipped).toEqual([{ file: "a.zip/b.zip", code: "data/too-large-to-hold" }]);
    expect(found.documents).toEqual(lines);
  });
  it("files that share bytes, checksums that differ, cut ends and locked files are told", async () => {
    const zip = zipSync({ "a.txt": [text, { level: 0 }], "b.txt": [text, { level: 0 }] });
    const view = new DataView(zip.buffer);
    const end = zip.length - 22;
    const directory = view.getUint32(end + 16, true);
    const overlapping = zip.slice();
    new DataView(overlapping.buffer).setUint32(directory + 46 + 5 + 42, 0, true); // the second begins where the first does
    expect((await read("a.zip", overlapping)).skipped).toMatchObject([{ code: "data/damaged-archive" }]);
    const flipped = zip.slice();
    flipped[40]! ^= 1;
    expect((await read("a.zip", flipped)).skipped).toEqual([{ file: "a.zip/a.txt", code: "data/damaged-archive" }]);
    expect((await read("a.zip", zip.slice(0, -30))).skipped).toMatchObject([{ code: "data/damaged-archive" }]);
    const locked = zip.slice();
    locked[directory + 8]! |= 1;
    expect((await read("a.zip", locked)).skipped).toEqual([{ file: "a.zip/a.txt", code: "data/archive-encrypted" }]);
    const gz = gzipSync(text);
    gz[gz.length - 6]! ^= 1;
    expect((await read("a.gz", gz)).skipped).toMatchObject([{ code: "data/damaged-archive" }]);
    expect((await read("a.tar", tar({ "a.txt": text }).slice(0, 700))).skipped.at(-1)).toMatchObject({
      code: "data/damaged-archive",
    });
  });
  it("a Zstandard frame says what it needs before it gets it", () => {
    const frame = (...bytes: number[]): Uint8Array => Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, ...bytes);
    expect(() => checkZstdWindow(frame(0, 17 << 3), readLimits)).not.toThrow(); // 128 MiB
    expect(() => checkZstdWindow(frame(0, (17 << 3) + 1), readLimits)).toThrow(/144 MiB|151 MB/);
    expect(() => checkZstdWindow(frame(0xe0, 0, 0, 0, 0, 1, 0, 0, 0), readLimits)).toThrow("one segment");
  });
});

describe("preview", () => {
  it("of an archive: its first members, how many there are, their fields together", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`${i}.csv`, strToU8(`id,text\n1,Row of ${i}\n`)]),
    );
    const preview = await previewFile(fileOf("many.zip", zipSync(many)), "auto");
    expect(preview).toMatchObject({ format: "zip", packed: ["zip"], field: "", fields: [{ name: "text" }] });
    expect(preview.members!.count).toBe(40);
    expect(preview.members!.shown).toHaveLength(12);
    expect(preview.samples).toHaveLength(5);
  });
  it("of a packed file: the file's own", async () => {
    const preview = await previewFile(fileOf("notes.txt.gz", sampleFiles(4)["notes.txt.gz"]!), "auto");
    expect(preview).toMatchObject({
      name: "notes.txt.gz",
      format: "text",
      packed: ["gzip"],
      encoding: "utf-8",
      samples: lines,
    });
  });
  it("of an archive without text: a reason", async () => {
    expect((await previewFile(fileOf("a.zip", zipSync({})), "auto")).problem?.code).toBe("data/empty-archive");
    expect(
      (await previewFile(fileOf("a.zip", zipSync({ "b/xl": text, "xl/workbook.xml": text })), "auto")).problem?.message,
    ).toContain("Excel");
  });
});

describe("Zstandard frames made by hand", () => {
  /** A frame of blocks of one byte each, by its window descriptor (RFC 8878, 3.1.1.1.2). */
  const frame = (window: number, blocks: number): Uint8Array =>
    Uint8Array.from([
      ...[0x28, 0xb5, 0x2f, 0xfd, 0, window],
      ...Array.from({ length: blocks }, (_, i) => [i === blocks - 1 ? 0b1011 : 0b1010, 0, 0, 97]).flat(),
    ]);
  it("with a small window give their text", async () => {
    const found = await read("a.txt.zst", frame(0, 5000));
    expect([found.documents, found.skipped]).toEqual([["a".repeat(5000)], []]);
  });
  it("whose blocks are too small for their window are stopped, not worked on for minutes", async () => {
    const found = await read("a.txt.zst", frame(17 << 3, 25_000));
    expect(found.skipped.map(({ code }) => code)).toEqual(["data/damaged-archive"]);
  });
  it("are each held to the largest window", async () => {
    const found = await read("a.txt.zst", Uint8Array.from([...frame(0, 10), ...frame(20 << 3, 10)]));
    expect(found.skipped.map(({ code }) => code)).toEqual(["data/zstd-window"]);
  });
});
