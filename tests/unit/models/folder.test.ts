import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UnmaskError } from "../../../src/base/index.ts";
import type { Progress } from "../../../src/contract/index.ts";
import {
  loadBundled,
  loadBundledTokenizer,
  loadFolder,
  readSafetensors,
  writeSafetensors,
} from "../../../src/models/index.ts";
import { readAll } from "../../support/stored-weights.ts";

const folders = new URL("../../fixtures/folders/", import.meta.url);
const bytesOf = (name: string, kind = "bert") => new Uint8Array(readFileSync(new URL(`${kind}/${name}`, folders)));
const weights = bytesOf("model.safetensors");

/** A dropped file; a path as a folder picker gives it, where there is one. */
function dropped(path: string, content: Uint8Array<ArrayBuffer> | string): File {
  const file = new File([content], path.split("/").at(-1)!);
  if (path.includes("/")) Object.defineProperty(file, "webkitRelativePath", { value: path });
  return file;
}
const folder = (prefix = "", without: string[] = []): File[] =>
  ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"]
    .filter((name) => !without.includes(name))
    .map((name) => dropped(`${prefix}${name}`, bytesOf(name)));

async function codeOf(files: File[]): Promise<string> {
  try {
    await loadFolder(files, () => {});
  } catch (error) {
    if (!(error instanceof UnmaskError)) throw error;
    expect(error.hint).not.toBe("");
    return error.code;
  }
  return "loaded";
}

describe("a dropped folder", () => {
  test("loads, with progress in bytes and its own name", async () => {
    const progress: Progress[] = [];
    const model = await loadFolder(folder("my-model/"), (p) => progress.push(p));
    expect(model.name).toBe("my-model");
    expect(model.tensors.size).toBe(readSafetensors(weights).tensors.size);
    const total = weights.length;
    expect(progress.at(-1)).toMatchObject({ total, unit: "bytes" });
    expect(progress.at(-1)!.done).toBeLessThan(total / 2); // the header only: tensors stay in the file
    await readAll(model.tensors);
    expect(progress.at(-1)).toMatchObject({ done: total, total, unit: "bytes" });
    expect(model.sizeBytes).toBe(weights.length);
  });

  test("other folders beside it do no harm", async () => {
    const files = [
      ...folder("m/"),
      dropped("m/onnx/config.json", "{}"),
      dropped("m/checkpoint-5/model.safetensors", "x"),
    ];
    expect(await codeOf(files)).toBe("loaded");
  });

  test("weights in several files", async () => {
    const tensors = [...readSafetensors(weights).tensors].map(([name, tensor]) => ({ name, ...tensor }));
    const [a, b] = [tensors.slice(0, 5), tensors.slice(5)];
    const map = Object.fromEntries([
      ...a.map((t) => [t.name, "a.safetensors"]),
      ...b.map((t) => [t.name, "b.safetensors"]),
    ]);
    const index = (weight_map: unknown): File =>
      dropped("model.safetensors.index.json", JSON.stringify({ weight_map }));
    const parts = [dropped("a.safetensors", writeSafetensors(a)), dropped("b.safetensors", writeSafetensors(b))];
    const rest = folder("", ["model.safetensors"]);
    const model = await loadFolder([...rest, index(map), ...parts], () => {});
    const read = await readAll(model.tensors);
    for (const { name, ...tensor } of tensors) expect(read.get(name)).toEqual(tensor);
    expect(await codeOf([...rest, index(map), parts[0]!])).toBe("models/missing-part");
    expect(await codeOf([...rest, index({ ...map, ghost: "a.safetensors" }), ...parts])).toBe("models/bad-safetensors");
    for (const bad of [{ x: "../a.safetensors" }, { x: "a.bin" }, { x: 1 }, {}, [], undefined])
      expect(await codeOf([...rest, index(bad), ...parts])).toBe("models/bad-safetensors");
  });

  test("pickled weights are refused, with the way to convert them", async () => {
    for (const name of ["pytorch_model.bin", "model.pt", "model.PTH", "weights.pkl"])
      expect(await codeOf([...folder("", ["model.safetensors"]), dropped(name, "x")])).toBe("models/pickle-refused");
    expect(await codeOf([...folder("", ["model.safetensors"]), dropped("tf_model.h5", "x")])).toBe(
      "models/no-safetensors",
    );
  });

  test("what is missing or too much is said", async () => {
    expect(await codeOf([])).toBe("models/no-config");
    expect(await codeOf(folder("", ["config.json"]))).toBe("models/no-config");
    expect(await codeOf(folder("", ["tokenizer.json"]))).toBe("models/no-tokenizer");
    expect(await codeOf(folder("", ["model.safetensors"]))).toBe("models/no-safetensors");
    expect(await codeOf([...folder("a/"), ...folder("b/")])).toBe("models/several-models");
  });

  test("a truncated weight file", async () => {
    const cut = [...folder("", ["model.safetensors"]), dropped("model.safetensors", weights.slice(0, 20_000))];
    expect(await codeOf(cut)).toBe("models/bad-safetensors");
  });

  test("a tokenizer of another model", async () => {
    const mixed = [...folder("", ["tokenizer.json"]), dropped("tokenizer.json", bytesOf("tokenizer.json", "roberta"))];
    expect(await codeOf(mixed)).toBe("models/tokenizer-mismatch");
  });

  test("can be stopped", async () => {
    const job = loadFolder(folder(), () => {}, AbortSignal.abort());
    await expect(job).rejects.toMatchObject({ code: "base/aborted" });
  });
});

describe("the bundled model", () => {
  const served: Record<string, Uint8Array> = {};
  const server = createServer((request, response) => {
    const bytes = served[request.url!];
    if (bytes === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  });
  let base = "";
  beforeEach(async () => {
    for (const file of ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"])
      served[`/app/models/base/${file}`] = bytesOf(file);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/app/models/base`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test("loads from beside the page, with progress", async () => {
    const progress: Progress[] = [];
    const model = await loadBundled(`${base}/`, "Bundled", (p) => progress.push(p));
    expect(model.config.hidden_size).toBe(16);
    expect(model.tensors.size).toBe(readSafetensors(weights).tensors.size);
    expect(progress.at(-1)).toMatchObject({ done: weights.length, total: weights.length });
    expect((await loadBundledTokenizer(base)).special.mask).toBe(4);
  });

  test("a page published without it says so, and so does a server that is gone", async () => {
    delete served["/app/models/base/model.safetensors"];
    await expect(loadBundled(base, "Bundled", () => {})).rejects.toMatchObject({ code: "models/bundled-missing" });
    const nowhere = "http://127.0.0.1:9/models/base";
    await expect(loadBundled(nowhere, "Bundled", () => {})).rejects.toMatchObject({
      code: "models/bundled-unreachable",
    });
    await expect(loadBundled(base, "Bundled", () => {}, AbortSignal.abort())).rejects.toMatchObject({
      code: "base/aborted",
    });
  });
});
