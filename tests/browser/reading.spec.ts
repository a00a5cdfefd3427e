/**
 * Reading in a real worker under the product's policy: every format with its library and without eval, and datasets
 * from a Hub on this machine that is another origin and refuses CORS preflights.
 */
import { readFileSync } from "node:fs";
import { startServer } from "../../scripts/serve.mjs";
import { startHub } from "../support/hub-server.ts";
import { sampleFiles } from "../support/reading/sample-files.ts";
import { mounts, outDir } from "./harness/build.ts";
import { callRoom, errorOf, expect, test } from "./harness/index.ts";

interface Golden {
  files: Record<string, { base64: string; documents: string[] }>;
}
const golden = JSON.parse(readFileSync(new URL("../golden/reading.json", import.meta.url), "utf8")) as Golden;
const fromGolden = (name: string): Uint8Array => new Uint8Array(Buffer.from(golden.files[name]!.base64, "base64"));

test("every format is read under the policy, PDFs in a worker of their own", async ({ openRoom }) => {
  const room = await openRoom("reading", { in: "worker" });
  const found = await room.call<Record<string, { documents: number; codes: string[] }>>("samples");
  const expected: Record<string, number> = {
    "notes.md": 13,
    "table.tsv": 12,
    "groups.parquet": 300,
    "rows.parquet": 3,
    "texts.zip": 24,
  };
  for (const name of Object.keys(sampleFiles(1))) {
    expect(found[name]!.documents, name).toBeGreaterThan(0);
    if (expected[name] !== undefined) expect(found[name]!.documents, name).toBe(expected[name]);
  }
  expect(Object.entries(found).flatMap(([name, { codes }]) => codes.map((code) => `${name} ${code}`))).toEqual([
    "table.tsv data/header-repaired",
    "paper.pdf data/running-heads",
  ]);
});

test("a dataset of the Hub: listed, then only the chosen column's bytes are fetched", async ({ context }) => {
  const hub = await startHub({});
  const site = await startServer({ root: outDir, mounts, connect: [hub.host] });
  try {
    const parquet = fromGolden("groups.parquet");
    const csv = new TextEncoder().encode("id,text\n1,The lamp is lit.\n");
    hub.datasets = {
      "lab/log": {
        files: {},
        parquet: { default: { train: [parquet, parquet], test: [fromGolden("zstd.parquet")] } },
        licence: "cc0-1.0",
      },
      "lab/raw": { files: { "README.md": csv, "data/train.csv": csv, "data/test.csv": csv, "script.py": csv } },
      "lab/none": { files: { "model.bin": csv } },
    };
    const page = await context.newPage();
    await page.goto(`${site.url}room.html?room=reading&in=worker`);
    await page.waitForFunction(() => "callRoom" in globalThis);
    const options = { allowedHosts: [hub.host], retryDelaysMs: [] };
    const list = (id: string) => callRoom(page, "listDataset", [{ id, host: hub.host }, options]);
    const read = (id: string, config: string, split: string, field = "text") =>
      callRoom<string[]>(page, "readDataset", [{ id, config, split, host: hub.host }, field, options]);

    expect(await list("lab/log")).toMatchObject({
      id: "lab/log",
      licence: "cc0-1.0",
      kind: "parquet",
      parts: [
        {
          config: "default",
          split: "train",
          files: [{ path: "default/train/0.parquet" }, { path: "default/train/1.parquet" }],
        },
        { config: "default", split: "test" },
      ],
    });
    expect(hub.requests.every(({ sent }) => sent === 0 || sent < 3000)).toBe(true);
    expect(await read("lab/log", "", "test")).toEqual(golden.files["zstd.parquet"]!.documents);
    expect(await read("lab/log", "default", "train")).toHaveLength(600);
    expect(hub.requests.filter(({ line }) => line.startsWith("OPTIONS"))).toEqual([]);

    expect(await list("lab/raw")).toMatchObject({ kind: "files", parts: [{ split: "train" }, { split: "test" }] });
    expect(await read("lab/raw", "", "train")).toEqual(["The lamp is lit."]);
    expect((await errorOf(list("lab/none"))).code).toBe("models/no-text-files");
    expect((await errorOf(list("lab/gone"))).code).toBe("models/hub-not-found");
    expect((await errorOf(list("not an id"))).code).toBe("models/bad-dataset-id");
    expect((await errorOf(read("lab/log", "default", "dev"))).code).toBe("models/no-such-split");
    const elsewhere = callRoom(page, "listDataset", [{ id: "lab/log", host: "http://127.0.0.1:9" }, options]);
    expect((await errorOf(elsewhere)).code).toBe("models/hub-host-not-allowed");
  } finally {
    await site.close();
    await hub.close();
  }
});
