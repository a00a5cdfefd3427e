/**
 * The storage room in a real page or worker, for storage.spec.ts: every export is called by name. Looks
 * into IndexedDB past the room where a test must damage or count something.
 */
import { crc32, UnmaskError } from "../../../src/base/index.ts";
import type { Checkpoint, CheckpointMeta, StoredTensor, TrainingPosition } from "../../../src/contract/index.ts";
import { defaultRecipe } from "../../../src/contract/index.ts";
import * as storage from "../../../src/storage/index.ts";

export const {
  deleteCheckpoint,
  deleteCorpus,
  deleteEverything,
  listCheckpoints,
  listCorpora,
  loadCheckpointMeta,
  renameCheckpoint,
  renameCorpus,
  storageReport,
  sweepOrphans,
} = storage;

function tensor(name: string, shape: number[], seed: number): StoredTensor {
  const values = new Uint32Array(shape.reduce((a, b) => a * b, 1));
  let state = seed + 1; // a plain LCG: noise, because the browser compresses what it stores
  for (let i = 0; i < values.length; i++) values[i] = state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return { name, type: "F32", shape, data: new Uint8Array(values.buffer) };
}

function position(step: number): TrainingPosition {
  return {
    step,
    totalSteps: 100,
    recipe: defaultRecipe(),
    tokenizedId: "t",
    baseModel: "bundled",
    baseRef: '{"kind":"bundled"}',
    device: "wasm",
    threads: 2,
    runtime: "1",
    bestLoss: Infinity,
    bestCheckpoint: "",
    tokensSeen: 12_345,
    history: { steps: [1, 2], losses: [9.1, 1 / 3], evaluationSteps: [], evaluationLosses: [] },
  };
}

function meta(name: string, resumable: boolean): CheckpointMeta {
  const config: CheckpointMeta["config"] = {
    model_type: "bert",
    vocab_size: 100,
    hidden_size: 8,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 16,
    max_position_embeddings: 32,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    pad_token_id: 0,
    hidden_act: "gelu",
    initializer_range: 0.02,
  };
  const plain: CheckpointMeta = {
    name,
    project: "p",
    kind: resumable ? "last" : "model",
    config,
    special: { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 },
    files: { "tokenizer.json": '{"ä":"\u{1F600}"}' },
    origin: "a test",
  };
  return resumable ? { ...plain, heldOutLoss: 2.5, position: position(7) } : plain;
}

/** Three groups of a large tensor and two small ones, `bytes` in all. */
function checkpoint(name: string, bytes: number, seed: number, resumable = true): Checkpoint {
  const rows = Math.floor(bytes / (resumable ? 3 : 1) / 4 / 10);
  const group = (s: number): StoredTensor[] => [
    tensor("small", [3], s),
    tensor("large", [rows, 10], s + 1),
    tensor("scalar", [], s + 2),
  ];
  return {
    meta: meta(name, resumable),
    weights: group(seed),
    firstMoment: resumable ? group(seed + 10) : [],
    secondMoment: resumable ? group(seed + 20) : [],
  };
}

export function save(name: string, bytes: number, seed: number, replaces: string[] = []): Promise<unknown> {
  return storage.saveCheckpoint(checkpoint(name, bytes, seed), replaces);
}

/** Loads, at once and tensor by tensor, and compares every byte with what `save` made; "" when all is equal. */
export async function compare(id: string, name: string, bytes: number, seed: number): Promise<string> {
  const [found, made] = [await storage.loadCheckpoint(id), checkpoint(name, bytes, seed)];
  const opened = await storage.openCheckpoint(id);
  if (JSON.stringify(found.meta) !== JSON.stringify(made.meta)) return "meta differs";
  if (found.meta.position?.bestLoss !== Infinity) return "Infinity was lost";
  for (const group of ["weights", "firstMoment", "secondMoment"] as const) {
    if (found[group].length !== made[group].length) return `${group} has another length`;
    for (const [i, expected] of made[group].entries()) {
      const actual = found[group][i]!;
      const same =
        actual.name === expected.name &&
        actual.shape.join() === expected.shape.join() &&
        actual.data.length === expected.data.length &&
        indexedDB.cmp(actual.data, expected.data) === 0; // compares bytes natively
      if (!same) return `${group} ${expected.name} differs`;
    }
    // Last first: no tensor needs the one before it.
    for (let i = made[group].length - 1; i >= 0; i--)
      if (indexedDB.cmp(await opened[group][i]!.read(), made[group][i]!.data) !== 0)
        return `${group} ${made[group][i]!.name} differs when read alone`;
  }
  return "";
}

export async function load(id: string): Promise<number> {
  return (await storage.loadCheckpoint(id)).weights.length;
}

export function saveBadTensor(): Promise<unknown> {
  const bad = checkpoint("bad", 3000, 1);
  bad.weights[0] = { ...bad.weights[0]!, shape: [4] };
  return storage.saveCheckpoint(bad);
}

// --- past the room, into IndexedDB ---

export async function openRaw(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore("records");
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}
async function raw<T>(
  database: string,
  mode: IDBTransactionMode,
  job: (s: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const connection = await openRaw(database);
  try {
    const request = job(connection.transaction("records", mode).objectStore("records"));
    return await new Promise((done, fail) => {
      request.transaction!.oncomplete = () => done(request.result);
      request.transaction!.onabort = () => fail(request.transaction!.error);
    });
  } finally {
    connection.close();
  }
}
const checkpoints = "unmask-checkpoints";

/** Sizes of all chunks in a database. */
export async function chunkSizes(database = checkpoints): Promise<number[]> {
  const all = await raw(database, "readonly", (s) => s.getAll(IDBKeyRange.bound(["chunk"], ["chunk", []])));
  return all.map((bytes: Uint8Array) => bytes.length);
}

export async function damage(id: string, index: number, how: "flip" | "cut" | "remove"): Promise<void> {
  const key = ["chunk", id, index];
  if (how === "remove") return raw(checkpoints, "readwrite", (s) => s.delete(key));
  const bytes = (await raw(checkpoints, "readonly", (s) => s.get(key))) as Uint8Array;
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  await raw(checkpoints, "readwrite", (s) => s.put(how === "cut" ? bytes.slice(0, -1) : bytes, key));
}

/** What `save` does, transaction by transaction: what each writes, its durability, when it completes. */
export async function watchSave(bytes: number): Promise<string[]> {
  const log: string[] = [];
  const begin = IDBDatabase.prototype.transaction;
  const put = IDBObjectStore.prototype.put;
  let number = 0;
  const numbers = new WeakMap<IDBTransaction, number>();
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const transaction = begin.call(this, stores, mode, options);
    if (mode === "readwrite") {
      numbers.set(transaction, ++number);
      log.push(`${number} begins, ${options?.durability ?? "default"}`);
      transaction.addEventListener("complete", () => log.push(`${numbers.get(transaction)} completes`));
    }
    return transaction;
  };
  IDBObjectStore.prototype.put = function (value: unknown, key?: IDBValidKey) {
    log.push(`${numbers.get(this.transaction)} writes ${(key as string[])[0]}`);
    return put.call(this, value, key);
  };
  try {
    await save("watched", bytes, 1);
    log.push("save resolves");
  } finally {
    IDBDatabase.prototype.transaction = begin;
    IDBObjectStore.prototype.put = put;
  }
  return log;
}

/** A checkpoint as the first trial wrote it: no checksums, meta in the manifest, neither kind nor history. */
export async function writeFormat0(id: string, seed: number): Promise<void> {
  const { meta: description, ...groups } = checkpoint("old", 6000, seed);
  const parts = Object.entries(groups).flatMap(([group, tensors]) => tensors.map((t) => ({ group, ...t })));
  const bytes = new Uint8Array(await new Blob(parts.map((p) => p.data as Uint8Array<ArrayBuffer>)).arrayBuffer());
  const middle = 2048;
  const rest: Partial<CheckpointMeta> = { ...description };
  const oldPosition: Partial<TrainingPosition> = { ...description.position };
  delete rest.kind;
  delete oldPosition.history;
  const manifest = {
    id,
    format: 0,
    createdAt: 1_700_000_000_000,
    meta: { ...rest, position: oldPosition },
    tensors: parts.map(({ group, name, type, shape, data }) => ({ group, name, type, shape, sizeBytes: data.length })),
    chunkSizes: [middle, bytes.length - middle],
  };
  await raw(checkpoints, "readwrite", (s) => s.put(bytes.slice(0, middle), ["chunk", id, 0]));
  await raw(checkpoints, "readwrite", (s) => s.put(bytes.slice(middle), ["chunk", id, 1]));
  await raw(checkpoints, "readwrite", (s) => s.put(manifest, ["manifest", "checkpoint", id]));
}
/** The tensors of `writeFormat0` as read today; "" when equal. */
export async function compareFormat0(id: string, seed: number): Promise<string> {
  const [found, made] = [await storage.loadCheckpoint(id), checkpoint("old", 6000, seed)];
  for (const group of ["weights", "firstMoment", "secondMoment"] as const)
    for (const [i, expected] of made[group].entries())
      if (indexedDB.cmp(found[group][i]!.data, expected.data) !== 0) return `${group} ${expected.name} differs`;
  const expected = { ...made.meta, position: { ...made.meta.position!, history: found.meta.position!.history } };
  return JSON.stringify(Object.entries(found.meta).sort()) === JSON.stringify(Object.entries(expected).sort())
    ? ""
    : JSON.stringify(found.meta);
}
export async function setFormat(id: string, format: number): Promise<void> {
  const key = ["manifest", "checkpoint", id];
  const manifest = (await raw(checkpoints, "readonly", (s) => s.get(key))) as { format: number };
  await raw(checkpoints, "readwrite", (s) => s.put({ ...manifest, format }, key));
}
export async function formatOf(id: string): Promise<number> {
  const manifest = await raw(checkpoints, "readonly", (s) => s.get(["manifest", "checkpoint", id]));
  return (manifest as { format: number }).format;
}

// --- corpora and tokens ---

let openWriter: storage.CorpusWriter | undefined;
const draft: storage.CorpusDraft = { name: "c", files: ["a.txt"], split: "auto", origin: "files" };

/** A corpus import that has written at least one chunk and does not end. */
export async function beginCorpus(characters: number): Promise<void> {
  openWriter = await storage.openCorpusWriter(draft);
  const noise = new Uint8Array(characters).map((_, i) => 33 + ((Math.imul(i, 2654435761) >>> 13) % 90));
  await openWriter.append([new TextDecoder().decode(noise)]);
}
export async function finishCorpus(): Promise<unknown> {
  return openWriter!.finish({ skipped: [], skippedCount: 0 });
}
export function abortCorpus(): Promise<void> {
  return openWriter!.abort();
}
export async function saveCorpus(documents: string[]): Promise<unknown> {
  const writer = await storage.openCorpusWriter(draft);
  for (const document of documents) await writer.append([document]);
  return writer.finish({ skipped: [], skippedCount: 0 });
}
/** A corpus as format 1 kept it: without sources. */
export async function writeCorpusFormat1(id: string): Promise<void> {
  const bytes = Uint8Array.from([
    ...new TextEncoder().encode("one two"),
    0xff,
    ...new TextEncoder().encode("three"),
    0xff,
  ]);
  const head = { ...draft, documents: 2, words: 3, characters: 12, skipped: [], skippedCount: 0 };
  const chunks = [{ stream: "documents", sizeBytes: bytes.length, crc32: crc32(bytes) }];
  const manifest = { id, format: 1, createdAt: 1_700_000_000_000, sizeBytes: bytes.length, chunks, head };
  await raw("unmask-corpora", "readwrite", (s) => s.put(bytes, ["chunk", id, 0]));
  await raw("unmask-corpora", "readwrite", (s) => s.put(manifest, ["manifest", "corpus", id]));
}
export async function readWithSources(id: string): Promise<storage.StoredDocument[]> {
  const documents: storage.StoredDocument[] = [];
  for await (const document of storage.readCorpusWithSources(id)) documents.push(document);
  return documents;
}
export async function saveFromSources(given: [string, string[]][]): Promise<unknown> {
  const writer = await storage.openCorpusWriter(draft);
  for (const [path, documents] of given) await writer.append(documents, { path, format: "text" });
  return writer.finish({ skipped: [], skippedCount: 0 });
}
export async function readDocuments(id: string): Promise<string[]> {
  const documents: string[] = [];
  for await (const document of storage.readCorpus(id)) documents.push(document);
  return documents;
}
/** A document of that many characters, longer than a chunk, between two short ones. */
export async function longDocument(characters: number): Promise<{ sizeBytes: number; equal: boolean; words: number }> {
  const unit = "Grüße 漢字 \u{1F600}\n\n";
  const long = unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters);
  const { id, sizeBytes, words } = (await saveCorpus(["first", long, "last"])) as {
    id: string;
    sizeBytes: number;
    words: number;
  };
  const back = await readDocuments(id);
  return {
    sizeBytes,
    words,
    equal: back.length === 3 && back[0] === "first" && back[1] === long && back[2] === "last",
  };
}
export async function exported(id: string): Promise<string> {
  return (await storage.exportCorpus(id)).text();
}
export async function tokens(corpusId: string, perDocument: number, documents: number): Promise<unknown> {
  const key = ["tok", 0.05, 42] as const;
  const before = await storage.findTokens(corpusId, ...key);
  const writer = await storage.openTokensWriter({ corpusId, tokenizerId: "tok", heldOutShare: 0.05, seed: 42 });
  for (let d = 0; d < documents; d++) {
    const ids = new Int32Array(perDocument + 1).fill(d).subarray(1); // a view with an offset, as slices of buffers are
    await writer.append("train", ids, [perDocument - 1, 1]);
  }
  await writer.append("heldOut", Int32Array.of(7, 8, 9), Uint32Array.of(1, 2));
  const summary = await writer.finish({ unknownTokens: 5, notices: ["one"] });
  const train = await storage.loadTokens(summary.id, "train");
  const heldOut = await storage.loadTokens(summary.id, "heldOut");
  return {
    before,
    found: (await storage.findTokens(corpusId, ...key))?.id === summary.id,
    otherSeed: await storage.findTokens(corpusId, "tok", 0.05, 43),
    summary,
    exact: train.tokens.every((id, i) => id === Math.floor(i / perDocument)),
    tokens: train.tokens.length,
    offsets: [...train.documents.slice(0, 4), train.documents.at(-1)],
    heldOut: [[...heldOut.tokens], [...heldOut.documents]],
  };
}
export async function badTokens(): Promise<void> {
  const writer = await storage.openTokensWriter({ corpusId: "c", tokenizerId: "t", heldOutShare: 0.1, seed: 1 });
  try {
    await writer.append("train", Int32Array.of(1, 2, 3), [1, 1]);
  } finally {
    await writer.abort();
  }
}
export function loadTokens(id: string): Promise<unknown> {
  return storage.loadTokens(id, "train");
}

// --- locks ---

let releaseProject: (() => void) | undefined;

export function holdProject(project: string): Promise<{ held: boolean; notice: string }> {
  return new Promise((granted, refused) => {
    storage
      .withProjectLock(project, async ({ held, notice }) => {
        granted({ held, notice });
        await new Promise<void>((done) => (releaseProject = done));
      })
      .catch(refused);
  });
}
export function letGo(): void {
  releaseProject?.();
}
export function tryProject(project: string, waitMs: number): Promise<string> {
  return storage.withProjectLock(project, ({ held }) => Promise.resolve(held ? "held" : "free"), waitMs);
}
export async function failInProject(project: string): Promise<string> {
  const fail = (): Promise<never> => Promise.reject(new UnmaskError("test/own-failure", "The job failed."));
  return storage.withProjectLock(project, fail);
}
/** As a page on plain http: no Web Locks. */
export async function withoutLocks(): Promise<{ held: boolean; notice: string }> {
  Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
  return storage.withProjectLock("p", (guard) => Promise.resolve(guard));
}

// --- small records ---

export async function smallRecords(): Promise<unknown> {
  const base = { id: "s1", name: "Entities", note: "", warnings: [] };
  await storage.saveSet({
    ...base,
    task: "similarity",
    items: [{ split: "test", first: "a", second: "b", score: 4.5 }],
  });
  await storage.saveSet({ ...base, id: "s2", name: "Areas", task: "classification", items: [] });
  const names = (await storage.listSets()).map((one) => one.name);
  const set = await storage.loadSet("s1");
  await storage.renameSet("s2", "Regions");
  const renamed = (await storage.loadSet("s2")).name;
  await storage.deleteSet("s1");
  const project = { id: "demo", savedAt: 2 } as Parameters<typeof storage.saveProject>[0];
  await storage.saveProject(project);
  await storage.saveProject({ ...project, id: "other", savedAt: 3 });
  return {
    names,
    renamed,
    items: set.items,
    left: (await storage.listSets()).map((one) => one.id),
    project: await storage.loadProject("demo"),
    missing: await storage.loadProject("none"),
    projects: (await storage.listProjects()).map((one) => one.id),
  };
}
export function loadSet(id: string): Promise<unknown> {
  return storage.loadSet(id);
}

/** Trainings of two sets and two models; what is found of them after each of the ways in which they go. */
export async function fineTunings(): Promise<unknown> {
  const base = { note: "", warnings: [], task: "classification" as const, items: [] };
  const { id: model } = (await save("tuned", 1000, 1)) as { id: string };
  for (const id of ["s1", "s2"]) await storage.saveSet({ ...base, id, name: id });
  const kept = (value: number): storage.KeptFineTuning => ({
    ...{ losses: [value, 1 / 3], bestEpoch: 2 },
    logits: [Float32Array.of(value, -0), new Float32Array(0), Float32Array.of(NaN, 1e-40, 3)],
  });
  const names = (["s1", "s2"] as const).flatMap((setId) =>
    [model, "bundled:tiny:1"].map((of): storage.FineTuningName => ({ setId, model: of, key: "k" })),
  );
  const there = async (): Promise<boolean[]> =>
    Promise.all(names.map(async (name) => (await storage.loadFineTuning(name)) !== undefined));
  for (const [i, name] of names.entries()) await storage.saveFineTuning(name, kept(i));
  const back = await storage.loadFineTuning(names[1]!);
  const otherKey = await storage.loadFineTuning({ ...names[1]!, key: "other" });
  const all = await there();
  await storage.deleteCheckpoint(model);
  const withoutCheckpoint = await there();
  await storage.deleteSet("s2");
  const withoutSet = await there();
  await storage.saveFineTuning(names[0]!, kept(0)); // of a checkpoint that a run has replaced meanwhile
  await storage.sweepOrphans();
  const swept = await there();
  const bytes = 5 * 4 + 3 * 4;
  const bounded: unknown[] = [];
  for (const key of ["1", "2", "3"]) {
    bounded.push(await storage.saveFineTuning({ setId: "s1", model: "hub:a@b", key }, kept(1), 2 * bytes));
    await new Promise((resolve) => setTimeout(resolve, 3)); // their age in milliseconds decides
  }
  const left = await Promise.all(
    ["1", "2", "3"].map((key) => storage.loadFineTuning({ setId: "s1", model: "hub:a@b", key })),
  );
  const tooLarge = await storage.saveFineTuning({ setId: "s1", model: "hub:a@b", key: "4" }, kept(1), bytes - 1);
  return {
    back: { ...back, logits: back?.logits.map((row) => [...new Uint32Array(row.buffer, row.byteOffset, row.length)]) },
    expected: kept(1).logits.map((row) => [...new Uint32Array(row.buffer)]),
    ...{ otherKey: otherKey ?? null, all, withoutCheckpoint, withoutSet, swept, bounded, tooLarge },
    left: left.map((one) => one !== undefined),
  };
}
