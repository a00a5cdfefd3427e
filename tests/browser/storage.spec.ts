/** The storage room in a real Chromium, in a worker unless a page is the point. */
import type { Page } from "playwright";
import { callRoom, errorOf, expect, test, type Room } from "./harness/index.ts";

const megabyte = 1_000_000;
interface Line {
  id: string;
  name: string;
  sizeBytes: number;
  tensors: number;
  step: number;
  resumable: boolean;
  kind: string;
  heldOutLoss?: number;
  problem?: { code: string };
}

test.describe("checkpoints", () => {
  let room: Room;
  test.beforeEach(async ({ openRoom }) => {
    room = await openRoom("storage", { in: "worker" });
  });

  test("come back byte for byte, in chunks of at most 16 MB", async () => {
    const saved = await room.call<Line>("save", "one", 34 * megabyte, 3);
    expect(saved).toMatchObject({ name: "one", tensors: 9, step: 7, resumable: true, kind: "last", heldOutLoss: 2.5 });
    expect(await room.call("compare", saved.id, "one", 34 * megabyte, 3)).toBe("");
    const sizes = await room.call<number[]>("chunkSizes");
    expect(sizes.filter((size) => size === 16 * megabyte)).toHaveLength(2);
    expect(Math.max(...sizes)).toBe(16 * megabyte);
    expect(sizes.reduce((a, b) => a + b)).toBe(saved.sizeBytes);
  });

  test("each chunk has its transaction, all strict, the manifest last, and save waits for it", async () => {
    const log = await room.call<string[]>("watchSave", 20 * megabyte);
    // 16 MB of tensors fill the first chunk; the description and the rest follow when the save ends.
    expect(log).toEqual([
      ...["chunk", "chunk", "chunk", "manifest"].flatMap((what, i) => [
        `${i + 1} begins, strict`,
        `${i + 1} writes ${what}`,
        `${i + 1} completes`,
      ]),
      "save resolves",
    ]);
  });

  test("are listed newest first, renamed, deleted", async () => {
    const first = await room.call<Line>("save", "first", 3000, 1);
    const second = await room.call<Line>("save", "second", 3000, 2);
    expect((await room.call<Line[]>("listCheckpoints")).map((line) => line.id)).toEqual([second.id, first.id]);
    await room.call("renameCheckpoint", first.id, "renamed");
    expect(await room.call("loadCheckpointMeta", first.id)).toMatchObject({ name: "renamed", project: "p" });
    expect((await room.call<Line[]>("listCheckpoints"))[1]!.name).toBe("renamed");
    await room.call("deleteCheckpoint", second.id);
    expect((await room.call<Line[]>("listCheckpoints")).map((line) => line.id)).toEqual([first.id]);
    expect(await room.call("chunkSizes")).toHaveLength(2);
    expect((await errorOf(room.call("load", second.id))).code).toBe("storage/no-such-checkpoint");
    expect((await errorOf(room.call("renameCheckpoint", second.id, "x"))).code).toBe("storage/no-such-checkpoint");
  });

  test("one that replaces others leaves nothing of them, and what is unknown is no error", async () => {
    const old = await room.call<Line>("save", "old", 3000, 1);
    const older = await room.call<Line>("save", "older", 3000, 2);
    const kept = await room.call<Line>("save", "kept", 3000, 3);
    const fresh = await room.call<Line>("save", "fresh", 3000, 4, [old.id, older.id, "unknown"]);
    expect((await room.call<Line[]>("listCheckpoints")).map((line) => line.id)).toEqual([fresh.id, kept.id]);
    expect(await room.call("chunkSizes")).toHaveLength(4);
    for (const [line, name, seed] of [
      [fresh, "fresh", 4],
      [kept, "kept", 3],
    ] as const)
      expect(await room.call("compare", line.id, name, 3000, seed)).toBe("");
  });

  for (const how of ["flip", "cut", "remove"] as const)
    test(`a damaged chunk (${how}) is told from a whole one`, async () => {
      const { id } = await room.call<Line>("save", "one", 20 * megabyte, 3);
      await room.call("damage", id, 0, how);
      const error = await errorOf(room.call("load", id));
      expect(error.code).toBe("storage/damaged-checkpoint");
      expect(error.hint).not.toBe("");
      expect(await room.call("listCheckpoints")).toHaveLength(1);
    });

  test("bytes that do not fit their shape are refused before anything is written", async () => {
    expect((await errorOf(room.call("saveBadTensor"))).code).toBe("storage/bad-tensor");
    expect(await room.call("chunkSizes")).toEqual([]);
  });

  test("format 0 migrates once, and stays migrated", async () => {
    await room.call("writeFormat0", "old-1", 5);
    const [line] = await room.call<Line[]>("listCheckpoints");
    expect(line).toMatchObject({ id: "old-1", name: "old", tensors: 9, step: 7, resumable: true, kind: "last" });
    expect(await room.call("formatOf", "old-1")).toBe(1);
    expect(await room.call("compareFormat0", "old-1", 5)).toBe("");
    await room.call("damage", "old-1", 1, "flip");
    expect((await errorOf(room.call("load", "old-1"))).code).toBe("storage/damaged-checkpoint");
  });

  for (const [format, code] of [
    [99, "storage/too-new"],
    [-5, "storage/too-old"],
  ] as const)
    test(`format ${format} is ${code}, and still stands in the list`, async () => {
      const { id } = await room.call<Line>("save", "one", 3000, 3);
      await room.call("save", "two", 3000, 4);
      await room.call("setFormat", id, format);
      expect((await errorOf(room.call("load", id))).code).toBe(code);
      const lines = await room.call<Line[]>("listCheckpoints");
      expect(lines.map((line) => [line.name, line.problem?.code])).toEqual([
        ["two", undefined],
        ["one", code],
      ]);
    });
});

test.describe("a full quota", () => {
  // Before the first write: Chromium remembers for some seconds how much room it last saw.
  async function setQuota(page: Page, quotaSize: number): Promise<void> {
    const session = await page.context().newCDPSession(page);
    await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(page.url()).origin, quotaSize });
  }

  test("is an error with a remedy, loses nothing and leaves nothing behind", async ({ openRoom }) => {
    const room = await openRoom("storage", { in: "worker" });
    await setQuota(room.page, 40 * megabyte);
    const kept = await room.call<Line>("save", "kept", 5 * megabyte, 1);
    const error = await errorOf(room.call("save", "too large", 60 * megabyte, 2));
    expect(error.code).toBe("storage/quota-full");
    expect(error.hint).toContain("Delete");
    expect(error.details["usedBytes"]).toBeGreaterThan(4 * megabyte);
    expect((await room.call<Line[]>("listCheckpoints")).map((line) => line.id)).toEqual([kept.id]);
    expect((await room.call<number[]>("chunkSizes")).reduce((a, b) => a + b)).toBe(kept.sizeBytes);
    expect(await room.call("compare", kept.id, "kept", 5 * megabyte, 1)).toBe("");
    expect(await room.call("sweepOrphans")).toEqual({ chunks: 0, bytes: 0 });
    // Room made: the next save succeeds.
    await setQuota(room.page, 400 * megabyte);
    const next = await room.call<Line>("save", "next", 60 * megabyte, 2);
    expect(await room.call("compare", next.id, "next", 60 * megabyte, 2)).toBe("");
  });

  test("stops an import too", async ({ openRoom }) => {
    const room = await openRoom("storage", { in: "worker" });
    await setQuota(room.page, 10 * megabyte);
    await room.call("save", "kept", 3000, 1);
    expect((await errorOf(room.call("beginCorpus", 17 * megabyte))).code).toBe("storage/quota-full");
    expect(await room.call("chunkSizes", "unmask-corpora")).toEqual([]);
    expect(await room.call("listCheckpoints")).toHaveLength(1);
  });
});

test.describe("two tabs", () => {
  test("a save in another tab is not swept; a dead one is", async ({ openRoom }) => {
    const [here, there] = [await openRoom("storage", { in: "worker" }), await openRoom("storage", { in: "worker" })];
    await there.call("beginCorpus", 17 * megabyte);
    await here.call("beginCorpus", 17 * megabyte);
    expect(await here.call("sweepOrphans")).toEqual({ chunks: 0, bytes: 0 });
    await there.page.close();
    await expect.poll(() => here.call("sweepOrphans")).toEqual({ chunks: 1, bytes: 16 * megabyte });
    const summary = await here.call<{ id: string }>("finishCorpus");
    expect((await here.call<string[]>("readDocuments", summary.id))[0]).toHaveLength(17 * megabyte);
  });

  test("only one trains a project; a reload or a closed tab frees it", async ({ openRoom }) => {
    const [one, two] = [await openRoom("storage", { in: "worker" }), await openRoom("storage", { in: "worker" })];
    expect(await one.call("holdProject", "demo")).toEqual({ held: true, notice: "" });
    const error = await errorOf(two.call("tryProject", "demo", 50));
    expect(error.code).toBe("storage/project-busy");
    expect(error.hint).not.toBe("");
    expect(await two.call("tryProject", "another", 50)).toBe("held");
    await one.call("letGo");
    expect(await two.call("tryProject", "demo", 60_000)).toBe("held");
    await one.call("holdProject", "demo");
    await one.page.close();
    expect(await two.call("tryProject", "demo", 60_000)).toBe("held");
    expect((await errorOf(two.call("failInProject", "demo"))).code).toBe("test/own-failure");
    expect(await two.call("tryProject", "demo", 0)).toBe("held");
  });

  test("a page that reloads while training gets its own lock back", async ({ openRoom, roomServer }) => {
    const room = await openRoom("storage", { in: "worker" });
    await room.call("holdProject", "demo");
    await room.page.goto(`${roomServer.url}room.html?room=storage&in=worker`);
    await room.page.waitForFunction(() => "callRoom" in globalThis);
    expect(await callRoom(room.page, "holdProject", ["demo"])).toEqual({ held: true, notice: "" });
  });

  test("emptying the storage while another tab saves leaves no half-saved record", async ({ openRoom }) => {
    const [one, two] = [await openRoom("storage", { in: "worker" }), await openRoom("storage", { in: "worker" })];
    await one.call("beginCorpus", 17 * megabyte);
    await two.call("deleteEverything");
    expect((await errorOf(one.call("finishCorpus"))).code).toBe("storage/removed-meanwhile");
    expect(await two.call("listCorpora")).toEqual([]);
    expect(await two.call("chunkSizes", "unmask-corpora")).toEqual([]);
  });

  test("without Web Locks the job runs and says what that means", async ({ openRoom }) => {
    const room = await openRoom("storage", { in: "worker" });
    const guard = await room.call<{ held: boolean; notice: string }>("withoutLocks");
    expect(guard.held).toBe(false);
    expect(guard.notice).toContain("one tab");
  });
});

test.describe("corpora and tokens", () => {
  let room: Room;
  test.beforeEach(async ({ openRoom }) => {
    room = await openRoom("storage", { in: "worker" });
  });

  test("documents come back as they were, whatever is in them", async () => {
    const documents = ["\uFEFFone two\n\nthree", "", "  Ünï\u00a0cödé \u{1F600} ", "last\r\n\r\nline"];
    const saved = await room.call<{ id: string }>("saveCorpus", documents);
    expect(await room.call("readDocuments", saved.id)).toEqual(documents);
    expect(saved).toMatchObject({
      documents: 4,
      words: 8,
      characters: 41,
      name: "c",
      origin: "files",
      skippedCount: 0,
    });
    expect(await room.call("exported", saved.id)).toBe("one two\nthree\n\n\n\nÜnï\u00a0cödé \u{1F600}\n\nlast\nline\n");
    await room.call("renameCorpus", saved.id, "new name");
    expect(await room.call("listCorpora")).toMatchObject([{ id: saved.id, name: "new name", sizeBytes: 54 + 8 }]);
  });

  test("a document longer than a chunk", async () => {
    const result = await room.call<{ sizeBytes: number; words: number }>("longDocument", 13 * megabyte);
    expect(result).toMatchObject({ equal: true, words: 3 * megabyte + 2 });
    expect(result.sizeBytes).toBeGreaterThan(16 * megabyte);
  });

  test("an import given up leaves nothing", async () => {
    await room.call("beginCorpus", 17 * megabyte);
    await room.call("abortCorpus");
    expect(await room.call("chunkSizes", "unmask-corpora")).toEqual([]);
    expect((await errorOf(room.call("finishCorpus"))).code).toBe("storage/closed");
  });

  test("each document keeps its source; a corpus of format 1 gets the one it must have", async () => {
    const { id, sources } = await room.call<{ id: string; sources: object[] }>("saveFromSources", [
      ["a.txt", ["one", "two"]],
      ["b.zip/c.txt", ["three"]],
      ["a.txt", ["four"]],
    ]);
    expect(sources).toEqual([
      { path: "a.txt", format: "text", documents: 3, words: 3, characters: 10 },
      { path: "b.zip/c.txt", format: "text", documents: 1, words: 1, characters: 5 },
    ]);
    expect(await room.call("readWithSources", id)).toEqual([
      { text: "one", source: 0 },
      { text: "two", source: 0 },
      { text: "three", source: 1 },
      { text: "four", source: 0 },
    ]);
    await room.call("writeCorpusFormat1", "old-corpus");
    const only = { path: "a.txt", format: "text", documents: 2, words: 3, characters: 12 };
    const [, old] = await room.call<object[]>("listCorpora");
    expect(old).toMatchObject({ id: "old-corpus", documents: 2, sources: [only] });
    expect(await room.call("readWithSources", "old-corpus")).toEqual([
      { text: "one two", source: 0 },
      { text: "three", source: 0 },
    ]);
  });

  test("token streams are found again by what made them, and go with their corpus", async () => {
    const { id } = await room.call<{ id: string }>("saveCorpus", ["a"]);
    const perDocument = 500_000; // 10 documents: 20 MB of ids, more than a chunk
    const result = await room.call<{ summary: { id: string } }>("tokens", id, perDocument, 10);
    expect(result).toMatchObject({
      found: true,
      exact: true,
      tokens: 5_000_000,
      offsets: [0, 499_999, 500_000, 999_999, 5_000_000],
      heldOut: [
        [7, 8, 9],
        [0, 1, 3],
      ],
      summary: {
        corpusId: id,
        unknownTokens: 5,
        notices: ["one"],
        train: { documents: 20, tokens: 5_000_000 },
        heldOut: { documents: 2, tokens: 3 },
      },
    });
    expect(result).not.toHaveProperty("before.id");
    expect(result).not.toHaveProperty("otherSeed.id");
    await room.call("deleteCorpus", id);
    expect((await errorOf(room.call("loadTokens", result.summary.id))).code).toBe("storage/no-such-tokens");
    expect(await room.call("chunkSizes", "unmask-corpora")).toEqual([]);
    expect((await errorOf(room.call("readDocuments", id))).code).toBe("storage/no-such-corpus");
    expect((await errorOf(room.call("badTokens"))).code).toBe("storage/bad-tokens");
  });
});

test("sets and projects", async ({ openRoom }) => {
  const room = await openRoom("storage", { in: "worker" });
  expect(await room.call("smallRecords")).toEqual({
    names: ["Areas", "Entities"],
    renamed: "Regions",
    items: [{ split: "test", first: "a", second: "b", score: 4.5 }],
    left: ["s2"],
    project: { id: "demo", savedAt: 2 },
    missing: null,
    projects: ["other", "demo"],
  });
  expect((await errorOf(room.call("loadSet", "s1"))).code).toBe("storage/no-such-set");
});

test("an evaluation's trainings: bit for bit, gone with their set or model, the oldest make room", async ({
  openRoom,
}) => {
  const room = await openRoom("storage", { in: "worker" });
  const found = await room.call<Record<string, unknown>>("fineTunings");
  expect(found).toMatchObject({
    back: { losses: [1, 1 / 3], bestEpoch: 2, logits: found["expected"] },
    ...{ otherKey: null, all: [true, true, true, true], withoutCheckpoint: [false, true, false, true] },
    ...{ withoutSet: [false, true, false, false], swept: [false, true, false, false] },
    ...{ bounded: [true, true, true], left: [false, true, true], tooLarge: false },
  });
});

test("delete everything empties all databases and gives the space back", async ({ openRoom }) => {
  const room = await openRoom("storage", { in: "worker" });
  await room.call("save", "one", 30 * megabyte, 1);
  await room.call("saveCorpus", ["text"]);
  await room.call("smallRecords");
  const before = await room.call<{ usedBytes: number; quotaBytes: number }>("storageReport");
  expect(before.usedBytes).toBeGreaterThan(30 * megabyte);
  expect(before.quotaBytes).toBeGreaterThan(before.usedBytes);
  await room.call("deleteEverything");
  expect(await room.call("listCheckpoints")).toEqual([]);
  expect(await room.call("listCorpora")).toEqual([]);
  await expect
    .poll(async () => (await room.call<{ usedBytes: number }>("storageReport")).usedBytes)
    .toBeLessThan(megabyte);
});

test("a connection that the browser closed is opened again", async ({ openRoom }) => {
  const room = await openRoom("storage", { in: "worker" });
  await room.call("save", "gone", 3000, 1);
  const session = await room.page.context().newCDPSession(room.page);
  await session.send("Storage.clearDataForOrigin", {
    origin: new URL(room.page.url()).origin,
    storageTypes: "indexeddb",
  });
  const { id } = await room.call<Line>("save", "again", 3000, 2);
  expect(await room.call("compare", id, "again", 3000, 2)).toBe("");
  expect(await room.call("listCheckpoints")).toHaveLength(1);
});

test("a sandboxed frame (opaque origin) is told that there is no storage", async ({ context, roomServer }) => {
  const page = await context.newPage();
  const frameUrl = `${roomServer.url}room.html?room=storage&in=page`;
  await page.route("**/outer.html", (route) =>
    route.fulfill({
      contentType: "text/html",
      headers: { "Cross-Origin-Embedder-Policy": "require-corp" },
      body: `<!doctype html><iframe sandbox="allow-scripts" src="${frameUrl}"></iframe>`,
    }),
  );
  await page.goto(`${roomServer.url}outer.html`);
  const frame = page.frames().find((one) => one !== page.mainFrame())!;
  await frame.waitForFunction(() => "callRoom" in globalThis);
  expect(await frame.evaluate(() => self.origin)).toBe("null");
  for (const [job, args] of [
    ["save", ["one", 3000, 1]],
    ["listCheckpoints", []],
    ["beginCorpus", [10]],
    ["sweepOrphans", []],
    ["storageReport", []],
    ["holdProject", ["demo"]],
  ] as const) {
    const error = await errorOf(callRoom(frame as unknown as Page, job, [...args]));
    expect([job, error.code]).toEqual([job, "storage/unavailable"]);
    expect(error.hint).toContain("own tab");
  }
});
