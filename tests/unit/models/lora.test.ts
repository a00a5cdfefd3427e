/** Adapters in files: PEFT's folder read and written, dropped beside its base, refused where it says what we cannot do. */
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { UnmaskError } from "../../../src/base/index.ts";
import type { StoredTensor } from "../../../src/contract/index.ts";
import {
  architectures,
  linearsOf,
  readConfig,
  loadFolder,
  mergeAdapters,
  readSafetensors,
  toFloat32,
  writeAdapter,
  writeSafetensors,
} from "../../../src/models/index.ts";
import { readAdapter } from "../../../src/models/lora/peft.ts";
import { readAll } from "../../support/stored-weights.ts";
import { readFixture } from "../../support/fixture.ts";
import { adapterConfigText, adapterSettings, adapterWeights, goldenAdapter } from "../../support/golden-adapter.ts";
import { regularisation } from "../../support/golden-regularisation.ts";

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UnmaskError)) throw error;
    expect(error.hint).not.toBe("");
    return error.code;
  }
  return "none";
};

test("what we write is what peft wrote: names, shapes, bytes, and the fields that it reads", () => {
  const adapters = [...goldenAdapter().tensors].map(([name, tensor]): StoredTensor => ({ name, ...tensor }));
  const [config, weights] = writeAdapter(adapters, adapterSettings, "tiny");
  const [ours, theirs] = [readSafetensors(weights!.bytes), readSafetensors(adapterWeights)];
  expect([...ours.tensors.keys()].sort()).toEqual([...theirs.tensors.keys()].sort());
  for (const [name, tensor] of theirs.tensors) {
    expect(ours.tensors.get(name)!.shape, name).toEqual(tensor.shape);
    expect(toFloat32(ours.tensors.get(name)!), name).toEqual(toFloat32(tensor));
  }
  // For `regularisation.py check DIR`, which opens it with peft.
  const folder = process.env["UNMASK_WRITE_ADAPTER"];
  if (folder !== undefined)
    for (const { name, bytes } of [config!, weights!]) writeFileSync(`${folder}/${name}`, bytes);
  const written = JSON.parse(new TextDecoder().decode(config!.bytes)) as Record<string, unknown>;
  const golden = JSON.parse(adapterConfigText) as Record<string, unknown>;
  for (const field of ["peft_type", "r", "lora_alpha", "lora_dropout", "bias", "use_dora", "fan_in_fan_out"])
    expect(written[field], field).toEqual(golden[field]);
  expect(written["target_modules"]).toEqual([...(golden["target_modules"] as string[])].sort());
});

test.each([
  [{ use_dora: true }],
  [{ bias: "all" }],
  [{ peft_type: "IA3" }],
  [{ init_lora_weights: "pissa" }],
  [{ modules_to_save: ["classifier"] }],
  [{ fan_in_fan_out: true }],
])("an adapter that merging would get wrong is refused: %j", async (change) => {
  const text = JSON.stringify({ ...(JSON.parse(adapterConfigText) as object), ...change });
  expect(await codeOf(() => readAdapter(text, readSafetensors(adapterWeights).tensors))).toBe(
    "models/unsupported-adapter",
  );
});

test("rank-stabilised scale, and an alpha for some modules", () => {
  const { tensors } = readSafetensors(adapterWeights);
  const scaled = (change: object): ((module: string, rank: number) => number) =>
    readAdapter(JSON.stringify({ ...(JSON.parse(adapterConfigText) as object), ...change }), tensors).scaleOf;
  expect(scaled({})("a.query", 3)).toBe(5 / 3);
  expect(scaled({ use_rslora: true })("a.query", 4)).toBe(5 / 2);
  const { alpha_pattern, ...rest } = { alpha_pattern: { "self.query": 9 } };
  const patterned = scaled({ alpha_pattern, ...rest });
  expect([patterned("a.self.query", 3), patterned("a.self.key", 3)]).toEqual([3, 5 / 3]);
});

const folder = "fixtures/folders/bert";
const bytes = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFixture(`${folder}/${name}`));
const dropped = (path: string, content: Uint8Array<ArrayBuffer> | string): File => {
  const file = new File([content], path.split("/").at(-1)!);
  Object.defineProperty(file, "webkitRelativePath", { value: path });
  return file;
};
const base = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"].map((name) =>
  dropped(`base/${name}`, bytes(name)),
);

test("an adapter's folder dropped with its base is merged; alone, or on another model, it is refused", async () => {
  const plain = (await loadFolder(base, () => {})).tensors;
  const target = [...plain.keys()].find((name) => name.endsWith("layer.0.attention.self.query.weight"))!;
  const [out, inputs] = plain.get(target)!.shape as [number, number];
  const adapterOf = (width: number): File[] => {
    const module = `base_model.model.${target.replace(/\.weight$/, "")}`;
    const tensor = (name: string, shape: number[], value: number) => ({
      name: `${module}.${name}.weight`,
      type: "F32" as const,
      shape,
      data: new Uint8Array(new Float32Array(shape[0]! * shape[1]!).fill(value).buffer),
    });
    const file = writeSafetensors([tensor("lora_A", [2, width], 0.5), tensor("lora_B", [out, 2], 0.25)]);
    const config = JSON.stringify({ peft_type: "LORA", r: 2, lora_alpha: 4 });
    return [dropped("adapter/adapter_config.json", config), dropped("adapter/adapter_model.safetensors", file)];
  };
  const model = await loadFolder([...base, ...adapterOf(inputs)], () => {});
  const [was, is] = [await readAll(plain), await readAll(model.tensors)];
  const [before, after] = [toFloat32(was.get(target)!), toFloat32(is.get(target)!)];
  // alpha / rank = 2, times two terms of 0.25 x 0.5.
  expect(after).toEqual(before.map((x) => Math.fround(x + 0.5)));
  expect(model.tensors.size).toBe(plain.size);
  expect(model.origin).toContain("LoRA");
  expect(await codeOf(() => loadFolder([...base, ...adapterOf(inputs + 1)], () => {}))).toBe("models/adapter-mismatch");
  expect(await codeOf(() => loadFolder(adapterOf(inputs), () => {}))).toBe("models/no-config");
  expect(await codeOf(() => loadFolder([...base, adapterOf(inputs)[0]!], () => {}))).toBe("models/missing-part");
  expect(await codeOf(() => mergeAdapters(new Map(), goldenAdapter().tensors, () => 1))).toBe(
    "models/adapter-mismatch",
  );
});

test("every family's linear layers have a role: four of attention and two of feed-forward a layer", () => {
  for (const family of Object.keys(architectures) as (keyof typeof architectures)[]) {
    if (family === "xlnet") continue; // its attention is no linear layers: neither PEFT nor we adapt it
    const { modernbert } = readConfig(JSON.stringify({ model_type: "modernbert", num_hidden_layers: 2 }));
    const config = { ...regularisation.config, model_type: family, ...(modernbert ? { modernbert } : {}) };
    const roles = linearsOf(config, "mlm")
      .filter(({ group }) => group === 1)
      .map(({ role }) => role);
    const packed = roles.includes("projections");
    expect(roles.filter((role) => role !== "feed-forward").sort(), family).toEqual(
      packed ? ["attended", "projections"] : ["attended", "key", "query", "value"],
    );
    expect(roles.length, family).toBe(packed ? 4 : 6);
  }
});
