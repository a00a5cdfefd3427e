/** The Hub's loader against a Hub on this machine: see tests/support/hub-server.ts. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hasCode, UnmaskError } from "../../../src/base/index.ts";
import {
  checkHubSource,
  hubHosts,
  hubSize,
  loadHub,
  loadHubTokenizer,
  memoryCache,
  readSafetensors,
  writeSafetensors,
  type ByteCache,
  type HubOptions,
} from "../../../src/models/index.ts";
import type { Progress } from "../../../src/contract/index.ts";
import { readAll } from "../../support/stored-weights.ts";
import { startHub, type HubServer } from "../../support/hub-server.ts";

const folders = new URL("../../fixtures/folders/", import.meta.url);
const file = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, folders)));
const filesOf = (kind: string, names: string[]): Record<string, Uint8Array> =>
  Object.fromEntries(names.map((name) => [name, file(`${kind}/${name}`)]));

const usual = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];
const weights = file("bert/model.safetensors");
const pieceBytes = 4096;
const wholePieces = (bytes: number): number => Math.floor(bytes / pieceBytes) * pieceBytes;

let hub: HubServer;
let cache: ByteCache;
let options: HubOptions;
const source = (id = "lab/tiny-bert", revision = "main") => ({ host: hub.host, id, revision });
const silent = (): void => {};
/** Requests for large files, with what was asked and sent. */
const downloads = () => hub.requests.filter(({ line }) => line.includes("/xet-bridge/"));

beforeEach(async () => {
  hub = await startHub(
    {
      "lab/tiny-bert": { files: filesOf("bert", [...usual, "vocab.txt"]), licence: "apache-2.0" },
      "lab/tiny-roberta": { files: filesOf("roberta", [...usual, "vocab.json", "merges.txt"]) },
      "lab/gated": { files: filesOf("bert", usual), gated: true },
      "lab/pickled": { files: { ...filesOf("bert", usual.slice(0, 3)), "pytorch_model.bin": weights } },
      "lab/other": {
        files: { ...filesOf("bert", usual), "config.json": new TextEncoder().encode('{"model_type":"gpt2"}') },
      },
    },
    { "tiny-bert": "lab/tiny-bert" },
  );
  cache = memoryCache();
  options = {
    cache,
    pieceBytes,
    retryDelaysMs: [1, 1],
    stallMs: 2000,
    allowedHosts: [hub.host, hub.storage],
  };
});
afterEach(() => hub.close());

async function codeOf(job: Promise<unknown>): Promise<string> {
  try {
    await job;
  } catch (error) {
    if (!(error instanceof UnmaskError)) throw error;
    expect(error.hint).not.toBe("");
    return error.code;
  }
  return "loaded";
}

describe("a download that goes well", () => {
  test("size before, bytes during, the model after, nothing twice", async () => {
    const model = hub.models["lab/tiny-bert"]!;
    const total = usual.reduce((sum, name) => sum + model.files[name]!.length, 0); // vocab.txt is not needed
    expect(await hubSize(source(), options)).toEqual({
      totalBytes: total,
      cachedBytes: 0,
      commit: hub.commit,
      licence: "apache-2.0",
    });
    expect(downloads()).toHaveLength(0);

    const progress: Progress[] = [];
    const loaded = await loadHub(source("tiny-bert"), (p) => progress.push(p), options);
    expect(loaded.config.vocab_size).toBe(39);
    expect(loaded.special.mask).toBe(4);
    expect(loaded.commit).toBe(hub.commit);
    expect(loaded.origin).toContain("apache-2.0");
    expect(loaded.sizeBytes).toBe(weights.length);
    expect(await readAll(loaded.tensors)).toEqual(readSafetensors(weights).tensors);
    expect(progress.at(-1)).toMatchObject({ done: total, total, unit: "bytes" });
    expect(progress.map(({ done }) => done)).toEqual(progress.map(({ done }) => done).sort((a, b) => a - b));

    expect(await hubSize(source(), options)).toMatchObject({ totalBytes: total, cachedBytes: total });
  });

  test("again from the cache; a commit that changes the card alone downloads nothing", async () => {
    await loadHub(source(), silent, options);
    hub.requests.length = 0;
    hub.models["lab/tiny-bert"]!.files["README.md"] = file("README.md");
    hub.commit = "f".repeat(40);
    const again = await loadHub(source(), silent, options);
    expect(again.commit).toBe("f".repeat(40));
    expect(hub.requests.map(({ line }) => line)).toEqual(["GET /api/models/lab/tiny-bert/revision/main?blobs=true"]);
  });

  test("offline, a downloaded model opens; another does not", async () => {
    await loadHub(source(), silent, options);
    await hub.close();
    const again = await loadHub(source(), silent, options);
    expect(again.tensors.size).toBe(readSafetensors(weights).tensors.size);
    expect(again.warnings).toHaveLength(1);
    expect(await codeOf(loadHub(source("lab/tiny-roberta"), silent, options))).toBe("models/hub-unreachable");
  });

  test("the tokenizer alone, without weights", async () => {
    const { special, files } = await loadHubTokenizer(source("lab/tiny-roberta"), options);
    expect(special).toEqual({ pad: 1, unknown: 3, start: 0, end: 2, mask: 4 });
    expect(files["tokenizer.json"]).toBe(new TextDecoder().decode(file("roberta/tokenizer.json")));
    expect(downloads()).toHaveLength(0);
  });

  test("only requests that need no preflight: no header but a single range", async () => {
    hub.faults = { cutAfter: 9000, cuts: 1 };
    await loadHub(source(), silent, options);
    const simple = [
      "accept",
      "accept-language",
      "sec-fetch-mode",
      "user-agent",
      "accept-encoding",
      "pragma",
      "cache-control",
    ];
    for (const { headers } of hub.requests) expect(simple).toEqual(expect.arrayContaining(headers));
    expect(downloads().map(({ range }) => range)).toEqual(["", expect.stringMatching(/^bytes=\d+-$/)]);
  });

  test("weights in several files", async () => {
    const tensors = [...readSafetensors(weights).tensors].map(([name, tensor]) => ({ name, ...tensor }));
    const parts = [tensors.slice(0, 9), tensors.slice(9)];
    const names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
    const map = Object.fromEntries(parts.flatMap((part, i) => part.map(({ name }) => [name, names[i]])));
    const rest = filesOf("bert", usual.slice(0, 3));
    const index = new TextEncoder().encode(JSON.stringify({ metadata: {}, weight_map: map }));
    hub.models["lab/sharded"] = { files: { ...rest, "model.safetensors.index.json": index } };
    names.forEach((name, i) => (hub.models["lab/sharded"]!.files[name] = writeSafetensors(parts[i]!)));
    const { totalBytes } = await hubSize(source("lab/sharded"), options);
    const loaded = await loadHub(source("lab/sharded"), silent, options);
    expect([...loaded.tensors.keys()].sort()).toEqual(tensors.map(({ name }) => name).sort());
    expect(totalBytes).toBe(Object.values(hub.models["lab/sharded"]!.files).reduce((sum, f) => sum + f.length, 0));
  });
});

describe("a download that breaks", () => {
  test("goes on at the byte where it stopped", async () => {
    hub.faults = { cutAfter: 9000, cuts: 2 };
    await loadHub(source(), silent, options);
    const log = downloads();
    expect(log).toHaveLength(3);
    expect(Number(/\d+/.exec(log[1]!.range)![0])).toBe(9000);
    expect(Number(/\d+/.exec(log[2]!.range)![0])).toBe(18000);
    expect(log.reduce((sum, { sent }) => sum + sent, 0)).toBe(weights.length);
  });

  test("after a reload goes on after the last whole piece", async () => {
    hub.faults = { cutAfter: 9000, cuts: 1 };
    const stopped = loadHub(source(), silent, { ...options, retryDelaysMs: [] });
    expect(await codeOf(stopped)).toBe("models/hub-broken-off");
    const { cachedBytes, totalBytes } = await hubSize(source(), options);
    expect(cachedBytes).toBe(totalBytes - weights.length + wholePieces(9000));
    hub.requests.length = 0;
    const loaded = await loadHub(source(), silent, options);
    expect(loaded.tensors.size).toBe(readSafetensors(weights).tensors.size);
    expect(downloads().map(({ range }) => range)).toEqual([`bytes=${wholePieces(9000)}-`]);
  });

  test("stopped by the user, it is kept and goes on", async () => {
    const controller = new AbortController();
    hub.faults = { stallAfter: 9000 };
    const { totalBytes } = await hubSize(source(), options);
    const job = codeOf(loadHub(source(), silent, { ...options, stallMs: 120_000, signal: controller.signal }));
    const kept = async (): Promise<number> => (await hubSize(source(), options)).cachedBytes;
    await expect.poll(kept).toBe(totalBytes - weights.length + wholePieces(9000));
    controller.abort();
    expect(await job).toBe("base/aborted");
    hub.requests.length = 0;
    await loadHub(source(), silent, options);
    expect(downloads().map(({ range }) => range)).toEqual([`bytes=${wholePieces(9000)}-`]);
  });

  test("a host without ranges sends the whole, and what is there is skipped", async () => {
    hub.faults = { cutAfter: 9000, cuts: 1, noRanges: true };
    const loaded = await loadHub(source(), silent, options);
    expect(loaded.sizeBytes).toBe(weights.length);
    expect(downloads().map(({ sent }) => sent)).toEqual([9000, weights.length]);
  });

  test("a host that refuses ranges is asked once more without", async () => {
    hub.faults = { cutAfter: 9000, cuts: 1, breakRanges: true };
    await loadHub(source(), silent, options);
    expect(downloads().at(-1)).toMatchObject({ range: "", sent: weights.length });
  });

  test("a body that stalls is broken off and taken up again", async () => {
    hub.faults = { stallAfter: 9000 };
    await loadHub(source(), silent, { ...options, stallMs: 100 });
    expect(downloads().map(({ range }) => range)).toEqual(["", "bytes=9000-"]);
  });

  test("damaged on its way: refused by its checksum, not kept, and well the next time", async () => {
    hub.faults = { damage: true };
    expect(await codeOf(loadHub(source(), silent, options))).toBe("models/hub-damaged");
    hub.faults = {};
    hub.requests.length = 0;
    expect(await codeOf(loadHub(source(), silent, options))).toBe("loaded");
    expect(downloads().map(({ range }) => range)).toEqual([""]);
  });

  test("kept pieces that went bad are found out too", async () => {
    const rotten: ByteCache = {
      ...cache,
      get: async (key) => {
        const bytes = await cache.get(key);
        if (key.endsWith("part=2") && bytes !== undefined) bytes[5]! ^= 1;
        return bytes;
      },
    };
    await loadHub(source(), silent, options);
    expect(await codeOf(loadHub(source(), silent, { ...options, cache: rotten }))).toBe("models/hub-damaged");
    expect(await codeOf(loadHub(source(), silent, { ...options, cache: rotten }))).toBe("loaded");
  });

  test("full storage costs a warning, not the model", async () => {
    const full: ByteCache = {
      ...cache,
      put: () => Promise.reject(new DOMException("no room", "QuotaExceededError")),
    };
    const { warnings, tensors } = await loadHub(source(), silent, { ...options, cache: full });
    expect(tensors.size).toBeGreaterThan(0);
    expect(warnings).toEqual([expect.stringContaining("QuotaExceededError")]);
  });
});

describe("a plain mirror without the Hub's API", () => {
  beforeEach(() => (hub.faults = { plain: true }));

  test("sizes from headers, resume by ranges", async () => {
    hub.faults = { plain: true, cutAfter: 9000, cuts: 1 };
    const { totalBytes, commit } = await hubSize(source(), options);
    expect(totalBytes).toBe(usual.reduce((sum, name) => sum + hub.models["lab/tiny-bert"]!.files[name]!.length, 0));
    expect(commit).toBe("");
    const loaded = await loadHub(source(), silent, options);
    expect(loaded.sizeBytes).toBe(weights.length);
    expect(hub.requests.filter(({ range }) => range !== "").map(({ range }) => range)).toEqual(["bytes=9000-"]);
  });

  test("a file that changes between two parts begins anew", async () => {
    const changed = weights.slice();
    changed[changed.length - 1]! ^= 1;
    let first = true;
    hub.faults = { plain: true, cutAfter: 9000, cuts: 1 };
    const changing: typeof fetch = async (url, init) => {
      if (init?.headers !== undefined && first) {
        first = false;
        hub.models["lab/tiny-bert"]!.files["model.safetensors"] = changed;
      }
      return fetch(url, init);
    };
    const loaded = await loadHub(source(), silent, { ...options, fetch: changing });
    expect(await readAll(loaded.tensors)).toEqual(readSafetensors(changed).tensors);
  });

  test("a model that is not there", async () => {
    hub.models = { "lab/tiny-bert": { files: {} } };
    expect(await codeOf(loadHub(source(), silent, options))).toBe("models/hub-not-found");
  });
});

describe("what cannot be loaded", () => {
  test.each([
    ["lab/nothing", "main", "models/hub-not-found"],
    ["lab/tiny-bert", "v9", "models/hub-not-found"],
    ["lab/gated", "main", "models/hub-gated"],
    ["lab/pickled", "main", "models/pickle-refused"],
    ["lab/other", "main", "models/unsupported-architecture"],
  ])("%s at %s: %s", async (id, revision, code) => {
    expect(await codeOf(loadHub(source(id, revision), silent, options))).toBe(code);
    expect(downloads()).toHaveLength(0);
  });

  test.each([
    [401, {}, "models/hub-gated"],
    [403, {}, "models/hub-gated"],
    [404, { "x-error-code": "EntryNotFound" }, "models/hub-not-found"],
    [429, { "retry-after": "30" }, "models/hub-rate-limited"],
    [418, {}, "models/hub-failed"],
    [503, {}, "models/hub-failed"],
  ])("status %i", async (status, headers, code) => {
    hub.faults = { status, headers };
    try {
      await hubSize(source(), options);
      expect.unreachable();
    } catch (error) {
      expect(hasCode(error, code)).toBe(true);
      if (status === 429) expect((error as UnmaskError).hint).toContain("30 seconds");
    }
    expect(hub.requests).toHaveLength(status === 503 ? 3 : 1); // only what may pass is tried again
  });

  test("no answer at all", async () => {
    await hub.close();
    expect(await codeOf(hubSize(source(), options))).toBe("models/hub-unreachable");
  });

  test("an answer that is no listing", async () => {
    const page: typeof fetch = () => Promise.resolve(new Response("<html>Log in to the hotel's network</html>"));
    expect(await codeOf(hubSize(source(), { ...options, fetch: page }))).toBe("models/hub-failed");
  });

  test("a redirect to a host that is not in the table", async () => {
    const elsewhere = await startHub({ ...hub.models });
    hub.faults = { redirectTo: elsewhere.storage };
    expect(await codeOf(loadHub(source(), silent, options))).toBe("models/hub-host-not-allowed");
    await elsewhere.close();
  });
});

describe("addresses", () => {
  const code = (c: string): Error => expect.objectContaining({ code: c }) as Error;

  test.each([
    "",
    "..",
    "../etc",
    "a/../b",
    "a/b/c",
    "a/b?x=1",
    "a b",
    "a--b",
    "/a",
    "a/",
    ".a",
    "a/b.git",
    "é",
    "https://evil.example/a/b",
    "a".repeat(200),
  ])("id %j is refused", (id) => expect(() => checkHubSource({ id })).toThrow(code("models/bad-hub-id")));

  test.each(["../main", "a..b", "/x", "main?x", "a b", "-"])("revision %j is refused", (revision) =>
    expect(() => checkHubSource({ id: "a/b", revision })).toThrow(code("models/bad-hub-revision")),
  );

  test.each([
    "http://huggingface.co",
    "https://huggingface.co.evil.example",
    "https://evilcdn.hf.co",
    "ftp://hf.co",
    "x",
  ])("host %s is refused", (host) =>
    expect(() => checkHubSource({ host, id: "a/b" })).toThrow(code("models/hub-host-not-allowed")),
  );

  test("what people type or paste", () => {
    const expected = { host: "https://huggingface.co", id: "distilbert/distilroberta-base", revision: "main" };
    expect(checkHubSource({ id: " distilbert/distilroberta-base " })).toEqual(expected);
    expect(checkHubSource({ id: "https://huggingface.co/distilbert/distilroberta-base" })).toEqual(expected);
    expect(checkHubSource({ id: "https://huggingface.co/distilbert/distilroberta-base/?a=b#c" })).toEqual(expected);
    expect(checkHubSource({ id: "https://huggingface.co/a/b/tree/v1.0" })).toMatchObject({
      id: "a/b",
      revision: "v1.0",
    });
    expect(checkHubSource({ id: "distilroberta-base", revision: "refs/pr/3" })).toMatchObject({
      revision: "refs/pr/3",
    });
  });

  test("redirect hosts of every region are in the table, lookalikes are not", () => {
    const allowed = (host: string): boolean => {
      try {
        checkHubSource({ host, id: "a/b" }, hubHosts);
        return true;
      } catch {
        return false;
      }
    };
    const regions = [
      "us.aws.cdn.hf.co",
      "eu-west-3.aws.cdn.hf.co",
      "us-east1.us.gcp.cdn.hf.co",
      "cas-bridge.xethub.hf.co",
    ];
    expect(regions.map((region) => allowed(`https://${region}`))).toEqual([true, true, true, true]);
    expect(
      ["https://cdn.hf.co.evil.example", "https://us.aws.cdn.hf.co:444", "http://us.aws.cdn.hf.co"].map(allowed),
    ).toEqual([false, false, false]);
  });
});
