import { expect, test } from "vitest";
import { defaultsOf, recipeTable, type CheckpointMeta, type StoredTensor } from "../../../src/contract/index.ts";
import { exportFolder, readConfig, readSafetensors } from "../../../src/models/index.ts";

const weights: StoredTensor[] = [{ name: "a", type: "F32", shape: [1], data: new Uint8Array([0, 0, 128, 63]) }];
const meta: CheckpointMeta = {
  name: "Tiny | on <law>\n# text",
  project: "p",
  kind: "best",
  config: readConfig('{"model_type":"bert","vocab_size":40}'),
  special: { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 },
  files: { "tokenizer.json": "{}", "../escape": "x", "config.json": "not ours" },
  origin: "lab/tiny-bert, licence: apache-2.0",
  heldOutLoss: 2,
  position: {
    step: 1200,
    totalSteps: 2000,
    recipe: defaultsOf(recipeTable),
    tokenizedId: "t",
    baseModel: "lab/tiny-bert",
    baseRef: "{}",
    device: "wasm",
    threads: 2,
    runtime: "1.31.0",
    bestLoss: 2,
    bestCheckpoint: "",
    tokensSeen: 1_228_800,
    history: { steps: [], losses: [], evaluationSteps: [], evaluationLosses: [] },
  },
};
const text = (name: string, m: CheckpointMeta = meta): string =>
  new TextDecoder().decode(
    exportFolder(m, weights, { corpusName: "Court\nrulings", createdAt: 1.7e12 }).find((f) => f.name === name)!.bytes,
  );

test("a folder has exactly what transformers reads, and no path out of it", () => {
  const files = exportFolder(meta, weights);
  expect(files.map(({ name }) => name)).toEqual(["README.md", "config.json", "tokenizer.json", "model.safetensors"]);
  expect(readConfig(text("config.json"))).toEqual(meta.config);
  const { tensors, metadata } = readSafetensors(files.at(-1)!.bytes);
  expect(metadata.get("format")).toBe("pt");
  expect(tensors.get("a")!.data).toEqual(weights[0]!.data);
});

test("the card says what was done, and a name cannot break it", () => {
  const card = text("README.md");
  expect(card).toContain("# Tiny on law # text\n");
  expect(card).toContain("lab/tiny-bert, licence: apache-2.0");
  expect(card).toContain("| Corpus | Court rulings |");
  expect(card).toContain("| Steps | 1,200 of 2,000 |");
  expect(card).toContain("| Tokens seen | 1,228,800 |");
  expect(card).toContain("| Held-out loss | 2.0000 nats a masked token (perplexity 7.39) |");
  expect(card).toContain("Saved 2023-11-14.");
  const untrained = { ...meta };
  delete untrained.position;
  expect(text("README.md", untrained)).toContain("No training on top of it is recorded.");
});
