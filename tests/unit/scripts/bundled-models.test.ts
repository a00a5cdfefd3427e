/** The page offers a model only when all its files were published. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { modelFolders } from "../../../scripts/vite/bundled-models.mjs";
import { bundledModels } from "../../../src/contract/index.ts";

test("a folder without its weights is not offered; tiny always is there", () => {
  const folder = mkdtempSync(join(tmpdir(), "unmask-models-"));
  expect(modelFolders(folder)).toEqual([]);
  for (const [name, files] of Object.entries({
    whole: ["config.json", "tokenizer.json", "model.safetensors"],
    half: ["config.json", "tokenizer.json"],
  })) {
    mkdirSync(join(folder, "models", name), { recursive: true });
    for (const file of files) writeFileSync(join(folder, "models", name, file), "");
  }
  expect(modelFolders(folder)).toEqual(["whole"]);
  rmSync(folder, { recursive: true });
  expect(modelFolders("public")).toContain(bundledModels.tiny.folder);
});
