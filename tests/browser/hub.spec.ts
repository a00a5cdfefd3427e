/**
 * The Hub's loader in a real Chromium, under the product's policy, against a Hub on this machine that is another
 * origin and refuses every CORS preflight, as the Hub's redirect hosts do.
 */
import { readFileSync } from "node:fs";
import type { Page } from "playwright";
import { startServer } from "../../scripts/serve.mjs";
import { crc32 } from "../../src/base/index.ts";
import { readSafetensors } from "../../src/models/index.ts";
import { startHub, type HubServer } from "../support/hub-server.ts";
import { mounts, outDir } from "./harness/build.ts";
import { callRoom, errorOf, expect, test, type Server } from "./harness/index.ts";

const folder = new URL("../fixtures/folders/bert/", import.meta.url);
const names = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];
const files = Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(new URL(name, folder)))]));
const weights = files["model.safetensors"]!;
const checksums = Object.fromEntries([...readSafetensors(weights).tensors].map(([name, t]) => [name, crc32(t.data)]));
const total = Object.values(files).reduce((sum, bytes) => sum + bytes.length, 0);
const pieceBytes = 4096;
const cutAfter = 9000;

interface Loaded {
  sizeBytes: number;
  reported: number;
  warnings: string[];
  checksums: Record<string, number>;
}

let hub: HubServer;
let site: Server;
let page: Page;
const downloads = () => hub.requests.filter(({ line }) => line.includes("/xet-bridge/"));
const setting = (options = {}) => ({
  host: hub.host,
  id: "lab/tiny",
  options: { allowedHosts: [hub.host, hub.storage], pieceBytes, retryDelaysMs: [10, 10], ...options },
});
const pieces = async (): Promise<number> =>
  (await callRoom<string[]>(page, "cacheKeys", [])).filter((key) => /part=\d+$/.test(key)).length;
/** Chromium loses what has arrived just before a cut, unless the page has taken it already. */
const cut = () => ({
  ...{ cutAfter, cuts: 1 },
  cutWhen: () => expect.poll(pieces).toBe(Math.floor(cutAfter / pieceBytes)),
});
const load = (options = {}) => callRoom<Loaded>(page, "load", [setting(options)]);

async function openPage(): Promise<void> {
  await page.goto(`${site.url}room.html?room=hub&in=worker`);
  await page.waitForFunction(() => "callRoom" in globalThis);
}

test.beforeEach(async ({ context }) => {
  hub = await startHub({ "lab/tiny": { files, licence: "apache-2.0" } });
  site = await startServer({ root: outDir, mounts, connect: [hub.host, hub.storage] });
  page = await context.newPage();
  await openPage();
});
test.afterEach(async () => {
  await site.close();
  await hub.close();
});

test("downloads, resumes a broken connection, and opens from Cache Storage after a reload and offline", async () => {
  hub.faults = cut();
  expect(await callRoom(page, "size", [setting()])).toMatchObject({ totalBytes: total, cachedBytes: 0 });
  const loaded = await load();
  expect(loaded).toEqual({ sizeBytes: weights.length, reported: total, warnings: [], checksums });
  expect(downloads().map(({ range }) => range)).toEqual(["", expect.stringMatching(/^bytes=\d+-$/)]);
  expect(hub.requests.filter(({ line }) => line.startsWith("OPTIONS"))).toEqual([]);
  expect(await pieces()).toBe(Math.ceil(weights.length / pieceBytes));

  hub.requests.length = 0;
  await openPage();
  expect(await callRoom(page, "size", [setting()])).toMatchObject({ totalBytes: total, cachedBytes: total });
  expect(await load()).toEqual(loaded);
  expect(hub.requests.every(({ line }) => line.includes("/api/models/"))).toBe(true);

  await hub.close();
  const offline = await load();
  expect(offline.checksums).toEqual(checksums);
  expect(offline.warnings).toHaveLength(1);
});

test("a download that the page gave up goes on after a reload, at the last whole piece", async () => {
  hub.faults = cut();
  expect((await errorOf(load({ retryDelaysMs: [] }))).code).toBe("models/hub-broken-off");
  await openPage();
  hub.requests.length = 0;
  expect((await load()).checksums).toEqual(checksums);
  expect(downloads().map(({ range }) => range)).toEqual([`bytes=${cutAfter - (cutAfter % pieceBytes)}-`]);
});

test("a host that the policy does not name is never asked", async () => {
  const elsewhere = await startHub({ "lab/tiny": { files } });
  const job = callRoom(page, "load", [
    { host: elsewhere.host, id: "lab/tiny", options: { allowedHosts: [elsewhere.host], retryDelaysMs: [] } },
  ]);
  expect((await errorOf(job)).code).toBe("models/hub-unreachable");
  hub.faults = { redirectTo: elsewhere.storage };
  expect((await errorOf(load({ retryDelaysMs: [] }))).code).toBe("models/hub-unreachable");
  expect(elsewhere.requests).toEqual([]);
  await elsewhere.close();
});

test("storage that is full costs a warning, not the model", async ({ context }) => {
  const session = await context.newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(page.url()).origin, quotaSize: 1 });
  const { warnings, checksums: found } = await load();
  expect(found).toEqual(checksums);
  expect(warnings).toEqual([expect.stringContaining("QuotaExceededError")]);
});
