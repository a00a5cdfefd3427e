/**
 * Folders that transformers saved, through our loaders and our export, and back into transformers:
 * tests/oracles/export.py says how the golden numbers were made, and what it found in our exports.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { crc32 } from "../../src/base/index.ts";
import type { CheckpointMeta, StoredTensor } from "../../src/contract/index.ts";
import {
  buildEncoder,
  buildMlmLogits,
  exportFolder,
  freshHeadNotice,
  fromTensors,
  loadFolder,
  parametersOf,
  toFloat16Bytes,
  toFloat32,
  type LoadedModel,
} from "../../src/models/index.ts";
import { createTokenizer, framed } from "../../src/data/index.ts";
import { encoderFeeds, gapFeeds } from "../../src/training/index.ts";
import { readAll } from "../support/stored-weights.ts";
import { onDevice } from "../support/model-checks.ts";
import { openNative } from "../support/native.ts";

interface Golden {
  texts: string[];
  models: Record<
    string,
    {
      ids: number[][];
      attention: number[][];
      logits: number[];
      special: object;
      parameters: number;
      tokens: number[][];
    }
  >;
  exports: Record<
    string,
    {
      largestLogitDifference: number;
      dtype: string;
      missing: string[];
      unexpected: string[];
      tokensEqual: boolean;
      crc32: Record<string, number>;
    }
  >;
}
const golden = JSON.parse(readFileSync(new URL("folders.json", import.meta.url), "utf8")) as Golden;
const fixtures = new URL("../fixtures/folders/", import.meta.url);
const writeTo = process.env["UNMASK_WRITE_EXPORT"];

const whole = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
const older = ["config.json", "model.safetensors", "vocab.txt", "vocab.json", "merges.txt"];

function open(kind: string, names: string[]): Promise<LoadedModel> {
  const files = names
    .map((name) => ({ name, url: new URL(`${kind}/${name}`, fixtures) }))
    .filter(({ url }) => existsSync(url))
    .map(({ name, url }) => new File([new Uint8Array(readFileSync(url))], name));
  return loadFolder(files, () => {});
}

const tensorsOf = async ({ tensors }: LoadedModel): Promise<StoredTensor[]> =>
  [...(await readAll(tensors))].map(([name, tensor]) => ({ name, ...tensor }));

const halved = (tensors: StoredTensor[]): StoredTensor[] =>
  tensors.map((tensor) => ({ ...tensor, type: "F16", data: toFloat16Bytes(toFloat32(tensor)) }));

function metaOf({ config, special, files, origin }: LoadedModel): CheckpointMeta {
  return { name: "Tiny", project: "test", kind: "model", config, special, files, origin };
}

const cases = [
  { kind: "bert", name: "bert", names: whole, change: (t: StoredTensor[]) => t },
  { kind: "bert", name: "bert-older", names: older, change: (t: StoredTensor[]) => t },
  { kind: "bert", name: "bert-halves", names: whole, change: halved },
  { kind: "roberta", name: "roberta", names: whole, change: (t: StoredTensor[]) => t },
  { kind: "roberta", name: "roberta-older", names: older, change: (t: StoredTensor[]) => t },
  ...["distilbert", "electra", "mpnet", "prelayernorm", "modernbert", "xlnet"].map((kind) => ({
    ...{ kind, name: kind, names: whole },
    change: (t: StoredTensor[]) => t,
  })),
  { kind: "mpnet", name: "mpnet-older", names: older, change: (t: StoredTensor[]) => t },
];
const kinds = [...new Set(cases.map(({ kind }) => kind))];
/** Golden logits are rounded to 6 digits; float32 sums in another order move the 7th. */
const sameLogits = 2e-6;
/** Weights rounded to 11 bits: relative 2^-12 each, logits of size 1 after two layers. */
const halfLogits = 3e-3;

for (const { kind, name, names, change } of cases) {
  test(`${name}: exported, transformers computes the same logits and tokens`, async () => {
    const model = await open(kind, names);
    const files = exportFolder(metaOf(model), change(await tensorsOf(model)));
    if (writeTo !== undefined) {
      mkdirSync(`${writeTo}/${name}`, { recursive: true });
      for (const file of files) writeFileSync(`${writeTo}/${name}/${file.name}`, file.bytes);
      return;
    }
    const found = golden.exports[name]!;
    const read = files.filter(({ name }) => name !== "README.md"); // the card's wording is free
    expect(Object.fromEntries(read.map((file) => [file.name, crc32(file.bytes)]))).toEqual(found.crc32);
    expect(found.missing).toEqual([]);
    expect(found.unexpected).toEqual([]);
    expect(found.dtype).toBe("torch.float32");
    expect(found.tokensEqual).toBe(true);
    expect(found.largestLogitDifference).toBeLessThan(change === halved ? halfLogits : sameLogits);
  });
}

test.each(kinds)("%s: a folder of transformers opens, and so does our export of it", async (kind) => {
  const model = await open(kind, whole);
  const { special, parameters } = golden.models[kind]!;
  expect(model.special).toEqual(kind === "xlnet" ? { ...special, behind: true } : special);
  expect((await tensorsOf(model)).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)).toBe(
    parameters,
  );
  const files = exportFolder(metaOf(model), await tensorsOf(model)).map(({ name, bytes }) => new File([bytes], name));
  const again = await loadFolder(files, () => {});
  expect(again.config).toEqual(model.config);
  expect(again.special).toEqual(model.special);
  expect(again.files).toEqual(model.files);
  expect([...again.tensors.keys()].sort()).toEqual([...model.tensors.keys()].sort());
  expect(await readAll(again.tensors)).toEqual(await readAll(model.tensors));
});

/** The bound for 32-bit devices, on logits of size 1. */
const deviceTolerance = 1e-4;

test.each(kinds)("%s: our graph gives the logits that transformers computes from the folder", async (kind) => {
  const model = await open(kind, whole);
  const { config, tensors } = model;
  const { ids, attention, logits } = golden.models[kind]!;
  const [B, T] = [ids.length, ids[0]!.length];
  const graph = buildMlmLogits(config, { B, T, M: B * T }, { padding: true });
  const floats = new Map([...(await readAll(tensors))].map(([name, tensor]) => [name, toFloat32(tensor)]));
  const { weights, missing, unused } = fromTensors(graph.parameters, floats);
  expect([missing, unused]).toEqual([[], []]);
  const all = ids.flat();
  const seen = Float32Array.from(attention.flat());
  const feeds = gapFeeds(Int32Array.from(all), seen, [...all.keys()], { B, T, M: B * T }, model, true);
  const device = openNative();
  const found = (await onDevice(() => device)(graph, weights, feeds)).get("logits")!;
  await device.dispose();
  expect(found.length).toBe(logits.length);
  let worst = 0;
  logits.forEach((expected, i) => {
    const real = attention.flat()[Math.floor(i / config.vocab_size)] === 1; // what stands at padding is nobody's business
    if (real) worst = Math.max(worst, Math.abs(found[i]! - expected));
  });
  expect(worst).toBeLessThan(deviceTolerance);
});

test.each(["modernbert", "xlnet"])(
  "%s: its tokenizer gives transformers' tokens, special ones in their places",
  async (kind) => {
    const { files, special } = await open(kind, whole);
    const tokenizer = await createTokenizer(files, special);
    expect(tokenizer.notice).toBe("");
    const written = tokenizer.tokenText(special.mask);
    const found = golden.texts.map((text) => framed(tokenizer.encode(text.replace("{mask}", written)), special));
    expect(found).toEqual(golden.models[kind]!.tokens);
  },
);

test("an ELECTRA discriminator opens as an encoder, and it is said that its MLM head will be a fresh one", async () => {
  const model = await open("discriminator", whole);
  const { config, tensors } = model;
  const { ids, attention, logits: hidden } = golden.models["discriminator"]!;
  expect(freshHeadNotice(model)).toContain("no masked-language-model head");
  expect(freshHeadNotice(model)).toContain("discriminator");
  expect(freshHeadNotice(await open("electra", whole))).toBeUndefined();
  const floats = new Map([...(await readAll(tensors))].map(([name, tensor]) => [name, toFloat32(tensor)]));
  const { missing } = fromTensors(parametersOf(config, "mlm"), floats);
  expect(missing.every((name) => name.startsWith("generator_"))).toBe(true);
  const [B, T] = [ids.length, ids[0]!.length];
  const graph = buildEncoder(config, { B, T }, { padding: true });
  const found = fromTensors(graph.parameters, floats);
  expect(found.missing).toEqual([]);
  expect(found.unused.every((name) => name.startsWith("discriminator_predictions."))).toBe(true);
  const feeds = encoderFeeds(Int32Array.from(ids.flat()), Float32Array.from(attention.flat()), B, T, config, true);
  const device = openNative();
  const ours = (await onDevice(() => device)(graph, found.weights, feeds)).get("last_hidden_state")!;
  await device.dispose();
  const real = attention.flat();
  const miss = hidden.map((x, i) => real[Math.floor(i / config.hidden_size)]! * Math.abs(ours[i]! - x));
  expect(Math.max(...miss)).toBeLessThan(deviceTolerance);
  const card = exportFolder(metaOf(model), await tensorsOf(model)).map(({ bytes }) => new TextDecoder().decode(bytes));
  expect(card[0]).toContain("AutoModel.from_pretrained");
  expect(card[1]).toContain('"ElectraModel"');
});
