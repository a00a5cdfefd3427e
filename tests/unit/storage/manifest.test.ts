/** Formats: every step of the table is taken once, in order; what cannot be read says which way. */
import { describe, expect, test } from "vitest";
import { UnmaskError } from "../../../src/base/index.ts";
import { checkpointKind } from "../../../src/storage/checkpoint-format.ts";
import { checkManifest, migrate, type RecordKind } from "../../../src/storage/manifest.ts";

const codeOf = (job: () => unknown): string => {
  try {
    job();
  } catch (error) {
    if (error instanceof UnmaskError) return error.code;
    throw error;
  }
  return "none";
};
const noChunk = (): Promise<Uint8Array> => Promise.reject(new Error("not asked for"));

describe("migrations", () => {
  const kind: RecordKind = {
    name: "checkpoint",
    format: 4,
    migrations: {
      3: async (manifest, readChunk) => {
        const bytes = Uint8Array.from(await readChunk(0), (byte) => byte + 1);
        return {
          manifest: { ...manifest, path: [...(manifest["path"] as number[]), 3] },
          chunks: [{ index: 0, bytes }],
        };
      },
      4: async (manifest, readChunk) => {
        const bytes = Uint8Array.from(await readChunk(0), (byte) => byte * 2);
        return {
          manifest: { ...manifest, path: [...(manifest["path"] as number[]), 4] },
          chunks: [{ index: 0, bytes }],
        };
      },
    },
  };
  const stored = (): Promise<Uint8Array> => Promise.resolve(Uint8Array.of(10));

  test("run one after another, each on what the one before made", async () => {
    const result = await migrate(kind, "x", { format: 2, path: [] }, stored);
    expect(result!.manifest).toEqual({ format: 4, path: [3, 4] });
    expect(result!.chunks).toEqual([{ index: 0, bytes: Uint8Array.of(22) }]); // (10 + 1) * 2
  });

  test("start in the middle, or not at all", async () => {
    expect((await migrate(kind, "x", { format: 3, path: [] }, stored))!.manifest["path"]).toEqual([4]);
    expect(await migrate(kind, "x", { format: 4 }, noChunk)).toBeUndefined();
  });

  test.each([
    [5, "storage/too-new"],
    [1, "storage/too-old"],
    [undefined, "storage/too-old"],
    ["2", "storage/too-old"],
  ])("format %s: %s", async (format, code) => {
    await expect(migrate(kind, "x", { format, path: [] }, stored)).rejects.toMatchObject({ code });
  });

  test("the checkpoints' own table has no gap up to the present format", () => {
    const numbers = Object.keys(checkpointKind.migrations).map(Number);
    expect(Math.max(...numbers)).toBe(checkpointKind.format);
    expect(numbers).toEqual(
      Array.from({ length: numbers.length }, (_, i) => checkpointKind.format - numbers.length + 1 + i),
    );
  });
});

test("a manifest must look like one", () => {
  const chunks = [
    { stream: "a", sizeBytes: 3, crc32: 1 },
    { stream: "a", sizeBytes: 4, crc32: 2 },
  ];
  const whole = { format: 1, id: "x", createdAt: 1, sizeBytes: 7, chunks, head: {} };
  expect(codeOf(() => checkManifest(checkpointKind, "x", whole))).toBe("none");
  for (const broken of [
    null,
    { ...whole, id: "y" },
    { ...whole, sizeBytes: 8 },
    { ...whole, chunks: undefined },
    { ...whole, head: "text" },
  ])
    expect(codeOf(() => checkManifest(checkpointKind, "x", broken))).toBe("storage/damaged-checkpoint");
});
