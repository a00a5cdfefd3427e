/**
 * Vite plugin: tells the page at build time which of public/models is there, as `__UNMASK_MODELS__`, a list of folders.
 * A model that was not published with this page is then not offered, and no request is made to find that out.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Folders of models that are complete. */
export function modelFolders(publicDir) {
  const models = join(publicDir, "models");
  if (!existsSync(models)) return [];
  return readdirSync(models)
    .filter((name) =>
      ["config.json", "tokenizer.json", "model.safetensors"].every((file) => existsSync(join(models, name, file))),
    )
    .sort();
}

export function bundledModels() {
  return {
    name: "unmask:bundled-models",
    config: ({ root = process.cwd() }) => ({
      define: { __UNMASK_MODELS__: JSON.stringify(modelFolders(join(root, "public"))) },
    }),
  };
}
